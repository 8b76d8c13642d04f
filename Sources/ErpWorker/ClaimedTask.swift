public import ErpClient
public import ErpModel

/// A task this worker holds a lease on.
public struct ClaimedTask: Equatable, Sendable {
    public let task: AgentTask
    /// Fences every later statement about the task: a newer claim makes it worthless.
    public let leaseToken: Int64
    /// When the slot took it up; until then, when it was claimed.
    public internal(set) var startedAt: Moment
    /// When the lease ends by this host's clock; a hint for heartbeats, the database decides.
    public var leaseUntil: Moment

    public init(task: AgentTask, leaseToken: Int64, startedAt: Moment, leaseUntil: Moment) {
        self.task = task
        self.leaseToken = leaseToken
        self.startedAt = startedAt
        self.leaseUntil = leaseUntil
    }
}

/// One call of a tool on behalf of a task.
public struct ToolCall: Equatable, Sendable {
    public internal(set) var claimed: ClaimedTask
    public let tool: String
    public let arguments: JSONText
    public let step: String
    /// How often it was sent before.
    public var retries = 0
}

/// How the work on a task ends.
public struct Finish: Equatable, Sendable {
    public enum Outcome: Equatable, Sendable {
        case completed(JSONText)
        /// Without a delay the task has failed for good; `technical` means a person must look.
        case failed(error: String, retryAfterSeconds: Int?, technical: Bool)
        /// Given back untouched because the worker is stopping.
        case released
    }

    public let claimed: ClaimedTask
    public let outcome: Outcome
    /// Number of tool calls the task took.
    public let toolCalls: Int
    /// How often it was sent before.
    public var retries = 0
}

/// One statement for the database.
public enum Request: Equatable, Sendable {
    case claim(batch: Int)
    case call(ToolCall)
    case finish(Finish)
    case heartbeat(ClaimedTask)
}

/// What the database answered to a request.
public enum Answer: Equatable, Sendable {
    case claimed([ClaimedTask])
    case tool(ToolOutcome)
    /// False when the task was no longer ours to finish.
    case finished(Bool)
    /// False when the lease is lost.
    case alive(Bool)
}
