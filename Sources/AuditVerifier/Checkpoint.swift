/// What a checkpoint vouches for: the ledger's first `size` leaves.
public struct Checkpoint: Equatable, Sendable {
    public let ledger: String
    public let size: UInt64
    public let root: Digest
    /// The row hash of position `size`.
    public let row: Digest
    /// UTC, `2026-11-21T16:00:00Z`.
    public let time: String
    /// The hash of the previous checkpoint's signed text.
    public let previous: Digest?

    public init(ledger: String, size: UInt64, root: Digest, row: Digest, time: String, previous: Digest?) {
        self.ledger = ledger
        self.size = size
        self.root = root
        self.row = row
        self.time = time
        self.previous = previous
    }

    static let origin = "headless-erp/audit/"

    /// The text that is signed, byte for byte.
    public var signedText: String {
        """
        \(Checkpoint.origin)\(ledger)
        \(size)
        \(Base64.text(root.bytes))
        row \(row)
        time \(time)
        previous \(previous?.description ?? "-")

        """
    }

    /// What the next checkpoint names as its previous one.
    public var hash: Digest { Hasher().hash(Array(signedText.utf8)) }
}

/// A checkpoint with its signature, as it stands in the sinks.
public struct SignedCheckpoint: Equatable, Sendable {
    public let checkpoint: Checkpoint
    public let keyName: String
    public let signature: [UInt8]

    public init(checkpoint: Checkpoint, keyName: String, signature: [UInt8]) {
        self.checkpoint = checkpoint
        self.keyName = keyName
        self.signature = signature
    }

    /// The line between two notes.
    public static let separator = "--"

    /// The whole note.
    public var note: String { "\(checkpoint.signedText)\n— \(keyName) \(Base64.text(signature))\n" }

    /// Reads a whole note; nil for anything else.
    public init?(noteBytes bytes: ArraySlice<UInt8>) {
        guard bytes.last == 0x0A else { return nil }
        let lines = bytes.dropLast().split(separator: 0x0A, omittingEmptySubsequences: false).map { Array($0) }
        guard let read = try? SignedCheckpoint(lines: lines) else { return nil }
        self = read
    }

    /// Reads a note from its lines; whatever is not written exactly so is refused.
    public init(lines: [[UInt8]]) throws(FormatFault) {
        let texts = lines.compactMap { String(validating: $0, as: UTF8.self) }
        guard texts.count == 8, lines.count == 8, texts[0].hasPrefix(Checkpoint.origin), texts[3].hasPrefix("row "),
            texts[4].hasPrefix("time "), texts[5].hasPrefix("previous "), texts[6].isEmpty
        else { throw FormatFault("this is no checkpoint") }
        let signature = texts[7].split(separator: " ", omittingEmptySubsequences: false)
        let previous = texts[5].dropFirst("previous ".count)
        guard let size = UInt64(texts[1]), size > 0, let root = Base64.bytes(texts[2]).flatMap({ Digest($0) }),
            let row = Digest(hex: texts[3].dropFirst("row ".count)), signature.count == 3, signature[0] == "—",
            let signed = Base64.bytes(signature[2]), previous == "-" || Digest(hex: previous) != nil
        else { throw FormatFault("a line of the checkpoint cannot be read") }
        checkpoint = Checkpoint(
            ledger: String(texts[0].dropFirst(Checkpoint.origin.count)),
            size: size,
            root: root,
            row: row,
            time: String(texts[4].dropFirst("time ".count)),
            previous: Digest(hex: previous)
        )
        keyName = String(signature[1])
        self.signature = signed
        guard uuidBytes(checkpoint.ledger) != nil, Array(note.utf8) == Array(lines.joined(separator: [0x0A])) + [0x0A]
        else { throw FormatFault("the checkpoint is not written in its only form") }
    }
}
