/// Puts a reply together from the chunks of a chat completion.
///
/// Servers differ: some send a call whole and without an index or id, some no `[DONE]`; both are taken. What is unknown
/// is skipped.
struct ChatAssembler: ReplyAssembler {
    private var text: [UInt8] = []
    private var calls: [(index: Int64?, call: ArrivingCall)] = []
    private var stopReason: StopReason?
    private var isRefused = false
    private var usage = ModelUsage()
    private var model: String?

    mutating func handle(_ event: ServerSentEvent) -> AssemblyStep {
        if event.data == "[DONE]" { return stopReason == nil ? .malformed("it ends without a reason") : finish() }
        guard let json = JSONText(validating: event.data), json.isObject else {
            return .malformed("a chunk is no JSON object")
        }
        if let error = json["error"], !error.isNull { return .fail(ChatAssembler.failure(error)) }
        model = json["model"]?.string ?? model
        count(json["usage"])
        guard let choice = json["choices"]?.elements.first else { return .more }
        if let step = read(choice["delta"]) { return step }
        if let word = choice["finish_reason"]?.string { stopReason = ChatAssembler.stopReason(word) }
        return .more
    }

    mutating func end() -> AssemblyStep { stopReason == nil ? .brokenOff : finish() }

    private mutating func read(_ delta: JSONText?) -> AssemblyStep? {
        guard let delta else { return nil }
        if let content = delta["content"]?.string { text += content.utf8 }
        if let refusal = delta["refusal"]?.string {
            isRefused = true
            text += refusal.utf8
        }
        for part in delta["tool_calls"]?.elements ?? [] {
            guard let function = part["function"] else { return .malformed("a tool call without a function") }
            extend(part["index"]?.integer, part["id"]?.string ?? "", function)
        }
        return nil
    }

    private mutating func extend(_ index: Int64?, _ id: String, _ function: JSONText) {
        let arguments = function["arguments"].map { $0.string ?? ($0.isObject ? $0.text : "") } ?? ""
        let name = function["name"]?.string ?? ""
        if let place = place(index, id, name) {
            if calls[place].call.name.isEmpty { calls[place].call.name = name }
            calls[place].call.arguments += arguments.utf8
        } else {
            let call = ArrivingCall(
                id: id.isEmpty ? "call_\(calls.count)" : id, name: name, arguments: Array(arguments.utf8))
            calls.append((index, call))
        }
    }

    /// The call that a part goes on with. An id and a name begin another call even where the index is the same, as Ollama
    /// numbers every call 0; an id alone does not, since proxies change it within a call. Without an index a part goes on
    /// with the last call unless it has an id or a name.
    private func place(_ index: Int64?, _ id: String, _ name: String) -> Int? {
        guard let index else { return id.isEmpty && name.isEmpty ? calls.indices.last : nil }
        return calls.lastIndex { $0.index == index && (id.isEmpty || name.isEmpty || $0.call.id == id) }
    }

    private func finish() -> AssemblyStep {
        var reason = stopReason ?? .endOfTurn
        if isRefused { reason = .refusal }
        // Some servers say stop although they call a tool.
        if reason == .endOfTurn, !calls.isEmpty { reason = .toolUse }
        var reply = ModelReply(messages: [], stopReason: reason, usage: usage, model: model)
        if !text.isEmpty { reply.messages.append(.assistant(String(decoding: text, as: UTF8.self))) }
        for (_, call) in calls {
            switch call.message(reason) {
            case .success(let message): reply.messages.append(message)
            case .failure(let error): return .fail(error)
            }
        }
        return .done(reply)
    }

    private mutating func count(_ json: JSONText?) {
        guard let json, json.isObject else { return }
        usage.inputTokens = json["prompt_tokens"]?.count ?? usage.inputTokens
        usage.outputTokens = json["completion_tokens"]?.count ?? usage.outputTokens
        usage.cacheReadTokens = json["prompt_tokens_details"]?["cached_tokens"]?.count ?? usage.cacheReadTokens
    }

    private static func stopReason(_ word: String) -> StopReason {
        switch word {
        case "stop": .endOfTurn
        case "tool_calls", "function_call": .toolUse
        case "length": .maximumTokens
        case "content_filter": .refusal
        default: .other(word)
        }
    }

    private static func failure(_ json: JSONText) -> ModelError {
        let reason = json["message"]?.string ?? json.string ?? "no reason is given"
        var error = ModelError(.overloaded, "the server gave up: \(reason)")
        error.isTransient = true
        return error
    }
}
