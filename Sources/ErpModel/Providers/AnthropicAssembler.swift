/// Puts a reply together from the events of Anthropic's Messages API.
///
/// Events and blocks of a kind it does not know are skipped, as the API's versioning asks. Blocks arrive one after
/// the other; a delta for another block than the open one is malformed.
struct AnthropicAssembler: ReplyAssembler {
    private enum Block: Equatable {
        case text
        case call(id: String, name: String)
        case thinking
        case complete(JSONText)
        case unknown
    }

    private struct Arrival {
        let index: Int64
        let block: Block
        /// Text, arguments or reasoning; it grows in place.
        var bytes: [UInt8]
        var signature: [UInt8] = []
    }

    private var hasBegun = false
    private var open: Arrival?
    private var blocks: [Arrival] = []
    private var stopReason: StopReason?
    private var usage = ModelUsage()
    private var model: String?

    mutating func handle(_ event: ServerSentEvent) -> AssemblyStep {
        guard let json = JSONText(validating: event.data), json.isObject, let type = json["type"]?.string else {
            return .malformed("an event is no JSON object with a type")
        }
        switch type {
        case "error": return .fail(AnthropicAssembler.failure(json))
        case "message_start" where !hasBegun:
            hasBegun = true
            model = json["message"]?["model"]?.string
            count(json["message"]?["usage"])
        case "content_block_start" where hasBegun && open == nil: return begin(json)
        case "content_block_delta" where open != nil: return extend(json)
        case "content_block_stop" where open != nil:
            guard let open, json["index"]?.integer == open.index else { return .malformed("another block ends") }
            blocks.append(open)
            self.open = nil
        case "message_delta" where hasBegun && open == nil:
            if let word = json["delta"]?["stop_reason"]?.string { stopReason = AnthropicAssembler.stopReason(word) }
            count(json["usage"])
        case "message_stop" where hasBegun && open == nil: return finish()
        case "message_start", "content_block_start", "content_block_delta", "content_block_stop", "message_delta",
            "message_stop":
            return .malformed("\(type) comes at a wrong time")
        default: break
        }
        return .more
    }

    mutating func end() -> AssemblyStep { .brokenOff }

    private mutating func begin(_ json: JSONText) -> AssemblyStep {
        guard let index = json["index"]?.integer, let content = json["content_block"],
            let type = content["type"]?.string
        else { return .malformed("a block begins without index or type") }
        func bytes(_ name: String) -> [UInt8] { Array((content[name]?.string ?? "").utf8) }
        switch type {
        case "text": open = Arrival(index: index, block: .text, bytes: bytes("text"))
        case "tool_use":
            let block = Block.call(id: content["id"]?.string ?? "", name: content["name"]?.string ?? "")
            open = Arrival(index: index, block: block, bytes: [])
        case "thinking":
            open = Arrival(index: index, block: .thinking, bytes: bytes("thinking"), signature: bytes("signature"))
        case "redacted_thinking": open = Arrival(index: index, block: .complete(content), bytes: [])
        default: open = Arrival(index: index, block: .unknown, bytes: [])
        }
        return .more
    }

    private mutating func extend(_ json: JSONText) -> AssemblyStep {
        guard let block = open?.block, json["index"]?.integer == open?.index else {
            return .malformed("a delta belongs to no open block")
        }
        let delta = json["delta"]
        func bytes(_ name: String) -> String.UTF8View { (delta?[name]?.string ?? "").utf8 }
        switch (delta?["type"]?.string, block) {
        case ("text_delta", .text): open?.bytes += bytes("text")
        case ("input_json_delta", .call): open?.bytes += bytes("partial_json")
        case ("thinking_delta", .thinking): open?.bytes += bytes("thinking")
        case ("signature_delta", .thinking): open?.signature += bytes("signature")
        case ("text_delta", _), ("input_json_delta", .text), ("input_json_delta", .thinking):
            return .malformed("a delta does not fit its block")
        default: break
        }
        return .more
    }

    private func finish() -> AssemblyStep {
        guard let stopReason else { return .malformed("it ends without a reason") }
        var reply = ModelReply(messages: [], stopReason: stopReason, usage: usage, model: model)
        for arrival in blocks {
            switch arrival.block {
            case .text where !arrival.bytes.isEmpty:
                reply.messages.append(.assistant(String(decoding: arrival.bytes, as: UTF8.self)))
            case .call(let id, let name):
                switch ArrivingCall(id: id, name: name, arguments: arrival.bytes).message(stopReason) {
                case .success(let message): reply.messages.append(message)
                case .failure(let error): return .fail(error)
                }
            case .thinking: reply.messages.append(.opaque(AnthropicAssembler.thinking(arrival)))
            case .complete(let json): reply.messages.append(.opaque(json))
            case .text, .unknown: break
            }
        }
        return .done(reply)
    }

    private static func thinking(_ arrival: Arrival) -> JSONText {
        .object([
            ("type", .string("thinking")),
            ("thinking", .string(String(decoding: arrival.bytes, as: UTF8.self))),
            ("signature", .string(String(decoding: arrival.signature, as: UTF8.self))),
        ])
    }

    /// Counts are cumulative: a later one replaces an earlier one, an absent one changes nothing.
    private mutating func count(_ json: JSONText?) {
        guard let json else { return }
        func count(_ name: String) -> Int? { json[name]?.count }
        usage.cacheReadTokens = count("cache_read_input_tokens") ?? usage.cacheReadTokens
        usage.cacheWriteTokens = count("cache_creation_input_tokens") ?? usage.cacheWriteTokens
        usage.outputTokens = count("output_tokens") ?? usage.outputTokens
        uncachedTokens = count("input_tokens") ?? uncachedTokens
        usage.inputTokens = uncachedTokens + usage.cacheReadTokens + usage.cacheWriteTokens
    }

    /// What the provider calls input_tokens is the part of the input that its cache did not touch.
    private var uncachedTokens = 0

    private static func stopReason(_ word: String) -> StopReason {
        switch word {
        case "end_turn": .endOfTurn
        case "tool_use": .toolUse
        case "max_tokens", "model_context_window_exceeded": .maximumTokens
        case "stop_sequence": .stopSequence
        case "refusal": .refusal
        default: .other(word)
        }
    }

    private static func failure(_ json: JSONText) -> ModelError {
        let type = json["error"]?["type"]?.string ?? "error"
        var error = ModelError(
            type == "overloaded_error" || type == "rate_limit_error" || type == "api_error" ? .overloaded : .rejected,
            "\(type): \(json["error"]?["message"]?.string ?? "no reason is given")")
        error.isTransient = error.code == .overloaded
        return error
    }
}
