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
    /// A block of the provider's own, such as signed reasoning: handed back as it came, shown to nobody.
    case opaque(JSONText)
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

/// Tokens of one call as the provider counts them; what was read from or written to its cache is part of the input.
public struct ModelUsage: Equatable, Sendable {
    public var inputTokens: Int
    public var outputTokens: Int
    public var cacheReadTokens: Int
    public var cacheWriteTokens: Int

    public init(inputTokens: Int = 0, outputTokens: Int = 0, cacheReadTokens: Int = 0, cacheWriteTokens: Int = 0) {
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
        self.cacheReadTokens = cacheReadTokens
        self.cacheWriteTokens = cacheWriteTokens
    }
}

/// Why a model's turn ended.
public enum StopReason: Equatable, Sendable {
    case endOfTurn, toolUse, maximumTokens, stopSequence, refusal
    /// A reason this version does not know, in the provider's word.
    case other(String)
}

/// A model's turn: text, tool calls, or both, in its order.
public struct ModelReply: Equatable, Sendable {
    public var messages: [ModelMessage]
    public var stopReason: StopReason
    public var usage: ModelUsage
    /// The model that answered, as the provider names it; nil for a script.
    public var model: String?
    /// The provider's number for the call, to be named in a complaint.
    public var requestID: String?
    /// How many times the call was made until it was answered.
    public var attempts = 1

    public init(
        messages: [ModelMessage],
        stopReason: StopReason = .endOfTurn,
        usage: ModelUsage = ModelUsage(),
        model: String? = nil,
        requestID: String? = nil
    ) {
        self.messages = messages
        self.stopReason = stopReason
        self.usage = usage
        self.model = model
        self.requestID = requestID
    }

    /// What the model said, without its tool calls.
    public var text: String {
        messages.compactMap { if case .assistant(let text) = $0 { text } else { nil } }.joined()
    }
}

/// A language model behind one call. Implementations differ in transport only.
public protocol ModelClient {
    mutating func reply(to request: ModelRequest) throws(ModelError) -> ModelReply
}
