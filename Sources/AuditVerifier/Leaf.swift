/// Bytes that do not follow the format.
public struct FormatFault: Error, Equatable, Sendable {
    public let message: String

    init(_ message: String) {
        self.message = message
    }
}

/// The fields of a leaf, by their tags.
enum LeafField: UInt8, CaseIterable {
    case ledger = 1
    case system, xid, leaf, kind, table, key, operation, layout, previous, payload
    case sessionUser, currentUser, agent, rules, claimedAt, outcome

    var name: String {
        switch self {
        case .sessionUser: "session user"
        case .currentUser: "current user"
        case .claimedAt: "claimed at"
        default: "\(self)"
        }
    }

    fileprivate var type: ValueType {
        switch self {
        case .ledger: .uuid
        case .system, .xid, .leaf, .previous, .agent, .rules: .integer
        case .kind, .table, .key, .operation, .sessionUser, .currentUser, .outcome: .text
        case .layout, .payload: .bytes
        case .claimedAt: .timestamptz
        }
    }

    fileprivate var length: Int? {
        switch type {
        case .uuid: 16
        case .integer, .timestamptz: 8
        case .bytes: Digest.byteCount
        default: nil
        }
    }

    fileprivate var mayBeNull: Bool {
        switch self {
        case .table, .key, .operation, .layout, .previous, .payload, .agent, .rules: true
        default: false
        }
    }
}

/// What the verifier needs of a leaf, read from its encoding.
struct LeafHead {
    static let magic = Array("EAL1".utf8)
    /// A leaf holds names and a key; its row is the payload.
    static let longestEncoding = 1 << 18

    private(set) var system: Int64 = 0
    private(set) var transaction: Int64 = 0
    private(set) var leafID: Int64 = 0
    private(set) var layout: Digest?
    private(set) var payload: Digest?

    /// Reads all seventeen fields and refuses whatever the format does not allow.
    init(_ encoding: Span<UInt8>, ledger expected: [UInt8]) throws(FormatFault) {
        guard encoding.count >= 4, (0..<4).allSatisfy({ encoding[$0] == LeafHead.magic[$0] }) else {
            throw FormatFault("the leaf does not begin with EAL1")
        }
        var at = 4
        for field in LeafField.allCases {
            guard at < encoding.count, encoding[at] == field.rawValue else {
                throw FormatFault("field \(field.name) is missing")
            }
            let value = try ValueHead(encoding, at: at + 1)
            try LeafHead.check(value, field)
            try take(field, value, encoding, expected)
            at = value.end
        }
        guard at == encoding.count else { throw FormatFault("bytes follow the last field") }
    }

    private static func check(_ value: ValueHead, _ field: LeafField) throws(FormatFault) {
        if value.type == .null, field.mayBeNull { return }
        guard value.type == field.type else { throw FormatFault("field \(field.name) has the wrong type") }
        guard field.length == nil || field.length == value.count else {
            throw FormatFault("field \(field.name) has the wrong length")
        }
    }

    private mutating func take(
        _ field: LeafField,
        _ value: ValueHead,
        _ encoding: Span<UInt8>,
        _ expected: [UInt8]
    ) throws(FormatFault) {
        guard value.type != .null else { return }
        switch field {
        case .ledger:
            guard (0..<16).allSatisfy({ encoding[value.start + $0] == expected[$0] }) else {
                throw FormatFault("the leaf belongs to another ledger")
            }
        case .system: system = Int64(bitPattern: bigEndian(encoding, value.start))
        case .xid: transaction = Int64(bitPattern: bigEndian(encoding, value.start))
        case .leaf: leafID = Int64(bitPattern: bigEndian(encoding, value.start))
        case .layout: layout = Digest(encoding, at: value.start)
        case .payload: payload = Digest(encoding, at: value.start)
        default: break
        }
    }
}
