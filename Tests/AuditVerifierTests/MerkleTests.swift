import Testing

@testable import AuditVerifier

struct MerkleTests {
    private let hasher = Hasher()

    private func tree(_ leaves: [[UInt8]], following position: UInt64? = nil) throws -> MerkleTree {
        var tree = MerkleTree(following: position)
        for leaf in leaves { tree.append(try #require(Digest(leaf)), hasher) }
        return tree
    }

    @Test("the roots are those that Certificate Transparency publishes for its eight leaves")
    func publishedRoots() throws {
        let inputs: [[UInt8]] = [
            [], [0x00], [0x10], [0x20, 0x21], [0x30, 0x31], [0x40, 0x41, 0x42, 0x43], Array(0x50...0x57),
            Array(0x60...0x6F),
        ]
        let published = [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ]
        var tree = MerkleTree()
        for (input, root) in zip(inputs, published) {
            tree.append(hasher.leaf(input.span), hasher)
            #expect(tree.root(hasher)?.description == root)
        }
    }

    @Test("an audit path of every leaf in every tree up to 33 leads to the root that the definition gives")
    func paths() throws {
        let leaves = (0..<33).map { sha([UInt8($0)]) }
        for size in 1...33 {
            let root = treeRoot(leaves[..<size])
            for position in 1...size {
                let tree = try tree(Array(leaves[..<size]), following: UInt64(position))
                #expect(tree.root(hasher)?.bytes == root)
                let path = try #require(tree.path(hasher))
                let leaf = try #require(Digest(leaves[position - 1]))
                func reached(_ position: Int, _ path: [Digest]) -> [UInt8]? {
                    MerkleTree.root(leaf: leaf, position: UInt64(position), size: UInt64(size), path: path, hasher)?
                        .bytes
                }
                #expect(reached(position, path) == root)
                #expect(reached(position, path + [leaf]) == nil)
                #expect(size == 1 || reached(position, path.dropLast()) == nil)
                #expect(size == 1 || reached(position % size + 1, path) != root)
            }
        }
    }

    @Test("a tree goes on from its peaks")
    func peaks() throws {
        let leaves = (0..<21).map { sha([UInt8($0)]) }
        let first = try tree(Array(leaves[..<13]))
        var second = try #require(MerkleTree(size: 13, peaks: first.peaks))
        for leaf in leaves[13...] { second.append(try #require(Digest(leaf)), hasher) }
        #expect(second.root(hasher)?.bytes == treeRoot(leaves[...]))
        #expect(MerkleTree(size: 12, peaks: first.peaks) == nil)
    }

    @Test("an empty tree has neither root nor path")
    func empty() {
        #expect(MerkleTree().root(hasher) == nil)
        #expect(MerkleTree(following: 1).path(hasher) == nil)
    }
}
