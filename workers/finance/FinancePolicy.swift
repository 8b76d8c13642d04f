internal import ErpModel

/// Handles finance's events without a model: each event type is one tool call with the payload as arguments, the
/// tool its own or the one the catalogue of events names.
struct FinancePolicy: AgentPolicy {
    private static let tools = [
        "INVOICE_CUSTOMER": (tool: "post_customer_invoice", outcome: "invoiced"),
        "PAYMENT_RECEIVED": (tool: "record_customer_payment", outcome: "payment_recorded"),
        "CREDIT_REVIEW": (tool: "review_customer_credit", outcome: "credit_reviewed"),
    ]

    private var outcome = "done"

    mutating func handle(_ event: PolicyEvent) -> PolicyAction {
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
        let duty = FinancePolicy.tools[task.eventType]
        guard let tool = duty?.tool ?? task.catalogueTool else {
            return .fail(error: "finance has no tool for event type \(task.eventType)", retryAfterSeconds: nil)
        }
        outcome = duty?.outcome ?? outcome
        return .callTool(name: tool, arguments: task.payload, step: "act")
    }
}
