/// Reads the notes of a checkpoint file one after another and judges their form alone.
public struct NoteReader {
    private var input: Input
    private var count = 0

    public init(_ source: any ByteSource) {
        input = Input(source)
    }

    /// The next note; nil at the end of the file.
    public mutating func next() throws(CheckFault) -> SignedCheckpoint? {
        guard try !input.isAtEnd() else { return nil }
        count += 1
        var lines: [[UInt8]] = []
        // A note has eight lines; with more it is refused and nothing is read on.
        while lines.count <= 8, let line = try input.line(), line != Array(SignedCheckpoint.separator.utf8) {
            lines.append(line)
        }
        do throws(FormatFault) {
            return try SignedCheckpoint(lines: lines)
        } catch {
            throw .unusable("checkpoint \(count): \(error.message)")
        }
    }
}
