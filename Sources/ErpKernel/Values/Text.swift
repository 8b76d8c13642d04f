// Values as text, for explanations.

internal import CErpKernel

extension Decimal {
    /// The plain decimal form with `display` decimals.
    var text: [UInt8] {
        var reversed: [UInt8] = []
        var rest = coefficient.magnitude
        for _ in scale..<(display > scale ? display : scale) { reversed.append(0x30) }
        var digits = 0
        while rest > 0 || digits <= scale {
            if digits == scale, display > 0 { reversed.append(0x2E) }
            reversed.append(0x30 &+ UInt8(truncatingIfNeeded: rest % 10))
            rest = rest / 10
            digits &+= 1
        }
        if coefficient < 0 { reversed.append(0x2D) }
        return reversed.reversed()
    }

    func write(to output: inout Output) { output.append(text) }
}

/// ISO 8601 text of a date, timestamp (timestamptz in UTC) or uuid.
func momentText(_ value: erpk_value) -> [UInt8] {
    let number = Int64(truncatingIfNeeded: value.integer)
    switch Int32(value.type) {
    case ERPK_T_DATE:
        if number >= Int64(Int32.max) { return [UInt8]("infinity") }
        return number <= Int64(Int32.min) ? [UInt8]("-infinity") : dateText(number)
    case ERPK_T_UUID: return uuidText(UInt128(truncatingIfNeeded: value.integer) ^ (UInt128(1) &<< 127))
    default:
        if number == Int64.max { return [UInt8]("infinity") }
        if number == Int64.min { return [UInt8]("-infinity") }
        return timestampText(number, zoned: Int32(value.type) == ERPK_T_TIMESTAMPTZ)
    }
}

private func padded(_ value: Int64, _ width: Int) -> [UInt8] {
    let digits = decimalText(Int(value))
    return [UInt8](repeating: 0x30, count: digits.count < width ? width &- digits.count : 0) + digits
}

private func dateText(_ days: Int64) -> [UInt8] {
    let (year, month, day) = Moment.civil(days)
    return (year < 0 ? [0x2D] : []) + padded(year < 0 ? 0 &- year : year, 4) + [0x2D] + padded(month, 2) + [0x2D]
        + padded(day, 2)
}

private func timestampText(_ micros: Int64, zoned: Bool) -> [UInt8] {
    let perDay = Moment.microsecondsPerDay
    var days = micros / perDay
    var rest = micros % perDay
    if rest < 0 {
        rest = rest &+ perDay
        days = days &- 1
    }
    let seconds = rest / 1_000_000
    var text = dateText(days) + [0x54] + padded(seconds / 3_600, 2) + [0x3A] + padded(seconds / 60 % 60, 2)
    text += [0x3A] + padded(seconds % 60, 2)
    if rest % 1_000_000 != 0 { text += [0x2E] + padded(rest % 1_000_000, 6) }
    if zoned { text.append("+00:00") }
    return text
}

private func uuidText(_ bits: UInt128) -> [UInt8] {
    var text: [UInt8] = []
    for position in 0..<32 {
        if position == 8 || position == 12 || position == 16 || position == 20 { text.append(0x2D) }
        let digit = UInt8(truncatingIfNeeded: bits &>> UInt128(124 &- position &* 4)) & 0xF
        text.append(digit < 10 ? 0x30 &+ digit : 0x57 &+ digit)
    }
    return text
}

/// Order of texts by bytes.
enum ByteText {
    static func precedes(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        for (one, other) in zip(left, right) where one != other { return one < other }
        return left.count < right.count
    }
}
