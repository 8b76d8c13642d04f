import Testing

@testable import AuditVerifier

struct PartTests {
    private let ledger = TestLedger(12)

    @Test("a part is valid when a checkpoint binds its first leaf")
    func bound() throws {
        let part = ledger.export(5...12)
        #expect(try verdict(part, ledger.notes([4, 8, 12])).get().checkpoints == 2)
        #expect(try verdict(part, ledger.notes([3, 8, 12])).isIncomplete)
        #expect(try verdict(part).isIncomplete)
    }

    @Test("a part that was forged and chained anew is found by the row hash of a checkpoint")
    func forged() throws {
        var forged = ledger
        forged.leaves[5].text = "order 9999"
        #expect(try verdict(forged.export(5...12), ledger.notes([4, 8, 12])).position == 8)
        #expect(try verdict(forged.export(6...12), ledger.notes([5, 12])).position == 12)
        forged.leaves[4].text = "order 9999"
        #expect(try verdict(forged.export(5...12), ledger.notes([4, 8, 12])).position == 8)
    }

    @Test("a part leaves the state alone")
    func state() throws {
        #expect(try verdict(ledger.export(5...12), ledger.notes([4, 12])).get().state == nil)
    }
}
