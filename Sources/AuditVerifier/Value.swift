/// The types of encoded values.
enum ValueType: UInt8 {
    case null, bool, integer, decimal, text, bytes, date, timestamptz, uuid, json, timestamp, other

    /// The only length that values of the type have, where there is one.
    fileprivate var length: Int? {
        switch self {
        case .null: 0
        case .bool: 1
        case .integer, .date, .timestamptz, .timestamp: 8
        case .uuid: 16
        default: nil
        }
    }
}

/// Where an encoded value lies in its bytes.
struct ValueHead {
    let type: ValueType
    let start: Int
    let count: Int

    var end: Int { start + count }

    /// Reads `type u8 || length u32` at an offset and checks that the value ends within the bytes.
    init(_ bytes: Span<UInt8>, at offset: Int) throws(FormatFault) {
        guard bytes.count - offset >= 5 else { throw FormatFault("a value is cut off") }
        guard let type = ValueType(rawValue: bytes[offset]) else { throw FormatFault("a value has an unknown type") }
        self.type = type
        start = offset + 5
        count = bigEndian32(bytes, offset + 1)
        guard count <= bytes.count - start else { throw FormatFault("a value is cut off") }
        guard type.length == nil || type.length == count else { throw FormatFault("a value has the wrong length") }
        guard type != .bool || bytes[start] <= 1 else { throw FormatFault("a truth value is neither 0 nor 1") }
    }
}

extension ValueHead {
    /// The value as a person reads it.
    func described(_ bytes: [UInt8]) -> String {
        let content = bytes[start..<end]
        let number = bigEndian(content.prefix(8))
        switch type {
        case .null: return "NULL"
        case .bool: return content.first == 1 ? "true" : "false"
        case .integer: return "\(Int64(bitPattern: number))"
        case .decimal, .text, .json: return printable(content)
        case .bytes: return "\\x" + Hex.text(content)
        case .date: return dayText(Int64(bitPattern: number))
        case .timestamptz: return momentText(Int64(bitPattern: number), zone: "Z")
        case .timestamp: return momentText(Int64(bitPattern: number), zone: "")
        case .uuid: return uuidText(content)
        case .other: return otherText(content)
        }
    }
}

/// Text in which nothing moves the cursor of a terminal.
func printable(_ bytes: some Collection<UInt8>) -> String {
    var text = ""
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0: text += "\\u{\(String(scalar.value, radix: 16))}"
        default: text.unicodeScalars.append(scalar)
        }
    }
    return text
}

/// The 8-4-4-4-12 form of sixteen bytes.
func uuidText(_ bytes: some Sequence<UInt8>) -> String {
    var text = ""
    for (index, digit) in Hex.text(bytes).enumerated() {
        if [8, 12, 16, 20].contains(index) { text += "-" }
        text.append(digit)
    }
    return text
}

/// The sixteen bytes of an 8-4-4-4-12 text of lower case.
func uuidBytes(_ text: String) -> [UInt8]? {
    guard let read = Hex.bytes(text.filter { $0 != "-" }), read.count == 16, uuidText(read) == text else { return nil }
    return read
}

private func otherText(_ content: ArraySlice<UInt8>) -> String {
    guard content.count >= 2 else { return "\\x" + Hex.text(content) }
    let nameCount = Int(content[content.startIndex]) << 8 | Int(content[content.startIndex + 1])
    let rest = content.dropFirst(2)
    guard nameCount <= rest.count else { return "\\x" + Hex.text(content) }
    return "\(printable(rest.dropFirst(nameCount))) (\(printable(rest.prefix(nameCount))))"
}

private func dayText(_ days: Int64) -> String {
    switch days {
    case .max: return "infinity"
    case .min: return "-infinity"
    default: break
    }
    // Days of the proleptic Gregorian calendar from 0000-03-01 (eras of 400 years).
    let (shifted, overflow) = days.addingReportingOverflow(719_468)
    guard !overflow else { return "day \(days)" }
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
}

private func momentText(_ microseconds: Int64, zone: String) -> String {
    guard microseconds != .max, microseconds != .min else { return dayText(microseconds) }
    let perDay: Int64 = 86_400_000_000
    let days = microseconds / perDay - (microseconds % perDay < 0 ? 1 : 0)
    let rest = microseconds % perDay + (microseconds % perDay < 0 ? perDay : 0)
    let seconds = rest / 1_000_000
    let clock = "\(padded(seconds / 3_600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
    return "\(dayText(days))T\(clock).\(padded(rest % 1_000_000, 6))\(zone)"
}

private func padded(_ number: Int64, _ width: Int) -> String {
    let digits = "\(number.magnitude)"
    return (number < 0 ? "-" : "") + String(repeating: "0", count: max(0, width - digits.count)) + digits
}
