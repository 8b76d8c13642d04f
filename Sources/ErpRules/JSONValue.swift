/// A JSON value that can be walked in both directions; numbers keep their digits.
public indirect enum JSONValue: Hashable, Sendable {
    case null
    case boolean(Bool)
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([Member])

    /// One member of an object, in the order of the text.
    public struct Member: Hashable, Sendable {
        public let name: String
        public let value: JSONValue

        public init(_ name: String, _ value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    /// Reads one JSON value; nil when the text is not exactly one, or is nested deeper than 128 levels.
    public init?(_ text: String) {
        var reader = JSONValueReader(Array(text.utf8))
        guard let value = reader.value(depth: 0), reader.atEnd else { return nil }
        self = value
    }

    /// The member of an object; the last of two equal names.
    public subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.name == name }?.value
    }

    /// The members of an object; none for anything else.
    public var members: [Member] {
        guard case .object(let members) = self else { return [] }
        return members
    }

    /// The elements of a list; none for anything else.
    public var elements: [JSONValue] {
        guard case .array(let elements) = self else { return [] }
        return elements
    }

    /// The text of a string.
    public var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// The truth value of a boolean.
    public var bool: Bool? {
        guard case .boolean(let value) = self else { return nil }
        return value
    }

    /// The whole number, when this is one that fits.
    public var integer: Int? {
        guard case .number(let digits) = self else { return nil }
        return Int(digits)
    }

    /// The value as JSON text on one line.
    public var json: String {
        switch self {
        case .null: "null"
        case .boolean(let value): value ? "true" : "false"
        case .number(let digits): digits
        case .string(let text): JSONValue.quote(text)
        case .array(let elements): "[" + elements.map(\.json).joined(separator: ", ") + "]"
        case .object(let members):
            "{" + members.map { "\(JSONValue.quote($0.name)): \($0.value.json)" }.joined(separator: ", ") + "}"
        }
    }

    private static func quote(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}

private struct JSONValueReader {
    private let bytes: [UInt8]
    private var index = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var atEnd: Bool {
        mutating get {
            skipSpace()
            return index == bytes.count
        }
    }

    private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipSpace() {
        while let byte = peek, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { index += 1 }
    }

    private mutating func take(_ mark: Character) -> Bool {
        skipSpace()
        guard peek == mark.asciiValue else { return false }
        index += 1
        return true
    }

    mutating func value(depth: Int) -> JSONValue? {
        guard depth < 128 else { return nil }
        if take("{") { return object(depth: depth) }
        if take("[") { return array(depth: depth) }
        if peek == UInt8(ascii: "\"") { return string().map(JSONValue.string) }
        let start = index
        while let byte = peek, !",:]} \n\r\t[{\"".utf8.contains(byte) { index += 1 }
        let word = String(decoding: bytes[start..<index], as: UTF8.self)
        switch word {
        case "null": return .null
        case "true": return .boolean(true)
        case "false": return .boolean(false)
        default: return Decimal(word) != nil && word.first != "+" ? .number(word) : nil
        }
    }

    private mutating func object(depth: Int) -> JSONValue? {
        var members: [JSONValue.Member] = []
        if take("}") { return .object([]) }
        repeat {
            skipSpace()
            guard let name = string(), take(":"), let value = value(depth: depth + 1) else { return nil }
            members.append(JSONValue.Member(name, value))
        } while take(",")
        return take("}") ? .object(members) : nil
    }

    private mutating func array(depth: Int) -> JSONValue? {
        var elements: [JSONValue] = []
        if take("]") { return .array([]) }
        repeat {
            guard let value = value(depth: depth + 1) else { return nil }
            elements.append(value)
        } while take(",")
        return take("]") ? .array(elements) : nil
    }

    private mutating func string() -> String? {
        guard peek == UInt8(ascii: "\"") else { return nil }
        index += 1
        var text: [UInt8] = []
        var units: [UInt16] = []
        func flushed(_ text: [UInt8]) -> [UInt8] { text + Array(String(decoding: units, as: UTF16.self).utf8) }
        while let byte = peek {
            index += 1
            if byte == UInt8(ascii: "\\"), peek == UInt8(ascii: "u") {
                guard index + 5 <= bytes.count,
                    let unit = UInt16(String(decoding: bytes[(index + 1)..<(index + 5)], as: UTF8.self), radix: 16)
                else { return nil }
                units.append(unit)
                index += 5
                continue
            }
            text = flushed(text)
            units = []
            if byte == UInt8(ascii: "\"") { return String(decoding: text, as: UTF8.self) }
            guard byte == UInt8(ascii: "\\") else {
                guard byte >= 0x20 else { return nil }
                text.append(byte)
                continue
            }
            guard let escape = peek, let plain = JSONValueReader.escapes[escape] else { return nil }
            text.append(plain)
            index += 1
        }
        return nil
    }

    private static let escapes: [UInt8: UInt8] = [
        0x22: 0x22, 0x5C: 0x5C, 0x2F: 0x2F, 0x62: 0x08, 0x66: 0x0C, 0x6E: 0x0A, 0x72: 0x0D, 0x74: 0x09,
    ]
}
