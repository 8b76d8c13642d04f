import Testing

@testable import AuditVerifier

struct ExportTests {
    private let ledger = TestLedger(11)

    @Test("an untouched export is valid, with and without checkpoints")
    func valid() throws {
        let notes = try ledger.notes([3, 8, 11])
        let report = try verdict(ledger.export(), notes).get()
        #expect(report.leaves == 11)
        #expect(report.batches == 3)
        #expect(report.checkpoints == 3)
        #expect(report.checkpointSize == 11)
        #expect(report.root?.bytes == ledger.root(11))
        #expect(report.row.bytes == ledger.rows[11])
        #expect(try verdict(ledger.export()).isValid)
    }

    @Test("an erased payload leaves every proof valid and is counted")
    func erased() throws {
        var ledger = ledger
        ledger.leaves[4].hasPayload = false
        #expect(try verdict(ledger.export(), ledger.notes([11])).get().erasedPayloads == 1)
    }

    @Test("every change of a single byte is found or makes the file unusable")
    func everyByte() throws {
        let export = TestLedger(4).export()
        // The time of the export is a claim of the exporter that nothing binds.
        let claim = Array("2026-11-21T16:00:00Z".utf8)
        let start = try #require(export.indices.first { export[$0...].starts(with: claim) })
        for index in export.indices where !(start..<start + claim.count).contains(index) {
            for mask: UInt8 in [0x01, 0x80] {
                var changed = export
                changed[index] ^= mask
                #expect(try !verdict(changed).isValid, "byte \(index) ^ \(mask)")
            }
        }
    }

    @Test("a file cut off anywhere is incomplete")
    func everyLength() throws {
        let export = TestLedger(3).export()
        for length in 4..<export.count {
            #expect(try verdict(Array(export[..<length])).isIncomplete, "\(length) bytes")
        }
        for length in 0..<4 {
            #expect(try verdict(Array(export[..<length])).isUnusable, "\(length) bytes")
        }
    }

    @Test("what follows the end is unusable, and so is what never was an export")
    func garbage() throws {
        #expect(try verdict(ledger.export() + [0]).isUnusable)
        #expect(try verdict(Array("PK\u{3}\u{4} some archive".utf8)).isUnusable)
        #expect(try verdict(Array("EAX1".utf8) + TestLedger.record("H", Array("[]".utf8))).isUnusable)
        #expect(try verdict(Array("EAX1".utf8) + TestLedger.record("E", bigEndianBytes(UInt64(0)))).isUnusable)
        let next = String(decoding: ledger.header(1...11), as: UTF8.self).replacing(
            "\"format\": 1", with: "\"format\": 2")
        #expect(try verdict(Array(next.utf8)).isUnusable)
    }

    @Test("a claimed length of four gigabytes is refused without being believed")
    func hugeLengths() throws {
        let huge = bigEndianBytes(UInt32.max)
        let begin =
            ledger.header(1...11) + TestLedger.record("Y", TestLedger.layoutHash + Array(TestLedger.layoutJSON.utf8))
        for type: Character in ["H", "Y", "L", "B", "E", "?"] {
            #expect(try !verdict(begin + [type.asciiValue ?? 0] + huge + [1, 2, 3]).isValid)
        }
        let leaf = bigEndianBytes(UInt64(1)) + [UInt8](repeating: 0, count: 32) + huge
        #expect(try verdict(begin + [0x4C] + huge + leaf).isTampered)
    }

    @Test("thousands of damaged files are refused and end nothing")
    func fuzz() throws {
        let export = TestLedger(5).export()
        let body = TestLedger(5).header(1...5).count
        var random = SplitMix(state: 20_261_121)
        for _ in 0..<2_000 {
            var bytes = export
            for _ in 0...random.below(3) {
                let at = body + random.below(bytes.count - body)
                switch random.below(4) {
                case 0: bytes[at] = UInt8(random.below(256))
                case 1: bytes.removeSubrange(at..<min(bytes.count, at + 1 + random.below(40)))
                case 2: bytes.insert(contentsOf: bytes[at..<min(bytes.count, at + 1 + random.below(400))], at: at)
                default: for index in at..<min(bytes.count, at + 4) { bytes[index] = 0xFF }
                }
                if bytes.count <= body { break }
            }
            #expect(try bytes == export || !verdict(bytes).isValid)
        }
    }
}

/// Random numbers that are the same every time.
struct SplitMix {
    var state: UInt64

    mutating func below(_ limit: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(limit))
    }
}
