import Testing

@testable import AuditVerifier

struct CheckpointTests {
    private let ledger = TestLedger(9)

    private func refused(_ notes: String) throws -> Bool { try !verdict(ledger.export(), notes).isValid }

    @Test("every change of a single byte of the checkpoints is found or makes them unusable")
    func everyByte() throws {
        let notes = Array(try ledger.notes([4, 9]).utf8)
        // Who signed is found by trying the keys: the key's name is for people.
        let name = Array(" test ".utf8)
        for index in notes.indices
        where !(1...4).contains(where: { notes[(index - min($0, index))...].starts(with: name) }) {
            var changed = notes
            changed[index] ^= 1
            #expect(try refused(String(decoding: changed, as: UTF8.self)), "byte \(index)")
        }
    }

    @Test("a checkpoint signed by another key is tampered with")
    func otherKey() throws {
        #expect(try verdict(ledger.export(), ledger.notes([4], by: .attacker)).isTampered)
    }

    @Test("a missing, doubled or reordered checkpoint breaks the chain of them")
    func chain() throws {
        let notes = try ledger.notes([3, 6, 9]).split(separator: "--\n").map(String.init)
        func joined(_ order: [Int]) -> String { order.map { notes[$0] }.joined(separator: "--\n") }
        #expect(try !refused(joined([0, 1, 2])))
        for order in [[1, 2], [0, 2], [0, 0, 1, 2], [1, 0, 2]] {
            #expect(try verdict(ledger.export(), joined(order)).isTampered)
        }
        #expect(try verdict(ledger.export(), ledger.notes([6, 3])).isTampered)
        #expect(try verdict(ledger.export(), ledger.notes([6, 6])).isTampered)
    }

    @Test("a separator may follow the last note, an empty or unfinished note may not")
    func shape() throws {
        let notes = try ledger.notes([9])
        #expect(try !refused(notes + "--\n"))
        #expect(try verdict(ledger.export(), notes + "--\n--\n").isUnusable)
        #expect(try verdict(ledger.export(), "--\n" + notes).isUnusable)
        for length in 1..<notes.utf8.count {
            let cut = String(decoding: notes.utf8.prefix(length), as: UTF8.self)
            #expect(try verdict(ledger.export(), cut).isUnusable, "\(length) bytes")
        }
        #expect(try verdict(ledger.export(), notes + String(repeating: "x", count: 3_000_000)).isUnusable)
    }

    @Test("an export that is older than a checkpoint is incomplete; one that is younger has lost leaves")
    func beyond() throws {
        var short = ledger
        short.leaves.removeLast(2)
        let later = try ledger.notes([4, 9], time: "2026-11-21T16:00:01Z")
        #expect(try verdict(short.export(), later).isIncomplete)
        let earlier = try ledger.notes([4, 9], time: "2026-11-21T15:59:59Z")
        #expect(try verdict(short.export(), earlier).position == 8)
        #expect(try verdict(short.export(), earlier, isPart: true).isValid)
    }

    @Test("a key that is none is refused")
    func keys() {
        #expect(throws: KeyFault.self) { try PublicKey(pem: Array("no key".utf8)) }
        #expect(throws: KeyFault.self) { try PublicKey(pem: Array(TestKey.auditor.privatePEM.utf8)) }
        #expect(throws: KeyFault.self) { try PrivateKey(pem: Array(TestKey.auditor.publicPEM.utf8)) }
        let curve = """
            -----BEGIN PUBLIC KEY-----
            MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEBJyicAmrCbRmYHebcUt2Wz0M4qra
            QJVtndYAxRTpeKPCJ+XYmegSk6x4gflnJyUMDgI/PQu9+aIkPjFqWX6rMg==
            -----END PUBLIC KEY-----

            """
        #expect(throws: KeyFault(message: "the public key is not an Ed25519 key")) {
            try PublicKey(pem: Array(curve.utf8))
        }
    }
}
