/// That one leaf is part of a tree whose root somebody signed: to be checked without the export.
public struct InclusionProof: Equatable, Sendable {
    public let ledger: String
    public let leaf: FoundLeaf
    public let size: UInt64
    public let root: Digest
    public let path: [Digest]

    private static let format = "erp-audit-proof 1"

    /// The proof for the leaf that a verifier was asked for; nil when the file does not hold it or begins later.
    public init?(_ verifier: ExportVerifier, ledger: String) {
        guard let leaf = verifier.found, let path = verifier.path else { return nil }
        self.ledger = ledger
        self.leaf = FoundLeaf(
            position: leaf.position,
            row: nil,
            encoding: leaf.encoding,
            saltedPayload: leaf.saltedPayload
        )
        size = path.size
        root = path.root
        self.path = path.siblings
    }

    /// Reads a proof and checks that it is one: the leaf leads to the root, the payload to the leaf.
    public init(json bytes: [UInt8]) throws(CheckFault) {
        guard let json = JSON(bytes), json["format"]?.string == InclusionProof.format,
            let ledger = json["ledger"]?.string, let ledgerBytes = uuidBytes(ledger),
            let position = json["position"]?.count, let size = json["size"]?.count,
            let root = json["root"]?.string.flatMap({ Digest(hex: $0) }),
            let encoding = json["leaf"]?.string.flatMap({ Hex.bytes($0) }),
            let hexPath = json["path"]?.strings
        else { throw .unusable("this is no inclusion proof") }
        path = hexPath.compactMap { Digest(hex: $0) }
        guard path.count == hexPath.count else { throw .unusable("a step of the path is no hash") }
        var payload: [UInt8]?
        if let text = json["payload"]?.string {
            guard let read = Hex.bytes(text) else { throw .unusable("the payload is not hexadecimal") }
            payload = read
        }
        self.ledger = ledger
        self.size = size
        self.root = root
        leaf = FoundLeaf(position: position, row: nil, encoding: encoding, saltedPayload: payload)
        try check(ledgerBytes)
    }

    private func check(_ ledgerBytes: [UInt8]) throws(CheckFault) {
        let hasher = Hasher()
        let head: LeafHead
        do throws(FormatFault) {
            head = try LeafHead(leaf.encoding.span, ledger: ledgerBytes)
        } catch {
            throw .tampered(leaf.position, error.message)
        }
        if let payload = leaf.saltedPayload, hasher.hash(payload) != head.payload {
            throw .tampered(leaf.position, "the payload has another hash")
        }
        let hash = hasher.leaf(leaf.encoding.span)
        let reached = MerkleTree.root(leaf: hash, position: leaf.position, size: size, path: path, hasher)
        guard reached == root, hasher.isSound else {
            throw .tampered(leaf.position, "the path does not lead to the root")
        }
    }

    /// The proof as a file.
    public var json: String {
        let steps = path.map { "    \"\($0)\"" }.joined(separator: ",\n")
        return """
            {
              "format": "\(InclusionProof.format)",
              "ledger": \(jsonString(ledger)),
              "position": \(leaf.position),
              "size": \(size),
              "root": "\(root)",
              "leaf": "\(Hex.text(leaf.encoding))",
              "payload": \(leaf.saltedPayload.map { "\"\(Hex.text($0))\"" } ?? "null"),
              "path": [\(path.isEmpty ? "" : "\n\(steps)\n  ")]
            }

            """
    }

    /// True when a checkpoint vouches for the tree that the leaf is proven in.
    public func isVouchedFor(by checkpoint: Checkpoint) -> Bool {
        checkpoint.ledger == ledger && checkpoint.size == size && checkpoint.root == root
    }
}
