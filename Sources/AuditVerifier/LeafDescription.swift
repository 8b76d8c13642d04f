/// A leaf as lines that a person reads: its fields, then the columns of its image.
public struct LeafDescription {
    public private(set) var lines: [String] = []
    private let layouts: [Digest: Layout]

    /// - Parameter verifier: gives the names of the columns; without it they are numbered.
    public init(_ leaf: FoundLeaf, _ verifier: ExportVerifier? = nil) {
        layouts = verifier?.layouts ?? [:]
        lines.append("position: \(leaf.position)")
        lines.append("leaf hash: \(Hasher().leaf(leaf.encoding.span))")
        if let row = leaf.row { lines.append("row hash: \(row)") }
        let layout = describeFields(leaf.encoding)
        guard let payload = leaf.saltedPayload else {
            lines.append("payload: none here (erased, or the leaf has none)")
            return
        }
        describePayload(Array(payload.dropFirst(16)), layout)
    }

    private mutating func describeFields(_ encoding: [UInt8]) -> Digest? {
        var layout: Digest?
        var at = LeafHead.magic.count
        for field in LeafField.allCases {
            guard let value = try? ValueHead(encoding.span, at: at + 1) else { break }
            if field == .layout { layout = Digest(encoding[value.start..<value.end]) }
            lines.append("\(field.name): \(value.described(encoding))")
            at = value.end
        }
        return layout
    }

    private mutating func describePayload(_ payload: [UInt8], _ layout: Digest?) {
        do throws(FormatFault) {
            var reader = ImageReader(payload)
            if reader.takes("TX1") {
                try describe(try reader.digest(), &reader, "")
                let legs = try reader.number(4)
                lines.append("legs: \(legs)")
                for leg in 0..<legs { try describe(try reader.digest(), &reader, "leg \(leg + 1) ") }
            } else {
                try describe(layout, &reader, "")
            }
            guard reader.isAtEnd else { throw FormatFault("bytes follow the image") }
        } catch {
            lines.append("payload: \(error.message): \\x\(Hex.text(payload))")
        }
    }

    private mutating func describe(_ layout: Digest?, _ reader: inout ImageReader, _ prefix: String) throws(FormatFault)
    {
        guard reader.takes("RI1") else { throw FormatFault("this is no row image") }
        let known = layout.flatMap { layouts[$0] }
        if let known { lines.append("\(prefix)image of \(printable(known.table.utf8)):") }
        for index in 0..<(try reader.number(2)) {
            let name = known.flatMap { index < $0.columns.count ? $0.columns[index] : nil } ?? "column \(index + 1)"
            lines.append("  \(prefix)\(printable(name.utf8)) = \(try reader.value())")
        }
    }
}

/// Walks over the bytes of a payload.
private struct ImageReader {
    private let bytes: [UInt8]
    private var at = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { at == bytes.count }

    mutating func takes(_ word: String) -> Bool {
        guard bytes[at...].starts(with: word.utf8) else { return false }
        at += word.utf8.count
        return true
    }

    mutating func number(_ width: Int) throws(FormatFault) -> Int {
        try take(width).reduce(0) { $0 << 8 | Int($1) }
    }

    mutating func digest() throws(FormatFault) -> Digest? { Digest(try take(Digest.byteCount)) }

    mutating func value() throws(FormatFault) -> String {
        let head = try ValueHead(bytes.span, at: at)
        at = head.end
        return head.described(bytes)
    }

    private mutating func take(_ count: Int) throws(FormatFault) -> ArraySlice<UInt8> {
        guard count <= bytes.count - at else { throw FormatFault("the image is cut off") }
        defer { at += count }
        return bytes[at..<at + count]
    }
}
