/// A tool offered to a language model.
public struct ModelTool: Equatable, Sendable {
    public let name: String
    public let description: String
    /// JSON Schema of the arguments.
    public let inputSchema: JSONText

    public init(name: String, description: String, inputSchema: JSONText) {
        self.name = name
        self.description = description
        self.inputSchema = inputSchema
    }
}

/// One piece of a conversation.
public enum ModelMessage: Equatable, Sendable {
    case user(String)
    case assistant(String)
    case toolCall(id: String, name: String, arguments: JSONText)
    case toolResult(id: String, JSONText, isError: Bool)
}

/// Everything a model needs for its next turn.
public struct ModelRequest: Equatable, Sendable {
    public var system: String
    public var messages: [ModelMessage]
    public var tools: [ModelTool]
    public var maximumTokens: Int

    public init(system: String, messages: [ModelMessage], tools: [ModelTool], maximumTokens: Int) {
        self.system = system
        self.messages = messages
        self.tools = tools
        self.maximumTokens = maximumTokens
    }
}

/// A model's turn: text, tool calls, or both, in its order.
public struct ModelReply: Equatable, Sendable {
    public var messages: [ModelMessage]
    public var inputTokens: Int
    public var outputTokens: Int

    public init(messages: [ModelMessage], inputTokens: Int = 0, outputTokens: Int = 0) {
        self.messages = messages
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
    }
}

/// Why a model gave no reply.
public struct ModelError: Error, Equatable, Sendable {
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: String

        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        public static let unreachable = Code(rawValue: "unreachable")
        public static let overloaded = Code(rawValue: "overloaded")
        public static let overBudget = Code(rawValue: "over_budget")
        public static let rejected = Code(rawValue: "rejected")
        public static let malformedReply = Code(rawValue: "malformed_reply")
        public static let scriptExhausted = Code(rawValue: "script_exhausted")
    }

    public let code: Code
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

/// A language model behind one call. Implementations differ in transport only.
public protocol ModelClient {
    mutating func reply(to request: ModelRequest) throws(ModelError) -> ModelReply
}
