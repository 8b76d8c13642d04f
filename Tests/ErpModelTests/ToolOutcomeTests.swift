import Testing

@testable import ErpModel

@Test("the answer of call_tool is read as result or refusal")
func toolOutcome() {
    let accepted = ToolOutcome(answer: JSONText(trusted: #"{"ok": true, "result": {"sales_order_id": 7}}"#))
    #expect(accepted == .accepted(JSONText(trusted: #"{"sales_order_id": 7}"#)))
    let text = #"{"ok": false, "sqlstate": "RP301", "message": "no", "detail": {"gap": 5}, "hint": null}"#
    guard case .refused(let refusal) = ToolOutcome(answer: JSONText(trusted: text)) else {
        Issue.record("not a refusal")
        return
    }
    #expect(refusal.sqlState == "RP301")
    #expect(refusal.detail["gap"]?.integer == 5)
    #expect(refusal.hint == nil)
    #expect(refusal.summary == "no [RP301]")
}

@Test("the scripted model replays its replies and then says so")
func scriptedModel() throws {
    let reply = ModelReply(messages: [.assistant("done")])
    var model = ScriptedModel([reply])
    let request = ModelRequest(system: "s", messages: [.user("u")], tools: [], maximumTokens: 10)
    #expect(try model.reply(to: request) == reply)
    #expect(throws: ModelError(.scriptExhausted, "the script holds no reply number 2")) {
        try model.reply(to: request)
    }
    #expect(model.requests == [request, request])
}
