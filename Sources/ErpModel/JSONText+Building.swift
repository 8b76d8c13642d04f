extension JSONText {
    public static let null = JSONText(trusted: "null")
    public static let emptyObject = JSONText(trusted: "{}")

    public static func string(_ value: String) -> JSONText {
        var bytes: [UInt8] = [UInt8(ascii: "\"")]
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0..<0x20:
                // NUL has no place in PostgreSQL's text; it becomes the replacement character.
                let escape = byte == 0 ? "\\ufffd" : "\\u00" + hexadecimal(byte)
                bytes.append(contentsOf: escape.utf8)
            default:
                bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
        return JSONText(slice: bytes[...])
    }

    public static func string(_ value: String?) -> JSONText {
        value.map { string($0) } ?? .null
    }

    public static func integer(_ value: Int64) -> JSONText {
        JSONText(trusted: "\(value)")
    }

    public static func bool(_ value: Bool) -> JSONText {
        JSONText(trusted: value ? "true" : "false")
    }

    public static func array(_ elements: [JSONText]) -> JSONText {
        var bytes: [UInt8] = [UInt8(ascii: "[")]
        for element in elements {
            if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(contentsOf: element.bytes)
        }
        bytes.append(UInt8(ascii: "]"))
        return JSONText(slice: bytes[...])
    }

    /// An object with members in the order given.
    public static func object(_ members: [(String, JSONText)]) -> JSONText {
        var bytes: [UInt8] = [UInt8(ascii: "{")]
        for (name, value) in members {
            if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(contentsOf: string(name).bytes)
            bytes.append(UInt8(ascii: ":"))
            bytes.append(contentsOf: value.bytes)
        }
        bytes.append(UInt8(ascii: "}"))
        return JSONText(slice: bytes[...])
    }

    /// This object with members added at the end; `jsonb` lets the last of two equal names win.
    ///
    /// Anything but an object is replaced by an object of the added members alone.
    public func adding(_ members: [(String, JSONText)]) -> JSONText {
        let added = JSONText.object(members)
        guard isObject, !members.isEmpty else { return isObject ? self : added }
        let inside = bytes.dropFirst().dropLast()
        guard inside.contains(where: { !JSONScanner.isSpace($0) }) else { return added }
        return JSONText(slice: (bytes.dropLast() + [UInt8(ascii: ",")] + added.bytes.dropFirst())[...])
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
    }
}
