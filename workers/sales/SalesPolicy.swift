internal import ErpModel

/// Handles ORDER_NEGOTIATION without a model: draft the order, confirm it, hold it when confirmation is refused. Its
/// other events are one tool call each.
///
/// Prices, discounts, credit, stock and storage are judged by the tools and the stored rules, not here.
struct SalesPolicy: AgentPolicy {
    private enum Stage {
        case beginning
        case submitting
        case confirming(order: JSONText)
        case holding(order: JSONText, because: ToolRefusal)
        case other
    }

    private var stage = Stage.beginning
    private var other = CataloguePolicy(outcomes: ["GOODS_SHIPPED": "shipped"])

    mutating func handle(_ event: PolicyEvent) -> PolicyAction {
        switch (event, stage) {
        case (.began(let task), _) where task.eventType == "ORDER_NEGOTIATION":
            begin(task)
        case (.began, _):
            beginOther(event)
        case (_, .other):
            other.handle(event)
        case (.toolReturned(_, .accepted(let result)), .submitting):
            submitted(result)
        case (.toolReturned(_, .refused(let refusal)), .submitting):
            .fail(error: refusal.summary, retryAfterSeconds: nil)
        case (.toolReturned(_, .accepted(let result)), .confirming):
            .complete(result.adding([("outcome", result["order_status"] ?? .string("confirmed"))]))
        case (.toolReturned(_, .refused(let refusal)), .confirming(let order)):
            refused(refusal, order)
        case (.toolReturned(_, .accepted(let result)), .holding(let order, let refusal)):
            .complete(held(order, refusal, result))
        case (.toolReturned(_, .refused(let second)), .holding(_, let first)):
            .fail(error: "\(first.summary); hold refused: \(second.summary)", retryAfterSeconds: nil)
        case (.toolReturned(let step, _), .beginning):
            .fail(error: "unexpected result of step \(step)", retryAfterSeconds: nil)
        }
    }

    private mutating func begin(_ task: AgentTask) -> PolicyAction {
        guard let order = task.payload["sales_order_id"], !order.isNull else {
            stage = .submitting
            return .callTool(name: "submit_sales_order", arguments: task.payload, step: "submit")
        }
        return confirm(order)
    }

    private mutating func beginOther(_ event: PolicyEvent) -> PolicyAction {
        stage = .other
        return other.handle(event)
    }

    private mutating func submitted(_ result: JSONText) -> PolicyAction {
        guard let order = result["sales_order_id"] else {
            return .fail(error: "submit_sales_order returned no sales_order_id", retryAfterSeconds: nil)
        }
        return confirm(order)
    }

    private mutating func confirm(_ order: JSONText) -> PolicyAction {
        stage = .confirming(order: order)
        return .callTool(
            name: "confirm_sales_order",
            arguments: .object([("sales_order_id", order)]),
            step: "confirm"
        )
    }

    /// A malformed event fails; any other refusal leaves the draft held with its reason.
    private mutating func refused(_ refusal: ToolRefusal, _ order: JSONText) -> PolicyAction {
        guard refusal.sqlState != "RP010" else {
            return .fail(error: refusal.summary, retryAfterSeconds: nil)
        }
        stage = .holding(order: order, because: refusal)
        return .callTool(
            name: "hold_sales_order",
            arguments: .object([
                ("sales_order_id", order), ("reason_code", .string(refusal.sqlState)),
                ("message", .string(refusal.message)), ("detail", refusal.detail), ("hint", .string(refusal.hint)),
            ]),
            step: "hold"
        )
    }

    private func held(_ order: JSONText, _ refusal: ToolRefusal, _ result: JSONText) -> JSONText {
        result.adding([
            ("outcome", .string("held")), ("sales_order_id", order), ("sqlstate", .string(refusal.sqlState)),
            ("message", .string(refusal.message)), ("detail", refusal.detail), ("hint", .string(refusal.hint)),
        ])
    }
}
