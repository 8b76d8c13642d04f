/// The leaves read so far: where they end, their chain, their tree.
struct LeafChain {
    /// Position, row hash and the length of the encoding.
    private static let fixedBytes = 44
    private static let saltBytes = 16
    /// A payload longer than this is checked but not handed out.
    private static let longestKeptPayload = 1 << 24

    private let header: ExportHeader
    private let hasher: Hasher
    private(set) var known: KnownSizes
    private(set) var position: UInt64
    private(set) var row: Digest
    private(set) var erased: UInt64 = 0
    private(set) var found: FoundLeaf?
    private(set) var path: (siblings: [Digest], root: Digest, size: UInt64)?
    private var tree: MerkleTree
    /// False when the row hash before the first position of a part is not known.
    private let isFirstBound: Bool
    /// False when the tree before the first position is not known.
    private let hasTree: Bool
    private var previous: LeafHead?

    init(
        _ header: ExportHeader,
        _ known: KnownSizes,
        after end: ChainEnd?,
        following wanted: UInt64?,
        _ hasher: Hasher
    ) {
        self.header = header
        self.known = known
        self.hasher = hasher
        position = header.first - 1
        let before = header.isWhole ? Digest.zero : end?.row ?? known.rowBefore
        isFirstBound = before != nil
        row = before ?? Digest.zero
        hasTree = header.isWhole || end != nil
        tree = end?.tree ?? MerkleTree(following: wanted)
    }

    /// The root of the tree; nil for a part, whose beginning is not known.
    var root: Digest? { hasTree ? tree.root(hasher) : nil }

    var end: ChainEnd? { hasTree ? ChainEnd(row: row, tree: tree) : nil }

    /// Reads a record of a leaf and all that hangs on it.
    mutating func read(
        _ count: Int,
        from input: inout Input,
        layouts: [Digest: Layout],
        _ options: ExportVerifier.Options
    ) throws(CheckFault) {
        let expected = position + 1
        guard count > LeafChain.fixedBytes else { throw .tampered(expected, "the record of the leaf is too short") }
        guard try input.holds(LeafChain.fixedBytes) else { throw .incomplete("the file ends within a leaf") }
        let (number, encodingBytes) = input.withAvailable(LeafChain.fixedBytes) {
            (bigEndian($0, 0), bigEndian32($0, 40))
        }
        guard number == expected else { throw .tampered(expected, "position \(number) stands in its place") }
        let rest = count - LeafChain.fixedBytes - encodingBytes - 1
        guard rest >= 0, encodingBytes <= LeafHead.longestEncoding else {
            throw .tampered(expected, "the lengths of the leaf do not fit")
        }
        guard try input.holds(count - rest) else { throw .incomplete("the file ends within a leaf") }
        let (head, hasPayload) = try input.withAvailable(count - rest) { (bytes) throws(CheckFault) in
            (try take(bytes, expected), bytes[bytes.count - 1])
        }
        if let layout = head.layout, layouts[layout] == nil {
            throw .incomplete("the layout of position \(expected) is not in the file")
        }
        let wanted = options.wanted == expected
        let encoding = wanted ? input.withAvailable(count - rest) { LeafChain.encoding($0) } : []
        input.skip(count - rest)
        let payload = try readPayload(rest, hasPayload, head.payload, expected, from: &input, keeping: wanted)
        if wanted { found = FoundLeaf(position: expected, row: row, encoding: encoding, saltedPayload: payload) }
        position = expected
        try compare(options)
    }

    private static func encoding(_ record: Span<UInt8>) -> [UInt8] {
        (LeafChain.fixedBytes..<record.count - 1).map { record[$0] }
    }

    /// Checks the leaf itself and its link, and adds it to chain and tree.
    private mutating func take(_ record: Span<UInt8>, _ expected: UInt64) throws(CheckFault) -> LeafHead {
        let encoding = record.extracting(LeafChain.fixedBytes..<record.count - 1)
        let head: LeafHead
        do throws(FormatFault) {
            head = try LeafHead(encoding, ledger: header.ledgerBytes)
        } catch {
            throw .tampered(expected, error.message)
        }
        if let previous, !head.follows(previous) {
            throw .tampered(expected, "the leaf is not in the order of transactions and leaves")
        }
        let leaf = hasher.leaf(encoding)
        let said = Digest(record, at: 8)
        if isFirstBound || expected > header.first, hasher.row(row, leaf) != said {
            throw .tampered(expected, "the row hash does not follow from the leaf")
        }
        row = said
        if hasTree { tree.append(leaf, hasher) }
        previous = head
        return head
    }

    private mutating func readPayload(
        _ count: Int,
        _ hasPayload: UInt8,
        _ expectedHash: Digest?,
        _ expected: UInt64,
        from input: inout Input,
        keeping: Bool
    ) throws(CheckFault) -> [UInt8]? {
        switch hasPayload {
        case 0:
            guard count == 0 else { throw .tampered(expected, "bytes follow a leaf without payload") }
            if expectedHash != nil { erased += 1 }
            return nil
        case 1:
            guard count >= LeafChain.saltBytes else { throw .tampered(expected, "the payload has no salt") }
            var kept: [UInt8]? = keeping && count <= LeafChain.longestKeptPayload ? [] : nil
            hasher.begin()
            let isWhole = try input.drain(count) { [hasher] piece in
                hasher.add(piece)
                if kept != nil { kept?.append(contentsOf: piece.indices.map { piece[$0] }) }
            }
            guard isWhole else { throw .incomplete("the file ends within a payload") }
            guard hasher.end() == expectedHash else { throw .tampered(expected, "the payload has another hash") }
            return kept
        default:
            throw .tampered(expected, "the mark of a payload is neither 0 nor 1")
        }
    }

    private mutating func compare(_ options: ExportVerifier.Options) throws(CheckFault) {
        if known.knows(position) { try known.compare(position, root: root, row: row) }
        if options.wanted != nil, position == options.proofSize ?? header.last, let root,
            let siblings = tree.path(hasher)
        {
            path = (siblings, root, position)
        }
    }

    /// After the last leaf.
    mutating func finish(_ options: ExportVerifier.Options) throws(CheckFault) {
        try known.finish(header, isPart: options.isPart)
        if !header.isWhole, !isFirstBound {
            throw .incomplete("nothing binds position \(header.first): give a checkpoint of size \(header.first - 1)")
        }
    }
}

extension LeafHead {
    /// Within one system leaves are ordered by transaction and number; a new system begins a new epoch.
    func follows(_ earlier: LeafHead) -> Bool {
        system != earlier.system || (transaction, leafID) > (earlier.transaction, earlier.leafID)
    }
}
