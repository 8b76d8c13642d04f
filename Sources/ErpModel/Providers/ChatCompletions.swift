/// Requests in the form of OpenAI's chat completions, which Ollama, llama.cpp and vLLM speak as well.
enum ChatCompletions {
    static let path = "/chat/completions"

    static func headers(_ key: ModelKey?) -> [(name: String, value: String)] {
        key.map { [("Authorization", "Bearer \($0.secret)")] } ?? []
    }

    /// OpenAI's newer models refuse max_tokens, older servers do not know max_completion_tokens.
    static func body(_ request: ModelRequest, _ settings: ModelSettings) -> JSONText {
        let limit = settings.provider == .openai ? "max_completion_tokens" : "max_tokens"
        var members: [(String, JSONText)] = [
            ("model", .string(settings.model)),
            (limit, .integer(Int64(request.maximumTokens))),
            ("stream", .bool(true)),
            ("stream_options", .object([("include_usage", .bool(true))])),
        ]
        if let temperature = settings.temperature { members.append(("temperature", temperature)) }
        if !request.tools.isEmpty { members.append(("tools", .array(request.tools.map(tool)))) }
        let system = request.system.isEmpty ? [] : [message("system", .string(request.system))]
        members.append(("messages", .array(system + ConversationTurn.turns(request.messages).flatMap(messages))))
        return settings.body.adding(members)
    }

    private static func tool(_ tool: ModelTool) -> JSONText {
        .object([
            ("type", .string("function")),
            (
                "function",
                .object([
                    ("name", .string(tool.name)),
                    ("description", .string(tool.description)),
                    ("parameters", tool.inputSchema),
                ])
            ),
        ])
    }

    private static func message(_ role: String, _ content: JSONText) -> JSONText {
        .object([("role", .string(role)), ("content", content)])
    }

    /// One message for all that the assistant said and called; a message for each result and one for the user's text.
    private static func messages(_ turn: ConversationTurn) -> [JSONText] {
        var texts: [String] = []
        var calls: [JSONText] = []
        var messages: [JSONText] = []
        for message in turn.messages {
            switch message {
            case .user(let text), .assistant(let text): texts.append(text)
            case .toolCall(let id, let name, let arguments):
                let function = JSONText.object([("name", .string(name)), ("arguments", .string(arguments.text))])
                calls.append(
                    .object([("id", .string(id)), ("type", .string("function")), ("function", function)]))
            case .toolResult(let id, let result, _):
                messages.append(
                    ChatCompletions.message("tool", .string(result.text)).adding([("tool_call_id", .string(id))]))
            case .opaque: break
            }
        }
        guard !texts.isEmpty || !calls.isEmpty else { return messages }
        let content: JSONText = texts.isEmpty ? .null : .string(texts.joined(separator: turn.isAssistant ? "" : "\n\n"))
        let spoken = message(turn.isAssistant ? "assistant" : "user", content)
        return messages + [spoken.adding(calls.isEmpty ? [] : [("tool_calls", .array(calls))])]
    }
}
