// A small JSON reader for rules: bounded in size, depth and count, strict, no dictionary.

internal import CErpKernel

/// What a JSON value is.
enum JSONKind: UInt8 {
    case null, bool, number, string, array, object
}

/// One value; children are a linked list in the order of the text.
struct JSONNode {
    let kind: JSONKind
    /// Decoded text of a string, spelling of a number, `true` or `false`.
    var text: [UInt8]
    var key: [UInt8] = []
    var firstChild = -1
    var nextSibling = -1
    var count = 0
}

/// A parsed document; node 0 is the root.
struct JSONDocument {
    private(set) var nodes: [JSONNode] = []

    static var none: JSONNode { JSONNode(kind: .null, text: []) }

    subscript(index: Int) -> JSONNode { nodes.at(index) ?? JSONDocument.none }

    mutating func add(_ node: JSONNode) -> Int {
        nodes.append(node)
        return nodes.count &- 1
    }

    mutating func adopt(_ child: Int, by parent: Int, after previous: Int) {
        guard var node = nodes.at(parent) else { return }
        node.count &+= 1
        if previous < 0 {
            node.firstChild = child
        } else if var sibling = nodes.at(previous) {
            sibling.nextSibling = child
            nodes.replace(at: previous, with: sibling)
        }
        nodes.replace(at: parent, with: node)
    }

    mutating func setKey(_ key: [UInt8], of index: Int) {
        guard var node = nodes.at(index) else { return }
        node.key = key
        nodes.replace(at: index, with: node)
    }

    func children(_ index: Int) -> [Int] {
        var result: [Int] = []
        var child = self[index].firstChild
        while child >= 0, result.count < nodes.count {
            result.append(child)
            child = self[child].nextSibling
        }
        return result
    }

    /// The member of an object, or nil.
    func member(_ index: Int, _ key: StaticString) -> Int? {
        guard self[index].kind == .object else { return nil }
        var child = self[index].firstChild
        var left = nodes.count
        while child >= 0, left > 0 {
            if self[child].key.equals(key) { return child }
            child = self[child].nextSibling
            left &-= 1
        }
        return nil
    }
}

/// Reads one document, or says why not.
struct JSONReader {
    private let input: ByteView
    private var position = 0
    private var document = JSONDocument()

    /// Two containers per rule level, and one for lists.
    private static var maximumDepth: Int { Int(ERPK_MAX_DEPTH) &* 3 }

    init(_ input: ByteView) { self.input = input }

    mutating func read() throws(RuleFault) -> JSONDocument {
        guard input.count <= Int(ERPK_MAX_RULE_BYTES) else {
            throw RuleFault(ERPK_LIMIT, at: [], "the rule is larger than 64 KiB")
        }
        _ = try value(depth: 1)
        skipSpace()
        guard position == input.count else { throw malformed() }
        return document
    }

    private func malformed() -> RuleFault { RuleFault(ERPK_MALFORMED, at: [], "the rule is not valid JSON") }

    private mutating func skipSpace() {
        while position < input.count {
            let byte = input[position]
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            position &+= 1
        }
    }

    private mutating func accept(_ byte: UInt8) -> Bool {
        skipSpace()
        guard position < input.count, input[position] == byte else { return false }
        position &+= 1
        return true
    }

    private mutating func value(depth: Int) throws(RuleFault) -> Int {
        guard depth <= JSONReader.maximumDepth else {
            throw RuleFault(ERPK_LIMIT, at: [], "the rule is nested deeper than 64 levels")
        }
        skipSpace()
        switch input[position] {
        case 0x7B: return try container(.object, end: 0x7D, depth: depth)
        case 0x5B: return try container(.array, end: 0x5D, depth: depth)
        case 0x22: return document.add(JSONNode(kind: .string, text: try string()))
        case 0x74: return try word("true", .bool)
        case 0x66: return try word("false", .bool)
        case 0x6E: return try word("null", .null)
        default: return document.add(JSONNode(kind: .number, text: try number()))
        }
    }

    private mutating func word(_ word: StaticString, _ kind: JSONKind) throws(RuleFault) -> Int {
        let bytes = [UInt8](word)
        for byte in bytes {
            guard position < input.count, input[position] == byte else { throw malformed() }
            position &+= 1
        }
        return document.add(JSONNode(kind: kind, text: bytes))
    }

    private mutating func container(_ kind: JSONKind, end: UInt8, depth: Int) throws(RuleFault) -> Int {
        position &+= 1
        let index = document.add(JSONNode(kind: kind, text: []))
        if accept(end) { return index }
        var previous = -1
        repeat {
            var key: [UInt8] = []
            if kind == .object {
                skipSpace()
                guard input[position] == 0x22 else { throw malformed() }
                key = try string()
                guard accept(0x3A) else { throw malformed() }
            }
            let child = try value(depth: depth &+ 1)
            document.setKey(key, of: child)
            document.adopt(child, by: index, after: previous)
            previous = child
        } while accept(0x2C)
        guard accept(end) else { throw malformed() }
        return index
    }

    private mutating func number() throws(RuleFault) -> [UInt8] {
        let start = position
        while position < input.count {
            let byte = input[position]
            let digit = byte >= 0x30 && byte <= 0x39
            guard digit || byte == 0x2D || byte == 0x2B || byte == 0x2E || byte | 0x20 == 0x65 else { break }
            position &+= 1
        }
        let bytes = input.copied(from: start, to: position)
        if case .notANumber = Decimal.parse(bytes) { throw malformed() }
        return bytes
    }

    private mutating func string() throws(RuleFault) -> [UInt8] {
        position &+= 1
        var bytes: [UInt8] = []
        while position < input.count {
            let start = position
            while position < input.count, input[position] != 0x22, input[position] != 0x5C, input[position] >= 0x20 {
                position &+= 1
            }
            let plain = input.copied(from: start, to: position)
            let byte = input[position]
            position &+= 1
            if byte == 0x22 { return bytes.isEmpty ? plain : bytes + plain }
            guard byte == 0x5C else { throw malformed() }
            bytes += plain
            try escape(into: &bytes)
        }
        throw malformed()
    }

    private mutating func escape(into bytes: inout [UInt8]) throws(RuleFault) {
        let byte = input[position]
        position &+= 1
        switch byte {
        case 0x22, 0x5C, 0x2F: bytes.append(byte)
        case 0x62: bytes.append(0x08)
        case 0x66: bytes.append(0x0C)
        case 0x6E: bytes.append(0x0A)
        case 0x72: bytes.append(0x0D)
        case 0x74: bytes.append(0x09)
        case 0x75: try unicode(into: &bytes)
        default: throw malformed()
        }
    }

    private mutating func unit() throws(RuleFault) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = hexDigit(input[position]) else { throw malformed() }
            value = value &<< 4 | UInt32(digit)
            position &+= 1
        }
        return value
    }

    /// A text never holds NUL: C strings carry it on.
    private mutating func unicode(into bytes: inout [UInt8]) throws(RuleFault) {
        var scalar = try unit()
        if scalar >= 0xD800, scalar <= 0xDBFF {
            guard input[position] == 0x5C, input[position &+ 1] == 0x75 else { throw malformed() }
            position &+= 2
            let low = try unit()
            guard low >= 0xDC00, low <= 0xDFFF else { throw malformed() }
            scalar = 0x10000 &+ ((scalar &- 0xD800) &<< 10) &+ (low &- 0xDC00)
        }
        guard scalar != 0, scalar < 0xD800 || scalar > 0xDFFF else { throw malformed() }
        if scalar < 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: scalar))
        } else if scalar < 0x800 {
            bytes.append(UInt8(truncatingIfNeeded: 0xC0 | scalar &>> 6))
            bytes.append(UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F))
        } else if scalar < 0x10000 {
            bytes.append(UInt8(truncatingIfNeeded: 0xE0 | scalar &>> 12))
            bytes.append(UInt8(truncatingIfNeeded: 0x80 | scalar &>> 6 & 0x3F))
            bytes.append(UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F))
        } else {
            bytes.append(UInt8(truncatingIfNeeded: 0xF0 | scalar &>> 18))
            bytes.append(UInt8(truncatingIfNeeded: 0x80 | scalar &>> 12 & 0x3F))
            bytes.append(UInt8(truncatingIfNeeded: 0x80 | scalar &>> 6 & 0x3F))
            bytes.append(UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F))
        }
    }
}
