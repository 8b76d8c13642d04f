/// The sizes at which tree and chain are known from outside: signed checkpoints, and what was seen before.
struct KnownSizes {
    private var reader: CheckpointReader?
    private var next: Checkpoint?
    private let seen: SeenState?
    private var hasMetSeenCheckpoint: Bool
    /// The row hash before the first position of a part, where it is known.
    private(set) var rowBefore: Digest?
    private(set) var met = 0
    private(set) var newestMet: UInt64 = 0

    init(_ reader: CheckpointReader?, seen: SeenState?, header: ExportHeader) throws(CheckFault) {
        self.reader = reader
        self.seen = seen
        hasMetSeenCheckpoint = reader == nil || seen?.checkpoint == nil
        if let seen, seen.ledger != header.ledger {
            throw .tampered("the file is of ledger \(header.ledger), what was seen before of \(seen.ledger)")
        }
        try advance()
        if let next, next.ledger != header.ledger {
            throw .tampered("the file is of ledger \(header.ledger), the checkpoints of \(next.ledger)")
        }
        if let seen, seen.size == header.first - 1 { rowBefore = seen.row }
        while let checkpoint = next, checkpoint.size < header.first {
            if checkpoint.size == header.first - 1 { rowBefore = checkpoint.row }
            try advance()
        }
    }

    /// The hash of the newest checkpoint that was read.
    var newestHash: Digest? { reader?.latestHash ?? seen?.checkpoint }

    /// True when something is known of a size, so that the root is worth computing.
    func knows(_ size: UInt64) -> Bool { next?.size == size || seen?.size == size }

    /// Compares what a file comes to at a size with what is known of it; without a root the rows alone.
    mutating func compare(_ size: UInt64, root: Digest?, row: Digest) throws(CheckFault) {
        if let seen, seen.size == size {
            guard root ?? seen.root == seen.root, row == seen.row else {
                throw .tampered(size, "the first \(size) leaves are not those seen before")
            }
        }
        guard let checkpoint = next, checkpoint.size == size else { return }
        guard root ?? checkpoint.root == checkpoint.root, row == checkpoint.row else {
            throw .tampered(size, "the first \(size) leaves are not those signed at \(checkpoint.time)")
        }
        met += 1
        newestMet = size
        try advance()
    }

    /// After the last leaf: nothing larger may be known, unless the file is a part and says so.
    mutating func finish(_ header: ExportHeader, isPart: Bool) throws(CheckFault) {
        var beyond: Checkpoint?
        while let checkpoint = next {
            beyond = checkpoint
            try advance()
        }
        guard hasMetSeenCheckpoint else {
            throw .tampered("the checkpoint file lacks a checkpoint that was seen before")
        }
        if isPart { return }
        if let seen, seen.size > header.last {
            throw .tampered(header.last + 1, "\(seen.size) leaves were seen before, the file ends at \(header.last)")
        }
        guard let beyond else { return }
        let missing = "\(beyond.size) leaves were signed at \(beyond.time), the file ends at \(header.last)"
        // An older export is no deletion; but only a file that says so itself can be older.
        if let signedAt = secondText(beyond.time), header.exportedAt <= signedAt { throw .incomplete(missing) }
        throw .tampered(header.last + 1, missing)
    }

    private mutating func advance() throws(CheckFault) {
        next = try reader?.next()
        if let seen = seen?.checkpoint, reader?.latestHash == seen { hasMetSeenCheckpoint = true }
    }
}
