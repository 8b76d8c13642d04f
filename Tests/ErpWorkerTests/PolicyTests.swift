import ErpModel
import Testing

@testable import ErpFinance
@testable import ErpSales
@testable import ErpWorker

/// Runs a policy over one task against scripted tools; returns the end and what was called.
private func run<Policy: AgentPolicy>(
    _ policy: Policy,
    _ task: AgentTask,
    _ tools: [String: ToolOutcome]
) -> (status: ScriptedDatabase.Status, calls: [String]) {
    var machine = SlotMachine(policy: policy)
    var database = ScriptedDatabase([task])
    database.tools = tools
    _ = database.run(&machine, machine.connected(at: database.now))
    return (database.rows[0].status, database.trace.filter { $0.hasPrefix("call") })
}

private func task(_ type: String, _ payload: String, catalogueTool: String? = nil) -> AgentTask {
    AgentTask(eventID: 1, eventType: type, payload: JSONText(trusted: payload), catalogueTool: catalogueTool)
}

@Suite("Sales policy")
struct SalesPolicyTests {
    private let submitted = ToolOutcome.accepted(JSONText(trusted: #"{"sales_order_id": 12}"#))
    private let noCredit = ToolOutcome.refused(
        ToolRefusal(sqlState: "RP301", message: "over limit", detail: JSONText(trusted: #"{"gap": 5}"#), hint: "wait")
    )

    @Test("GOODS_SHIPPED is one call of the catalogue's tool")
    func ships() {
        let shipped = task("GOODS_SHIPPED", #"{"sales_order_id": 12}"#, catalogueTool: "issue_goods")
        let end = run(SalesPolicy(), shipped, ["issue_goods": .accepted(.emptyObject)])
        #expect(end.calls == ["call 1 act"])
        #expect(end.status == .completed(JSONText(trusted: #"{"outcome":"shipped"}"#)))
    }

    @Test("an order with lines is submitted and confirmed")
    func submits() {
        let confirmed = ToolOutcome.accepted(JSONText(trusted: #"{"sales_order_id":12,"order_status":"invoiced"}"#))
        let end = run(
            SalesPolicy(),
            task("ORDER_NEGOTIATION", #"{"customer_id": 3, "lines": []}"#),
            ["submit_sales_order": submitted, "confirm_sales_order": confirmed]
        )
        #expect(end.calls == ["call 1 submit", "call 1 confirm"])
        let result = #"{"sales_order_id":12,"order_status":"invoiced","outcome":"invoiced"}"#
        #expect(end.status == .completed(JSONText(trusted: result)))
    }

    @Test("a named draft is confirmed only; a null is no name")
    func namedDraft() {
        let confirmed = ToolOutcome.accepted(JSONText(trusted: #"{"order_status":"pending_review"}"#))
        let tools = ["submit_sales_order": submitted, "confirm_sales_order": confirmed]
        #expect(run(SalesPolicy(), task("ORDER_NEGOTIATION", #"{"sales_order_id": 12}"#), tools).calls.count == 1)
        #expect(run(SalesPolicy(), task("ORDER_NEGOTIATION", #"{"sales_order_id": null}"#), tools).calls.count == 2)
    }

    @Test("a refused confirmation holds the order with the reason")
    func holds() {
        let end = run(
            SalesPolicy(),
            task("ORDER_NEGOTIATION", #"{"sales_order_id": 12}"#),
            ["confirm_sales_order": noCredit, "hold_sales_order": .accepted(.emptyObject)]
        )
        #expect(end.calls == ["call 1 confirm", "call 1 hold"])
        guard case .completed(let result) = end.status else {
            Issue.record("not completed")
            return
        }
        #expect(result["outcome"]?.string == "held")
        #expect(result["sales_order_id"]?.integer == 12)
        #expect(result["sqlstate"]?.string == "RP301")
        #expect(result["detail"]?["gap"]?.integer == 5)
    }

    @Test("the hold carries code, message, detail and hint")
    func holdArguments() {
        var policy = SalesPolicy()
        _ = policy.handle(.began(task("ORDER_NEGOTIATION", #"{"sales_order_id": 12}"#)))
        guard case .callTool(let tool, let arguments, _) = policy.handle(.toolReturned(step: "confirm", noCredit))
        else {
            Issue.record("no call")
            return
        }
        #expect(tool == "hold_sales_order")
        #expect(
            arguments.text
                == #"{"sales_order_id":12,"reason_code":"RP301","message":"over limit","detail":{"gap": 5},"hint":"wait"}"#
        )
    }

    @Test("a refused submission, a malformed draft and a refused hold fail the event")
    func fails() {
        let malformed = ToolOutcome.refused(ToolRefusal(sqlState: "RP010", message: "$.lines[0].sku: unknown"))
        let failure = ScriptedDatabase.Status.failed("$.lines[0].sku: unknown [RP010]")
        let lines = task("ORDER_NEGOTIATION", #"{"lines": [{"sku": "x"}]}"#)
        #expect(run(SalesPolicy(), lines, ["submit_sales_order": malformed]).status == failure)
        let draft = task("ORDER_NEGOTIATION", #"{"sales_order_id": "x"}"#)
        #expect(run(SalesPolicy(), draft, ["confirm_sales_order": malformed]).status == failure)
        let end = run(SalesPolicy(), draft, ["confirm_sales_order": noCredit, "hold_sales_order": malformed])
        #expect(
            end.status == .failed("over limit [RP301]; hold refused: $.lines[0].sku: unknown [RP010]")
        )
    }
}

@Suite("Finance policy")
struct FinancePolicyTests {
    @Test(
        "each event is one call of its tool",
        arguments: [
            ("INVOICE_CUSTOMER", "post_customer_invoice"), ("PAYMENT_RECEIVED", "record_customer_payment"),
            ("CREDIT_REVIEW", "review_customer_credit"),
        ]
    )
    func tools(type: String, tool: String) {
        var policy = CataloguePolicy.finance
        let payload = JSONText(trusted: #"{"sales_order_id": 4}"#)
        let action = policy.handle(
            .began(AgentTask(eventID: 1, eventType: type, payload: payload, catalogueTool: tool)))
        #expect(action == .callTool(name: tool, arguments: payload, step: "act"))
    }

    @Test("an event without a tool in the catalogue fails")
    func catalogue() {
        var policy = CataloguePolicy.finance
        let known = policy.handle(.began(task("BANK_RECONCILIATION", "{}", catalogueTool: "reconcile_bank_statement")))
        #expect(known == .callTool(name: "reconcile_bank_statement", arguments: .emptyObject, step: "act"))
        let unknown = policy.handle(.began(task("NOVELTY", "{}")))
        #expect(unknown == .fail(error: "the catalogue names no tool for event type NOVELTY", retryAfterSeconds: nil))
    }

    @Test("the result carries an outcome, the tool's own when it has one; a refusal fails")
    func outcomes() {
        let event = task("INVOICE_CUSTOMER", "{}", catalogueTool: "post_customer_invoice")
        let plain = run(CataloguePolicy.finance, event, ["post_customer_invoice": .accepted(.emptyObject)])
        #expect(plain.status == .completed(JSONText(trusted: #"{"outcome":"invoiced"}"#)))
        let own = JSONText(trusted: #"{"outcome":"nothing_to_invoice"}"#)
        #expect(
            run(CataloguePolicy.finance, event, ["post_customer_invoice": .accepted(own)]).status == .completed(own))
        let refusal = ToolOutcome.refused(ToolRefusal(sqlState: "RP501", message: "over authority"))
        #expect(
            run(CataloguePolicy.finance, event, ["post_customer_invoice": refusal]).status
                == .failed("over authority [RP501]"))
    }
}
