/// The business event a policy is asked to handle.
public struct AgentTask: Equatable, Sendable {
    public let eventID: Int64
    public let eventType: String
    public let payload: JSONText
    /// How many times the event has been claimed, this time included.
    public let attempts: Int
    /// The tool that the catalogue of events names for this type, where one call handles it.
    public let catalogueTool: String?

    public init(
        eventID: Int64,
        eventType: String,
        payload: JSONText,
        attempts: Int = 1,
        catalogueTool: String? = nil
    ) {
        self.eventID = eventID
        self.eventType = eventType
        self.payload = payload
        self.attempts = attempts
        self.catalogueTool = catalogueTool
    }
}

/// The reason a tool gave for doing nothing.
public struct ToolRefusal: Equatable, Sendable {
    public let sqlState: String
    public let message: String
    public let detail: JSONText
    public let hint: String?

    public init(sqlState: String, message: String, detail: JSONText = .null, hint: String? = nil) {
        self.sqlState = sqlState
        self.message = message
        self.detail = detail
        self.hint = hint
    }

    /// One line for a person: the message first, because it names the JSON path, and the code last.
    public var summary: String { "\(message) [\(sqlState)]" }
}

/// What a tool answered.
public enum ToolOutcome: Equatable, Sendable {
    case accepted(JSONText)
    case refused(ToolRefusal)

    /// Reads the answer of `agent.call_tool`.
    public init(answer: JSONText) {
        if answer["ok"]?.bool == true {
            self = .accepted(answer["result"] ?? .null)
        } else {
            self = .refused(
                ToolRefusal(
                    sqlState: answer["sqlstate"]?.string ?? "RP900",
                    message: answer["message"]?.string ?? "the tool gave no reason",
                    detail: answer["detail"] ?? .null,
                    hint: answer["hint"]?.string
                )
            )
        }
    }
}

/// What has happened since the policy decided last.
public enum PolicyEvent: Equatable, Sendable {
    case began(AgentTask)
    case toolReturned(step: String, ToolOutcome)
}

/// What a policy wants done next.
public enum PolicyAction: Equatable, Sendable {
    /// The step names the call within its task: a repeated step returns the stored result.
    case callTool(name: String, arguments: JSONText, step: String)
    case complete(JSONText)
    /// Without a delay the event has failed for good.
    case fail(error: String, retryAfterSeconds: Int?)
}

/// Decides what an agent does, one event at a time.
///
/// A value without I/O: the worker copies a fresh one for every task, feeds it events and performs its actions. What
/// it decides must follow from the events alone, because a task claimed again is decided again from the start.
public protocol AgentPolicy: Sendable {
    mutating func handle(_ event: PolicyEvent) -> PolicyAction
}
