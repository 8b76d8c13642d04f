import Testing

@testable import AuditVerifier

struct SeenStateTests {
    private let ledger = TestLedger(10)

    private func state(_ ledger: TestLedger, notes: String? = nil) throws -> SeenState {
        try #require(try verdict(ledger.export(), notes).get().state)
    }

    @Test("a state file reads as it was written, and in no other form")
    func text() throws {
        let state = try state(ledger, notes: ledger.notes([10]))
        #expect(SeenState(text: state.text) == state)
        #expect(state.checkpoint != nil)
        #expect(SeenState(text: state.text + "\n") == nil)
        #expect(SeenState(text: state.text.replacing("size 10", with: "size 010")) == nil)
        #expect(SeenState(text: "") == nil)
    }

    @Test("an export that only grew is valid")
    func grown() throws {
        let seen = try state(ledger)
        #expect(try verdict(ledger.export(), seen: seen).isValid)
        #expect(try verdict(TestLedger(14).export(), seen: seen).isValid)
    }

    @Test("a smaller ledger, or another beginning at the same size, is found without any checkpoint")
    func rewritten() throws {
        let seen = try state(ledger)
        #expect(try verdict(TestLedger(9).export(), seen: seen).position == 10)
        var forged = TestLedger(14)
        forged.leaves[2].text = "order 9999"
        #expect(try verdict(forged.export(), seen: seen).position == 10)
    }

    @Test("a checkpoint that was seen before must still be there")
    func lostCheckpoint() throws {
        let seen = try state(ledger, notes: ledger.notes([5, 10]))
        let grown = TestLedger(14)
        #expect(try verdict(grown.export(), grown.notes([5, 10, 14]), seen: seen).isValid)
        #expect(try verdict(grown.export(), grown.notes([5, 14]), seen: seen).isTampered)
        #expect(try verdict(grown.export(), grown.notes([5]), seen: seen).isTampered)
    }
}
