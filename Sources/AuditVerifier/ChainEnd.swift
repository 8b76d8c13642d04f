/// Where a chain ends: all that is needed to go on from there.
public struct ChainEnd: Sendable {
    public let row: Digest
    public let tree: MerkleTree

    public var size: UInt64 { tree.size }

    public init(row: Digest, tree: MerkleTree) {
        self.row = row
        self.tree = tree
    }

    /// Before the first leaf.
    public static var beginning: ChainEnd { ChainEnd(row: .zero, tree: MerkleTree()) }
}
