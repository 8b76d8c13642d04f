import CLibCrypto
import Testing

@testable import AuditVerifier

/// SHA-256 without the verifier's own code.
func sha(_ bytes: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: 32)
    EVP_Digest(bytes, bytes.count, &digest, nil, EVP_sha256(), nil)
    return digest
}

func bigEndianBytes(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.bigEndian) { Array($0) }
}

/// The tree as RFC 6962 defines it, by recursion.
func treeRoot(_ leaves: ArraySlice<[UInt8]>) -> [UInt8] {
    guard leaves.count > 1 else { return leaves.first ?? sha([]) }
    var left = 1
    while left * 2 < leaves.count { left *= 2 }
    let middle = leaves.startIndex + left
    return sha([1] + treeRoot(leaves[..<middle]) + treeRoot(leaves[middle...]))
}

/// A ledger that writes its own export: a second, naive implementation of docs/audit-format.md.
struct TestLedger {
    struct Leaf {
        var number: Int64
        var text: String
        var hasPayload = true
        /// What an attacker leaves as it was while he changes the text.
        var keptPayloadHash: [UInt8]?
    }

    static let uuid = "6f1c1e5e-2f0a-4d0c-9a7b-3c5d7e9f1a2b"

    var leaves: [Leaf]
    var ledger = TestLedger.uuid
    var exportedAt = "2026-11-21T16:00:00Z"
    var batchSize = 4
    /// Row hashes that stay as they were, by position: an attacker who does not recompute the chain.
    var keptRows: [Int: [UInt8]] = [:]

    init(_ count: Int) {
        leaves = (1...count).map { Leaf(number: Int64($0), text: "order \($0)") }
    }

    static func value(_ type: UInt8, _ bytes: [UInt8] = []) -> [UInt8] {
        [type] + bigEndianBytes(UInt32(bytes.count)) + bytes
    }
    static func integer(_ number: Int64) -> [UInt8] { value(2, bigEndianBytes(number)) }
    static func text(_ text: String) -> [UInt8] { value(4, Array(text.utf8)) }

    static var layoutHash: [UInt8] {
        sha(Array("LY1".utf8) + text("erp.orders") + [0, 2] + ["id", "bigint", "note", "text"].flatMap(text))
    }

    static let layoutJSON = #"{"table": "erp.orders", "columns": ["id", "note"], "types": ["bigint", "text"]}"#

    func salted(_ leaf: Leaf) -> [UInt8] {
        [UInt8](repeating: 7, count: 16) + Array("RI1".utf8) + [0, 2] + Self.integer(leaf.number) + Self.text(leaf.text)
    }

    func encoding(_ leaf: Leaf) -> [UInt8] {
        let fields = [
            Self.value(8, uuidBytes(ledger) ?? []), Self.integer(71), Self.integer(1_000 + leaf.number),
            Self.integer(leaf.number),
            Self.text("row"), Self.text("erp.orders"), Self.text("[\"\(leaf.number)\"]"), Self.text("INSERT"),
            Self.value(5, Self.layoutHash), Self.value(0), Self.value(5, leaf.keptPayloadHash ?? sha(salted(leaf))),
            Self.text("sales_agent"), Self.text("erp_gate"), Self.integer(1), Self.integer(42),
            Self.value(7, bigEndianBytes(Int64(1_795_000_000_000_000))), Self.text("ok"),
        ]
        return Array("EAL1".utf8) + fields.enumerated().flatMap { [UInt8($0.offset + 1)] + $0.element }
    }

    var hashes: [[UInt8]] { leaves.map { sha([0] + encoding($0)) } }

    func root(_ size: Int) -> [UInt8] { treeRoot(hashes[..<size]) }

    /// The row hashes of positions 0 to the last.
    var rows: [[UInt8]] {
        var rows = [[UInt8](repeating: 0, count: 32)]
        for (index, hash) in hashes.enumerated() { rows.append(keptRows[index + 1] ?? sha([2] + rows[index] + hash)) }
        return rows
    }

    static func record(_ type: Character, _ bytes: [UInt8]) -> [UInt8] {
        [type.asciiValue ?? 0] + bigEndianBytes(UInt32(bytes.count)) + bytes
    }

    func header(_ range: ClosedRange<Int>) -> [UInt8] {
        let json =
            #"{"format": 1, "ledger": "\#(ledger)", "exported_at": "\#(exportedAt)", "first": \#(range.lowerBound), "last": \#(range.upperBound)}"#
        return Array("EAX1".utf8) + Self.record("H", Array(json.utf8))
    }

    /// The export of some positions, all unless given.
    func export(_ wanted: ClosedRange<Int>? = nil) -> [UInt8] {
        let range = wanted ?? 1...leaves.count
        let (rows, hashes) = (rows, hashes)
        var bytes = header(range) + Self.record("Y", Self.layoutHash + Array(Self.layoutJSON.utf8))
        for position in range {
            let leaf = leaves[position - 1]
            let encoding = encoding(leaf)
            let payload = leaf.hasPayload ? [1] + salted(leaf) : [0]
            bytes += Self.record(
                "L",
                bigEndianBytes(UInt64(position)) + rows[position] + bigEndianBytes(UInt32(encoding.count)) + encoding
                    + payload
            )
            if position % batchSize == 0 || position == leaves.count {
                let first = (position - 1) / batchSize * batchSize + 1
                bytes += Self.record(
                    "B",
                    bigEndianBytes(UInt64(first)) + bigEndianBytes(UInt64(position)) + treeRoot(hashes[..<position])
                )
            }
        }
        return bytes + Self.record("E", bigEndianBytes(UInt64(range.count)))
    }

    func checkpoint(_ size: Int, after previous: Checkpoint?, time: String = "2026-11-21T15:00:00Z") throws
        -> Checkpoint
    {
        Checkpoint(
            ledger: ledger,
            size: UInt64(size),
            root: try #require(Digest(root(size))),
            row: try #require(Digest(rows[size])),
            time: time,
            previous: previous?.hash
        )
    }

    /// The notes of some sizes, as the file holds them.
    func notes(_ sizes: [Int], by key: TestKey = .auditor, time: String = "2026-11-21T15:00:00Z") throws -> String {
        var previous: Checkpoint?
        return try sizes.map { size in
            let next = try checkpoint(size, after: previous, time: time)
            previous = next
            return try key.note(next)
        }.joined(separator: "--\n")
    }
}

/// A key pair made for the tests alone.
struct TestKey {
    let privatePEM: String
    let publicPEM: String

    static let auditor = TestKey(
        privatePEM:
            "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIP6OLcEktEGw3jqFL5EKpy2M54JyWZX+kivZ2S+/16PJ\n-----END PRIVATE KEY-----\n",
        publicPEM:
            "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAQYb2wySFGuPObcYE1HF3/s8s4NFnkWW89zwQywi/KCk=\n-----END PUBLIC KEY-----\n"
    )
    static let attacker = TestKey(
        privatePEM:
            "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEID7D7oEVWOS3p8EHNgHul1/26Ub3se00W02rHUq0JgiQ\n-----END PRIVATE KEY-----\n",
        publicPEM:
            "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAsjX2KBQsGBvSa/Dz1WAOqY8NC2doAeD08+AF2rl5IDU=\n-----END PUBLIC KEY-----\n"
    )

    func note(_ checkpoint: Checkpoint) throws -> String {
        let signature = try #require(PrivateKey(pem: Array(privatePEM.utf8)).sign(Array(checkpoint.signedText.utf8)))
        return SignedCheckpoint(checkpoint: checkpoint, keyName: "test", signature: signature).note
    }

    func reader(_ notes: String) throws -> CheckpointReader {
        CheckpointReader(ByteArraySource(Array(notes.utf8)), keys: [try PublicKey(pem: Array(publicPEM.utf8))])
    }
}

/// What the verifier says to an export.
func verdict(
    _ export: [UInt8],
    _ notes: String? = nil,
    seen: SeenState? = nil,
    isPart: Bool = false
) throws -> Result<ExportReport, CheckFault> {
    var options = ExportVerifier.Options()
    options.isPart = isPart
    let reader = try notes.map { try TestKey.auditor.reader($0) }
    return Result { () throws(CheckFault) in
        var verifier = try ExportVerifier(ByteArraySource(export), checkpoints: reader, seen: seen, options: options)
        return try verifier.verify()
    }
}

extension Result where Success == ExportReport, Failure == CheckFault {
    var isValid: Bool { if case .success = self { true } else { false } }
    var isTampered: Bool { if case .failure(.tampered) = self { true } else { false } }
    var isIncomplete: Bool { if case .failure(.incomplete) = self { true } else { false } }
    var isUnusable: Bool { if case .failure(.unusable) = self { true } else { false } }

    /// The first bad position that was named.
    var position: UInt64? { if case .failure(.tampered(let position, _)) = self { position } else { nil } }
}
