/// Requests in the form of Anthropic's Messages API.
enum AnthropicMessages {
    static let path = "/v1/messages"
    static let version = "2023-06-01"

    static func headers(_ key: ModelKey?) -> [(name: String, value: String)] {
        [("anthropic-version", version)] + (key.map { [("x-api-key", $0.secret)] } ?? [])
    }

    /// Two places are marked for the provider's cache: the end of what never changes (tools and system prompt) and the
    /// end of the conversation so far, which the next turn begins with.
    static func body(_ request: ModelRequest, _ settings: ModelSettings) -> JSONText {
        let cache = settings.cachesPrompt
        var members: [(String, JSONText)] = [
            ("model", .string(settings.model)),
            ("max_tokens", .integer(Int64(request.maximumTokens))),
            ("stream", .bool(true)),
        ]
        if !request.tools.isEmpty {
            members.append(("tools", .array(tools(request.tools, isMarked: cache && request.system.isEmpty))))
        }
        if !request.system.isEmpty {
            let text = JSONText.object([("type", .string("text")), ("text", .string(request.system))])
            members.append(("system", .array([marked(text, cache)])))
        }
        members.append(("messages", .array(messages(request.messages, isMarked: cache))))
        return settings.body.adding(members)
    }

    private static func tools(_ tools: [ModelTool], isMarked: Bool) -> [JSONText] {
        tools.enumerated().map { index, tool in
            let json = JSONText.object([
                ("name", .string(tool.name)),
                ("description", .string(tool.description)),
                ("input_schema", tool.inputSchema),
            ])
            return marked(json, isMarked && index == tools.count - 1)
        }
    }

    private static func messages(_ messages: [ModelMessage], isMarked: Bool) -> [JSONText] {
        let turns = ConversationTurn.turns(messages)
        return turns.enumerated().map { index, turn in
            var blocks = turn.messages.map(block)
            if isMarked, index == turns.count - 1, !turn.isAssistant, let last = blocks.popLast() {
                blocks.append(marked(last, true))
            }
            return .object([("role", .string(turn.isAssistant ? "assistant" : "user")), ("content", .array(blocks))])
        }
    }

    private static func block(_ message: ModelMessage) -> JSONText {
        switch message {
        case .user(let text), .assistant(let text):
            .object([("type", .string("text")), ("text", .string(text))])
        case .toolCall(let id, let name, let arguments):
            .object([
                ("type", .string("tool_use")), ("id", .string(id)), ("name", .string(name)), ("input", arguments),
            ])
        case .toolResult(let id, let result, let isError):
            JSONText.object([
                ("type", .string("tool_result")), ("tool_use_id", .string(id)), ("content", .string(result.text)),
            ]).adding(isError ? [("is_error", .bool(true))] : [])
        case .opaque(let block):
            block
        }
    }

    private static func marked(_ block: JSONText, _ isMarked: Bool) -> JSONText {
        block.adding(isMarked ? [("cache_control", .object([("type", .string("ephemeral"))]))] : [])
    }
}
