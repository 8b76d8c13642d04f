/// What a valid export holds.
public struct ExportReport: Equatable, Sendable {
    public let ledger: String
    public let first: UInt64
    public let last: UInt64
    public let erasedPayloads: UInt64
    public let batches: UInt64
    public let checkpoints: Int
    /// The size of the newest checkpoint that the file reaches; 0 without one.
    public let checkpointSize: UInt64
    /// The root of the whole tree; nil for a file that begins later.
    public let root: Digest?
    public let row: Digest
    public let newestCheckpoint: Digest?

    public var leaves: UInt64 { last + 1 - first }

    /// What to remember for next time; nil for a file that does not hold everything.
    public var state: SeenState? {
        root.map { SeenState(ledger: ledger, size: last, root: $0, row: row, checkpoint: newestCheckpoint) }
    }
}

/// A leaf that was asked for, with its payload unless that is erased.
public struct FoundLeaf: Equatable, Sendable {
    public let position: UInt64
    /// Known from an export, not from a proof.
    public let row: Digest?
    public let encoding: [UInt8]
    /// Salt and payload as they stand, the salt's sixteen bytes first.
    public let saltedPayload: [UInt8]?
}
