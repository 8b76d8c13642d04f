import Testing

@testable import AuditVerifier

/// What somebody who may write everything in the database can do to an export, and what tells it.
struct AttackTests {
    private let ledger = TestLedger(12)

    private func notes() throws -> String { try ledger.notes([5, 10, 12]) }

    @Test("a changed row is found by its payload's hash")
    func changedPayload() throws {
        var forged = ledger
        forged.leaves[6].keptPayloadHash = sha(forged.salted(forged.leaves[6]))
        forged.leaves[6].text = "order 9999"
        #expect(try verdict(forged.export()).position == 7)
    }

    @Test("a changed leaf whose row hash stays is found by the chain")
    func changedLeaf() throws {
        var forged = ledger
        forged.leaves[6].text = "order 9999"
        for position in 7...12 { forged.keptRows[position] = ledger.rows[position] }
        #expect(try verdict(forged.export()).position == 7)
    }

    @Test("leaves recomputed with chain and roots agree with themselves, but not with a checkpoint")
    func rechained() throws {
        var forged = ledger
        forged.leaves[6].text = "order 9999"
        #expect(try verdict(forged.export()).isValid)
        #expect(try verdict(forged.export(), notes()).position == 10)
    }

    @Test("a deleted tail is found")
    func deletedTail() throws {
        var forged = ledger
        forged.leaves.removeLast(3)
        #expect(try verdict(forged.export()).isValid)
        #expect(try verdict(forged.export(), notes()).position == 10)
    }

    @Test("a leaf deleted from the middle, all after it chained anew, is found")
    func deletedMiddle() throws {
        var forged = ledger
        forged.leaves.remove(at: 3)
        #expect(try verdict(forged.export()).isValid)
        #expect(try verdict(forged.export(), notes()).position == 5)
    }

    @Test("an inserted leaf is found")
    func inserted() throws {
        var forged = ledger
        forged.leaves[8].number = 10
        forged.leaves.insert(TestLedger.Leaf(number: 9, text: "never happened"), at: 8)
        for index in 9..<13 { forged.leaves[index].number = Int64(index + 1) }
        #expect(try verdict(forged.export()).isValid)
        #expect(try verdict(forged.export(), notes()).position == 10)
    }

    @Test("swapped leaves are found by their order alone")
    func swapped() throws {
        var forged = ledger
        forged.leaves.swapAt(6, 7)
        #expect(try verdict(forged.export()).position == 8)
    }

    @Test("a batch that covers other leaves than it says is found")
    func batches() throws {
        var forged = ledger
        forged.batchSize = 5
        let export = forged.export()
        let start = try #require(export.indices.first { export[$0...].starts(with: [0x42, 0, 0, 0, 48]) })
        var overlapping = export
        overlapping[start + 12] = 2
        #expect(try verdict(overlapping).isTampered)
        var without = export
        without.removeSubrange(start..<start + 53)
        #expect(try verdict(without).isTampered)
    }

    @Test("leaves that no batch covers make the file incomplete")
    func uncovered() throws {
        let export = ledger.export()
        let end = export.count - 13
        #expect(try verdict(Array(export[..<(end - 53)] + export[end...])).isIncomplete)
    }

    @Test("another ledger with checkpoints of this one is found")
    func otherLedger() throws {
        var forged = ledger
        forged.ledger = "00000000-2f0a-4d0c-9a7b-3c5d7e9f1a2b"
        #expect(try verdict(forged.export()).isValid)
        #expect(try verdict(forged.export(), notes()).isTampered)
    }

    @Test("a header that counts other leaves than follow is found")
    func header() throws {
        let export = ledger.export()
        let body = export[ledger.header(1...12).count...]
        #expect(try verdict(ledger.header(1...11) + body).isTampered)
        #expect(try verdict(ledger.header(1...13) + body).isTampered)
        #expect(try verdict(ledger.header(2...12) + body).isTampered)
    }

    @Test("a layout with another column name is found, a missing one makes the file incomplete")
    func layouts() throws {
        let export = ledger.export()
        let layout = TestLedger.record("Y", TestLedger.layoutHash + Array(TestLedger.layoutJSON.utf8))
        let header = ledger.header(1...12).count
        let leaves = export[(header + layout.count)...]
        #expect(try verdict(Array(export[..<header] + leaves)).isIncomplete)
        let renamed = TestLedger.layoutJSON.replacing("note", with: "memo")
        let other = TestLedger.record("Y", TestLedger.layoutHash + Array(renamed.utf8))
        #expect(try verdict(Array(export[..<header] + other + leaves)).isTampered)
    }
}
