import Testing

@testable import AuditVerifier

struct ProofTests {
    private let ledger = TestLedger(11)

    private func proof(_ position: UInt64, size: UInt64? = nil) throws -> InclusionProof {
        var options = ExportVerifier.Options()
        options.wanted = position
        options.proofSize = size
        var verifier = try ExportVerifier(ByteArraySource(ledger.export()), options: options)
        let report = try verifier.verify()
        return try #require(InclusionProof(verifier, ledger: report.ledger))
    }

    @Test("a proof of every position is accepted again and vouched for by the checkpoint of its size")
    func everyPosition() throws {
        let checkpoint = try ledger.checkpoint(8, after: nil)
        for position in 1...8 {
            let proof = try proof(UInt64(position), size: 8)
            let read = try InclusionProof(json: Array(proof.json.utf8))
            #expect(read == proof)
            #expect(read.isVouchedFor(by: checkpoint))
            #expect(try !read.isVouchedFor(by: ledger.checkpoint(9, after: nil)))
        }
    }

    @Test("a changed leaf, payload, position, size or step is refused")
    func changed() throws {
        let json = try proof(3).json
        #expect(throws: Never.self) { try InclusionProof(json: Array(json.utf8)) }
        let changes = [
            (#""position": 3"#, #""position": 4"#), (#""size": 11"#, #""size": 40"#), ("45414c31", "45414c32"),
            (Hex.text("order 3".utf8), Hex.text("order 4".utf8)), (#""path": ["#, #""path": [ "\#(Digest.zero)","#),
            (TestLedger.uuid, "00000000-2f0a-4d0c-9a7b-3c5d7e9f1a2b"),
        ]
        for (old, new) in changes {
            #expect(json.contains(old))
            #expect(throws: CheckFault.self, "\(old)") {
                try InclusionProof(json: Array(json.replacing(old, with: new).utf8))
            }
        }
        #expect(throws: CheckFault.self) { try InclusionProof(json: Array("{}".utf8)) }
    }

    @Test("a leaf is shown with its fields and its columns by name")
    func description() throws {
        var options = ExportVerifier.Options()
        options.wanted = 7
        var verifier = try ExportVerifier(ByteArraySource(ledger.export()), options: options)
        _ = try verifier.verify()
        let lines = LeafDescription(try #require(verifier.found), verifier).lines
        for line in [
            "position: 7", "ledger: \(TestLedger.uuid)", "table: erp.orders", "key: [\"7\"]", "previous: NULL",
            "claimed at: 2026-11-18T11:06:40.000000Z", "image of erp.orders:", "  id = 7", "  note = order 7",
        ] {
            #expect(lines.contains(line), "\(line) in \(lines)")
        }
    }
}
