/// What the verifier saw last time: a later export must contain it.
public struct SeenState: Equatable, Sendable {
    public let ledger: String
    public let size: UInt64
    public let root: Digest
    public let row: Digest
    /// The newest checkpoint, where a file of them was given.
    public let checkpoint: Digest?

    public init(ledger: String, size: UInt64, root: Digest, row: Digest, checkpoint: Digest?) {
        self.ledger = ledger
        self.size = size
        self.root = root
        self.row = row
        self.checkpoint = checkpoint
    }

    private static let title = "erp-audit state 1"

    /// The text of a state file.
    public var text: String {
        """
        \(SeenState.title)
        ledger \(ledger)
        size \(size)
        root \(root)
        row \(row)
        checkpoint \(checkpoint?.description ?? "-")

        """
    }

    /// Reads the text of a state file; nil for anything that `text` does not write.
    public init?(text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count == 7 else { return nil }
        let values = lines.dropFirst().map { $0.split(separator: " ").dropFirst().first.map(String.init) ?? "" }
        guard let size = UInt64(values[1]), let root = Digest(hex: values[2]), let row = Digest(hex: values[3]) else {
            return nil
        }
        self.init(ledger: values[0], size: size, root: root, row: row, checkpoint: Digest(hex: values[4]))
        guard self.text == text else { return nil }
    }
}
