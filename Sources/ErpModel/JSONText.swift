/// A JSON value kept as the text it came in.
///
/// Members are found by scanning, so numbers keep their digits, nothing is copied until it is asked for, and depth
/// costs no stack. The text is well-formed: PostgreSQL wrote it, or `init(validating:)` accepted it.
public struct JSONText: Hashable, Sendable, CustomStringConvertible {
    let bytes: ArraySlice<UInt8>

    /// Takes text that is known to be JSON, such as a `jsonb` column.
    public init(trusted text: String) {
        bytes = Array(text.utf8)[...].trimmingSpace
    }

    /// Takes text of unknown origin; nil when it is not exactly one JSON value.
    public init?(validating text: String) {
        let candidate = Array(text.utf8)[...].trimmingSpace
        var scanner = JSONScanner(candidate)
        guard scanner.skipValidValue(), scanner.atEnd else { return nil }
        bytes = candidate
    }

    init(slice: ArraySlice<UInt8>) {
        bytes = slice
    }

    /// The JSON text.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    public var description: String { text }

    public var isNull: Bool { bytes.elementsEqual("null".utf8) }

    public var isObject: Bool { bytes.first == UInt8(ascii: "{") }

    /// The truth value, when this is one.
    public var bool: Bool? {
        if bytes.elementsEqual("true".utf8) { return true }
        if bytes.elementsEqual("false".utf8) { return false }
        return nil
    }

    /// The whole number, when this is one that fits.
    public var integer: Int64? { Int64(text) }

    /// A count of something, kept within bounds that can be added up without a trap.
    var count: Int? {
        integer.map { Int(min(max(0, $0), 1 << 40)) }
    }

    /// The number as floating point, when this is one.
    public var number: Double? {
        guard let first = bytes.first, first == UInt8(ascii: "-") || (0x30...0x39).contains(first) else { return nil }
        return Double(text)
    }

    /// The names of an object's members, in order.
    public var names: [String] {
        var found: [String] = []
        forEachMember { key, _ in found.append(JSONScanner.unescape(key)) }
        return found
    }

    /// The string without quotes and escapes, when this is one.
    public var string: String? {
        guard bytes.first == UInt8(ascii: "\""), bytes.count >= 2 else { return nil }
        return JSONScanner.unescape(bytes.dropFirst().dropLast())
    }

    /// The member of an object; nil when this is no object or has no such member.
    public subscript(name: String) -> JSONText? {
        var found: JSONText?
        forEachMember { key, value in
            if JSONScanner.key(key, equals: name) { found = value }
        }
        return found
    }

    /// The elements of an array; empty when this is none.
    public var elements: [JSONText] {
        guard bytes.first == UInt8(ascii: "[") else { return [] }
        var scanner = JSONScanner(bytes.dropFirst().dropLast())
        var found: [JSONText] = []
        while let value = scanner.nextValue() {
            found.append(JSONText(slice: value))
            scanner.skip(UInt8(ascii: ","))
        }
        return found
    }

    /// Calls the closure with each raw key, without its quotes, and value.
    private func forEachMember(_ body: (ArraySlice<UInt8>, JSONText) -> Void) {
        guard isObject else { return }
        var scanner = JSONScanner(bytes.dropFirst().dropLast())
        while let key = scanner.nextValue() {
            scanner.skip(UInt8(ascii: ":"))
            guard let value = scanner.nextValue() else { return }
            body(key.dropFirst().dropLast(), JSONText(slice: value))
            scanner.skip(UInt8(ascii: ","))
        }
    }
}

extension ArraySlice<UInt8> {
    /// Without white space at both ends.
    var trimmingSpace: ArraySlice<UInt8> {
        var slice = self
        while let first = slice.first, JSONScanner.isSpace(first) { slice.removeFirst() }
        while let last = slice.last, JSONScanner.isSpace(last) { slice.removeLast() }
        return slice
    }
}
