/// A document as text again, without spaces and with the fewest escapes.
struct JSONWriter {
    private let document: JSONDocument
    private(set) var text: [UInt8] = []

    init(_ document: JSONDocument) {
        self.document = document
        write(0)
    }

    private mutating func write(_ index: Int) {
        let node = document[index]
        switch node.kind {
        case .null, .bool, .number: text += node.text
        case .string: write(string: node.text)
        case .array, .object:
            text.append(node.kind == .array ? 0x5B : 0x7B)
            for (position, child) in document.children(index).enumerated() {
                if position > 0 { text.append(0x2C) }
                if node.kind == .object {
                    write(string: document[child].key)
                    text.append(0x3A)
                }
                write(child)
            }
            text.append(node.kind == .array ? 0x5D : 0x7D)
        }
    }

    private mutating func write(string: [UInt8]) {
        let digits = Array("0123456789abcdef".utf8)
        text.append(0x22)
        for byte in string {
            if byte < 0x20 {
                text += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            } else {
                if byte == 0x22 || byte == 0x5C { text.append(0x5C) }
                text.append(byte)
            }
        }
        text.append(0x22)
    }
}
