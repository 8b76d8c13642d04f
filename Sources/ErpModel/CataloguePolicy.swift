/// Handles each event by one call of the tool that the catalogue of events names for its type, with the payload as
/// arguments. Which tool that is, is data: `agent.event_types.tool_name`.
public struct CataloguePolicy: AgentPolicy {
    /// What a completed event's result says of it, by event type; `done` for the others.
    private let outcomes: [String: String]
    private var outcome = "done"

    public init(outcomes: [String: String] = [:]) {
        self.outcomes = outcomes
    }

    public mutating func handle(_ event: PolicyEvent) -> PolicyAction {
        switch event {
        case .began(let task):
            begin(task)
        case .toolReturned(_, .accepted(let result)):
            .complete(result.adding(result["outcome"] == nil ? [("outcome", .string(outcome))] : []))
        case .toolReturned(_, .refused(let refusal)):
            .fail(error: refusal.summary, retryAfterSeconds: nil)
        }
    }

    private mutating func begin(_ task: AgentTask) -> PolicyAction {
        guard let tool = task.catalogueTool else {
            return .fail(error: "the catalogue names no tool for event type \(task.eventType)", retryAfterSeconds: nil)
        }
        outcome = outcomes[task.eventType] ?? outcome
        return .callTool(name: tool, arguments: task.payload, step: "act")
    }
}
