// Reads quoted constants: only spellings that mean the same in every session.

internal import CErpKernel

/// Days and microseconds since 2000-01-01, as PostgreSQL counts them.
enum Moment {
    static var microsecondsPerDay: Int64 { 86_400_000_000 }
    /// 2000-01-01 counted from 0000-03-01.
    private static var epoch: Int64 { 730_425 }

    static func days(year: Int64, month: Int64, day: Int64) -> Int64? {
        guard year >= 1, year <= 9_999, month >= 1, month <= 12, day >= 1, day <= length(ofMonth: month, year: year)
        else { return nil }
        let shifted = month > 2 ? year : year &- 1
        let index = month > 2 ? month &- 3 : month &+ 9
        let ofYear = (153 &* index &+ 2) / 5 &+ day &- 1
        return 365 &* shifted &+ shifted / 4 &- shifted / 100 &+ shifted / 400 &+ ofYear &- epoch
    }

    static func length(ofMonth month: Int64, year: Int64) -> Int64 {
        if month == 2 { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28 }
        return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31
    }

    /// The civil date of a day number.
    static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days &+ epoch
        let era = (shifted >= 0 ? shifted : shifted &- 146_096) / 146_097
        let ofEra = shifted &- era &* 146_097
        let yearOfEra = (ofEra &- ofEra / 1_460 &+ ofEra / 36_524 &- ofEra / 146_096) / 365
        let ofYear = ofEra &- (365 &* yearOfEra &+ yearOfEra / 4 &- yearOfEra / 100)
        let index = (5 &* ofYear &+ 2) / 153
        let month = index < 10 ? index &+ 3 : index &- 9
        let year = yearOfEra &+ era &* 400 &+ (month <= 2 ? 1 : 0)
        return (year, month, ofYear &- (153 &* index &+ 2) / 5 &+ 1)
    }
}

/// Reads one constant of a known type from its text.
struct LiteralReader {
    private let text: [UInt8]
    private var position = 0

    init(_ text: [UInt8]) { self.text = text }

    private var current: UInt8 { text.at(position) ?? 0 }
    private var atEnd: Bool { position == text.count }

    /// Nil when the text is no constant of that type; numbers are `Decimal.parse`'s.
    mutating func read(_ type: Int32) -> erpk_value? {
        switch type {
        case ERPK_T_BOOL:
            if text.equals("true") { return .bool(true) }
            return text.equals("false") ? .bool(false) : nil
        case ERPK_T_DATE:
            guard let days = date(), atEnd else { return nil }
            return .integer(Int128(days), type: type)
        case ERPK_T_TIMESTAMP, ERPK_T_TIMESTAMPTZ:
            guard let micros = timestamp(zoned: type == ERPK_T_TIMESTAMPTZ), atEnd else { return nil }
            return .integer(Int128(micros), type: type)
        case ERPK_T_UUID:
            guard let bits = uuid(), atEnd else { return nil }
            return .integer(Int128(truncatingIfNeeded: bits ^ (UInt128(1) &<< 127)), type: type)
        default: return nil
        }
    }

    private mutating func digits(_ count: Int) -> Int64? {
        var value: Int64 = 0
        for _ in 0..<count {
            guard current >= 0x30, current <= 0x39 else { return nil }
            value = value &* 10 &+ Int64(current &- 0x30)
            position &+= 1
        }
        return value
    }

    private mutating func accept(_ byte: UInt8) -> Bool {
        guard current == byte else { return false }
        position &+= 1
        return true
    }

    private mutating func date() -> Int64? {
        guard let year = digits(4), accept(0x2D), let month = digits(2), accept(0x2D), let day = digits(2) else {
            return nil
        }
        return Moment.days(year: year, month: month, day: day)
    }

    private mutating func timestamp(zoned: Bool) -> Int64? {
        guard let days = date(), accept(0x54) || accept(0x20) else { return nil }
        guard let hour = digits(2), accept(0x3A), let minute = digits(2) else { return nil }
        var second: Int64 = 0
        var micros: Int64 = 0
        if accept(0x3A) {
            guard let value = digits(2) else { return nil }
            second = value
            if accept(0x2E) {
                guard let fraction = self.fraction() else { return nil }
                micros = fraction
            }
        }
        guard hour <= 23 && minute <= 59 && second <= 60 || hour == 24 && minute &+ second &+ micros == 0 else {
            return nil
        }
        var shift: Int64 = 0
        if zoned {
            guard let offset = zone() else { return nil }
            shift = offset
        }
        let seconds = (hour &* 60 &+ minute) &* 60 &+ second &- shift
        return days &* Moment.microsecondsPerDay &+ seconds &* 1_000_000 &+ micros
    }

    private mutating func fraction() -> Int64? {
        var value: Int64 = 0
        var count = 0
        while current >= 0x30, current <= 0x39, count < 6 {
            value = value &* 10 &+ Int64(current &- 0x30)
            count &+= 1
            position &+= 1
        }
        guard count > 0 else { return nil }
        for _ in count..<6 { value = value &* 10 }
        return value
    }

    /// Seconds east of Greenwich of `Z`, `+hh`, `+hhmm` or `+hh:mm`.
    private mutating func zone() -> Int64? {
        if accept(0x5A) { return 0 }
        let west = current == 0x2D
        guard accept(0x2D) || accept(0x2B), let hours = digits(2) else { return nil }
        var minutes: Int64 = 0
        if !atEnd {
            _ = accept(0x3A)
            guard let value = digits(2) else { return nil }
            minutes = value
        }
        guard hours <= 15, minutes <= 59 else { return nil }
        let seconds = (hours &* 60 &+ minutes) &* 60
        return west ? 0 &- seconds : seconds
    }

    private mutating func uuid() -> UInt128? {
        guard text.count == 36 else { return nil }
        var bits: UInt128 = 0
        for index in 0..<36 {
            if index == 8 || index == 13 || index == 18 || index == 23 {
                guard accept(0x2D) else { return nil }
            } else {
                guard let digit = hexDigit(current) else { return nil }
                bits = bits &<< 4 | UInt128(digit)
                position &+= 1
            }
        }
        return bits
    }
}

func hexDigit(_ byte: UInt8) -> UInt8? {
    if byte >= 0x30, byte <= 0x39 { return byte &- 0x30 }
    let lower = byte | 0x20
    return lower >= 0x61 && lower <= 0x66 ? lower &- 0x57 : nil
}
