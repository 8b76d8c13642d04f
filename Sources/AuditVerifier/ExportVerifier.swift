/// Checks an export in one pass, holding a window of it, the peaks of the tree and the layouts, however large it is.
public struct ExportVerifier {
    /// What is wanted besides the verdict.
    public struct Options: Sendable {
        /// The file was asked to end before the ledger does.
        public var isPart = false
        /// A leaf to hand out.
        public var wanted: UInt64?
        /// The size of the tree in which the wanted leaf is proven; the whole file unless set.
        public var proofSize: UInt64?

        public init() {}
    }

    private static let magic = Array("EAX1".utf8)
    private static let recordHead = 5
    private static let longestHeader = 1 << 16
    /// What all layouts of a file may have together.
    private static let mostLayoutBytes = 1 << 22

    private var input: Input
    private let options: Options
    private let hasher = Hasher()
    private var leaves: LeafChain
    private let header: ExportHeader
    private var layoutBytes = 0
    private(set) var layouts: [Digest: Layout] = [:]
    private var batches: UInt64 = 0
    private var batchEnd: UInt64

    /// Reads the beginning of the export.
    ///
    /// - Parameter end: where the leaves before the export end, when that is known for certain.
    public init(
        _ export: any ByteSource,
        checkpoints: CheckpointReader? = nil,
        seen: SeenState? = nil,
        after end: ChainEnd? = nil,
        options: Options = Options()
    ) throws(CheckFault) {
        input = Input(export)
        self.options = options
        guard try input.takes(ExportVerifier.magic) else { throw .unusable("this is no audit export") }
        let (type, count) = try input.recordHead()
        guard type == UInt8(ascii: "H"), count <= ExportVerifier.longestHeader else {
            throw .unusable("the export does not begin with its header")
        }
        header = try ExportHeader(json: input.take(count))
        batchEnd = header.first - 1
        if let end, end.size + 1 != header.first {
            throw .incomplete("the export begins at position \(header.first), not at \(end.size + 1)")
        }
        let known = try KnownSizes(checkpoints, seen: seen, header: header)
        leaves = LeafChain(header, known, after: end, following: options.wanted, hasher)
    }

    /// Where the leaves end that were read; nil when it is not known where they begin.
    public var end: ChainEnd? { leaves.end }

    /// Which ledger the export is of.
    public var ledger: String { header.ledger }

    /// The leaf that was asked for; known after `verify`.
    public var found: FoundLeaf? { leaves.found }

    /// The audit path of that leaf and the root it leads to, in the tree of the size that was asked for.
    public var path: (siblings: [Digest], root: Digest, size: UInt64)? { leaves.path }

    /// Reads to the end; returns only when everything holds.
    public mutating func verify() throws(CheckFault) -> ExportReport {
        while try !readRecord() {}
        guard try input.isAtEnd() else { throw .unusable("bytes follow the end record") }
        guard hasher.isSound else { throw .unusable("libcrypto refuses to work") }
        guard leaves.position == header.last else {
            throw .tampered(
                leaves.position + 1, "the header says \(header.last) leaves, the file ends at \(leaves.position)")
        }
        try leaves.finish(options)
        guard batchEnd == header.last || options.isPart else {
            throw .incomplete("no batch covers positions \(batchEnd + 1) to \(header.last)")
        }
        return ExportReport(
            ledger: header.ledger,
            first: header.first,
            last: header.last,
            erasedPayloads: leaves.erased,
            batches: batches,
            checkpoints: leaves.known.met,
            checkpointSize: leaves.known.newestMet,
            root: leaves.root,
            row: leaves.row,
            newestCheckpoint: leaves.known.newestHash
        )
    }

    /// Reads one record; true when it was the last.
    private mutating func readRecord() throws(CheckFault) -> Bool {
        guard try !input.isAtEnd() else { throw .incomplete("the file has no end record") }
        let (type, count) = try input.recordHead()
        switch type {
        case UInt8(ascii: "L"): try leaves.read(count, from: &input, layouts: layouts, options)
        case UInt8(ascii: "B"): try readBatch(count)
        case UInt8(ascii: "Y"): try readLayout(count)
        case UInt8(ascii: "E"):
            try readEnd(count)
            return true
        default: throw .unusable("after position \(leaves.position) comes a record of unknown type")
        }
        return false
    }

    private mutating func readLayout(_ count: Int) throws(CheckFault) {
        layoutBytes += count
        guard count > Digest.byteCount, layoutBytes <= ExportVerifier.mostLayoutBytes else {
            throw .unusable("a layout is empty, or there are too many")
        }
        let bytes = try input.take(count)
        do throws(FormatFault) {
            let layout = try Layout(json: Array(bytes[Digest.byteCount...]))
            let hash = layout.hash(hasher)
            guard hash == Digest(bytes[..<Digest.byteCount]) else {
                throw FormatFault("the layout of \(printable(layout.table.utf8)) has another hash")
            }
            layouts[hash] = layout
        } catch {
            throw .tampered(leaves.position + 1, error.message)
        }
    }

    private mutating func readBatch(_ count: Int) throws(CheckFault) {
        guard count == 16 + Digest.byteCount else { throw .unusable("a batch record has the wrong length") }
        let bytes = try input.take(count)
        let (first, last) = (bigEndian(bytes[0..<8]), bigEndian(bytes[8..<16]))
        // The first batch of a part may begin before it.
        let follows = first == batchEnd + 1 || (batches == 0 && !header.isWhole && first <= header.first)
        guard follows, last == leaves.position, first <= last else {
            throw .tampered(batchEnd + 1, "the batch of \(first) to \(last) does not follow \(batchEnd)")
        }
        if let root = leaves.root, root != Digest(bytes[16...]) {
            throw .tampered(last, "the root of the batch of \(first) to \(last) is another")
        }
        batchEnd = last
        batches += 1
    }

    private mutating func readEnd(_ count: Int) throws(CheckFault) {
        guard count == 8 else { throw .unusable("the end record has the wrong length") }
        let leavesSaid = bigEndian(try input.take(count)[...])
        guard leavesSaid == leaves.position + 1 - header.first else {
            throw .tampered(leaves.position + 1, "the end record counts \(leavesSaid) leaves")
        }
    }
}

extension Input {
    /// Passes over exactly these bytes; false when others follow.
    mutating func takes(_ expected: [UInt8]) throws(CheckFault) -> Bool {
        guard try holds(expected.count) else { return false }
        defer { skip(expected.count) }
        return withAvailable(expected.count) { bytes in expected.indices.allSatisfy { bytes[$0] == expected[$0] } }
    }

    /// `type u8 || length u32`.
    mutating func recordHead() throws(CheckFault) -> (type: UInt8, count: Int) {
        guard try holds(5) else { throw .incomplete("the file ends within a record") }
        defer { skip(5) }
        return withAvailable(5) { ($0[0], bigEndian32($0, 1)) }
    }

    /// Bytes of a short record.
    mutating func take(_ count: Int) throws(CheckFault) -> [UInt8] {
        guard count <= Input.windowBytes else { throw .unusable("a record is too long") }
        guard try holds(count) else { throw .incomplete("the file ends within a record") }
        defer { skip(count) }
        return withAvailable(count) { bytes in bytes.indices.map { bytes[$0] } }
    }
}
