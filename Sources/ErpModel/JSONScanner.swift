/// Walks over JSON text without recursion.
struct JSONScanner {
    private let bytes: ArraySlice<UInt8>
    private var index: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        index = bytes.startIndex
    }

    static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }

    var atEnd: Bool { index >= bytes.endIndex }

    private var peek: UInt8? { atEnd ? nil : bytes[index] }

    private mutating func skipSpace() {
        while let byte = peek, JSONScanner.isSpace(byte) { index += 1 }
    }

    /// Steps over white space and, when it is there, one punctuation mark.
    mutating func skip(_ mark: UInt8) {
        skipSpace()
        if peek == mark { index += 1 }
    }

    /// The bytes of the next value of well-formed text; nil at the end.
    mutating func nextValue() -> ArraySlice<UInt8>? {
        skipSpace()
        let start = index
        var depth = 0
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "\""):
                skipString()
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                index += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                index += 1
            default:
                skipWord()
            }
            skipInside(depth)
            if depth <= 0 { break }
        }
        return index > start ? bytes[start..<index] : nil
    }

    private mutating func skipInside(_ depth: Int) {
        guard depth > 0 else { return }
        while let byte = peek, JSONScanner.isSpace(byte) || byte == UInt8(ascii: ",") || byte == UInt8(ascii: ":") {
            index += 1
        }
    }

    private mutating func skipString() {
        index += 1
        while let byte = peek {
            index += byte == UInt8(ascii: "\\") ? 2 : 1
            if byte == UInt8(ascii: "\"") { return }
        }
    }

    private mutating func skipWord() {
        index += 1
        while let byte = peek, !JSONScanner.isSpace(byte), !JSONScanner.isPunctuation(byte) { index += 1 }
    }

    private static func isPunctuation(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "["),
            UInt8(ascii: "]"), UInt8(ascii: "\""):
            true
        default:
            false
        }
    }
}

// MARK: - Validation

extension JSONScanner {
    private enum Expected {
        case value, valueOrEnd, keyOrEnd, key, separatorOrEnd
    }

    /// Steps over one value of unknown text; false when it is not well-formed.
    mutating func skipValidValue() -> Bool {
        var open: [UInt8] = []
        var expected = Expected.value
        while true {
            skipSpace()
            guard let byte = peek else { return false }
            let closes = open.last.map { $0 &+ 2 == byte } ?? false
            switch expected {
            case .valueOrEnd where closes, .keyOrEnd where closes, .separatorOrEnd where closes:
                index += 1
                open.removeLast()
                expected = .separatorOrEnd
            case .key, .keyOrEnd:
                guard skipValidString() else { return false }
                skipSpace()
                guard peek == UInt8(ascii: ":") else { return false }
                index += 1
                expected = .value
            case .separatorOrEnd:
                guard byte == UInt8(ascii: ",") else { return false }
                index += 1
                expected = open.last == UInt8(ascii: "{") ? .key : .value
            case .value, .valueOrEnd:
                if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
                    index += 1
                    open.append(byte)
                    expected = byte == UInt8(ascii: "{") ? .keyOrEnd : .valueOrEnd
                    continue
                }
                guard skipValidScalar(byte) else { return false }
                expected = .separatorOrEnd
            }
            if open.isEmpty { return true }
        }
    }

    private mutating func skipValidScalar(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "\""): skipValidString()
        case UInt8(ascii: "t"): skipLiteral("true")
        case UInt8(ascii: "f"): skipLiteral("false")
        case UInt8(ascii: "n"): skipLiteral("null")
        default: skipValidNumber()
        }
    }

    private mutating func skipLiteral(_ word: StaticString) -> Bool {
        word.withUTF8Buffer { expected in
            guard bytes[index...].starts(with: expected) else { return false }
            index += expected.count
            return true
        }
    }

    private mutating func skipValidString() -> Bool {
        guard peek == UInt8(ascii: "\"") else { return false }
        index += 1
        while let byte = peek {
            index += 1
            switch byte {
            case UInt8(ascii: "\""): return true
            case 0..<0x20: return false
            case UInt8(ascii: "\\"): guard skipValidEscape() else { return false }
            default: break
            }
        }
        return false
    }

    private mutating func skipValidEscape() -> Bool {
        guard let byte = peek else { return false }
        index += 1
        guard byte == UInt8(ascii: "u") else { return "\"\\/bfnrt".utf8.contains(byte) }
        for _ in 0..<4 {
            guard let digit = peek, Character(UnicodeScalar(digit)).isHexDigit else { return false }
            index += 1
        }
        return true
    }

    private mutating func skipValidNumber() -> Bool {
        if peek == UInt8(ascii: "-") { index += 1 }
        if peek == UInt8(ascii: "0") {
            index += 1
        } else {
            guard skipDigits() else { return false }
        }
        if peek == UInt8(ascii: ".") {
            index += 1
            guard skipDigits() else { return false }
        }
        if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
            index += 1
            if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { index += 1 }
            guard skipDigits() else { return false }
        }
        return true
    }

    private mutating func skipDigits() -> Bool {
        let start = index
        while let byte = peek, byte >= 0x30, byte <= 0x39 { index += 1 }
        return index > start
    }
}

// MARK: - Strings

extension JSONScanner {
    static func key(_ raw: ArraySlice<UInt8>, equals name: String) -> Bool {
        raw.contains(UInt8(ascii: "\\")) ? unescape(raw) == name : raw.elementsEqual(name.utf8)
    }

    /// The text of a string's inside; an unpaired surrogate becomes U+FFFD.
    static func unescape(_ raw: ArraySlice<UInt8>) -> String {
        guard raw.contains(UInt8(ascii: "\\")) else { return String(decoding: raw, as: UTF8.self) }
        var text: [UInt8] = []
        var units: [UInt16] = []
        var rest = raw
        func flush() {
            guard !units.isEmpty else { return }
            text.append(contentsOf: String(decoding: units, as: UTF16.self).utf8)
            units = []
        }
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let escape = rest.popFirst() else {
                flush()
                text.append(byte)
                continue
            }
            if escape == UInt8(ascii: "u") {
                units.append(UInt16(String(decoding: rest.prefix(4), as: UTF8.self), radix: 16) ?? 0xFFFD)
                rest = rest.dropFirst(4)
            } else {
                flush()
                text.append(unescaped(escape))
            }
        }
        flush()
        return String(decoding: text, as: UTF8.self)
    }

    private static func unescaped(_ escape: UInt8) -> UInt8 {
        switch escape {
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: escape
        }
    }
}
