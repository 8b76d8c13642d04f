/// Reads a checkpoint file from its beginning, each note checked against the one before and its signature.
public struct CheckpointReader {
    private var notes: NoteReader
    private let keys: [PublicKey]
    /// The last checkpoint that was read and found good.
    public private(set) var latest: Checkpoint?
    public private(set) var latestHash: Digest?
    public private(set) var count = 0

    public init(_ source: any ByteSource, keys: [PublicKey]) {
        notes = NoteReader(source)
        self.keys = keys
    }

    /// The next checkpoint; nil at the end of the file.
    public mutating func next() throws(CheckFault) -> Checkpoint? {
        guard let signed = try notes.next() else { return nil }
        count += 1
        try check(signed)
        latest = signed.checkpoint
        latestHash = signed.checkpoint.hash
        return signed.checkpoint
    }

    private func check(_ signed: SignedCheckpoint) throws(CheckFault) {
        let checkpoint = signed.checkpoint
        let message = Array(checkpoint.signedText.utf8)
        guard keys.contains(where: { $0.verifies(signed.signature, of: message) }) else {
            throw .tampered(
                checkpoint.size, "no given key has signed checkpoint \(count) (\(printable(signed.keyName.utf8)))")
        }
        guard checkpoint.previous == latestHash else {
            throw .tampered(checkpoint.size, "checkpoint \(count) does not follow the one before: some are missing")
        }
        guard let latest else { return }
        guard checkpoint.ledger == latest.ledger else {
            throw .tampered(checkpoint.size, "checkpoint \(count) is of another ledger than the one before")
        }
        guard checkpoint.size > latest.size else {
            throw .tampered(checkpoint.size, "checkpoint \(count) is not larger than the one before")
        }
    }
}
