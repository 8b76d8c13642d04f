/// The RFC 6962 tree over the leaf hashes so far: only the roots of its perfect subtrees, largest first.
///
/// A leaf can be followed: its audit path is then collected while the tree grows, without a second pass.
public struct MerkleTree: Sendable {
    /// Roots of the perfect subtrees of `size`, largest first.
    public private(set) var peaks: [Digest]
    public private(set) var size: UInt64

    /// The position whose audit path is wanted.
    private let followed: UInt64?
    /// Which peak contains it, once it has been appended.
    private var followedPeak: Int?
    /// Its siblings within that peak, from the leaf up.
    private var siblings: [Digest] = []

    public init(following position: UInt64? = nil) {
        peaks = []
        size = 0
        followed = position
    }

    /// A tree known by its peaks; nil when their number does not fit the size.
    public init?(size: UInt64, peaks: [Digest]) {
        guard peaks.count == size.nonzeroBitCount else { return nil }
        self.peaks = peaks
        self.size = size
        followed = nil
    }

    mutating func append(_ leaf: Digest, _ hasher: Hasher) {
        peaks.append(leaf)
        size += 1
        if size == followed { followedPeak = peaks.count - 1 }
        var trees = size
        while trees & 1 == 0 {
            let right = peaks.removeLast()
            let left = peaks.removeLast()
            if followedPeak == peaks.count {
                siblings.append(right)
            } else if followedPeak == peaks.count + 1 {
                siblings.append(left)
                followedPeak = peaks.count
            }
            peaks.append(hasher.node(left, right))
            trees >>= 1
        }
    }

    /// The root of the tree as it is; nil for an empty one.
    public var root: Digest? { root(Hasher()) }

    func root(_ hasher: Hasher) -> Digest? {
        guard var root = peaks.last else { return nil }
        for peak in peaks.dropLast().reversed() { root = hasher.node(peak, root) }
        return root
    }

    /// The audit path of the followed leaf in the tree as it is; nil before that leaf has come.
    func path(_ hasher: Hasher) -> [Digest]? {
        guard let followedPeak, var right = peaks.last else { return nil }
        var path = siblings
        for index in peaks.indices.dropLast().reversed() {
            // Right of the leaf's peak everything is one sibling; left of it each peak is one.
            if index == followedPeak { path.append(right) }
            if index < followedPeak { path.append(peaks[index]) }
            right = hasher.node(peaks[index], right)
        }
        return path
    }

    /// The root that an audit path leads to (RFC 9162, 2.1.3.2); nil when the path has the wrong length.
    static func root(leaf: Digest, position: UInt64, size: UInt64, path: [Digest], _ hasher: Hasher) -> Digest? {
        guard position >= 1, position <= size else { return nil }
        var index = position - 1
        var last = size - 1
        var root = leaf
        for sibling in path {
            guard last > 0 else { return nil }
            if index & 1 == 1 || index == last {
                root = hasher.node(sibling, root)
                while index & 1 == 0, index != 0 {
                    index >>= 1
                    last >>= 1
                }
            } else {
                root = hasher.node(root, sibling)
            }
            index >>= 1
            last >>= 1
        }
        return last == 0 ? root : nil
    }
}
