// Arithmetic of dates and timestamps: nil where the result leaves 0001-01-01 to 9999-12-31.

internal import CErpKernel

/// A unit of time by its name.
enum CalendarUnit {
    case year, month, week, day, hour, minute, second

    init?(_ name: [UInt8]) {
        if name.equals("year") {
            self = .year
        } else if name.equals("month") {
            self = .month
        } else if name.equals("week") {
            self = .week
        } else if name.equals("day") {
            self = .day
        } else if name.equals("hour") {
            self = .hour
        } else if name.equals("minute") {
            self = .minute
        } else if name.equals("second") {
            self = .second
        } else {
            return nil
        }
    }

    /// Of a constant that was checked when it was compiled; tells names apart by their first letters.
    init(checked name: ByteView) {
        switch (name[0], name[1]) {
        case (0x79, _): self = .year
        case (0x6D, 0x6F): self = .month
        case (0x77, _): self = .week
        case (0x64, _): self = .day
        case (0x68, _): self = .hour
        case (0x6D, _): self = .minute
        default: self = .second
        }
    }

    var isOfDate: Bool {
        switch self {
        case .year, .month, .week, .day: true
        default: false
        }
    }

    var microseconds: Int64 {
        switch self {
        case .hour: 3_600_000_000
        case .minute: 60_000_000
        default: 1_000_000
        }
    }
}

/// Months, days and microseconds, each added in its turn.
struct Span {
    var months: Int64 = 0
    var days: Int64 = 0
    var micros: Int64 = 0

    init(months: Int64 = 0, days: Int64 = 0, micros: Int64 = 0) {
        self.months = months
        self.days = days
        self.micros = micros
    }

    /// A duration's value: two halves of `high`, and `low`.
    init(_ value: erpk_value) {
        months = value.high &>> 32
        days = Int64(Int32(truncatingIfNeeded: value.high))
        micros = Int64(bitPattern: value.low)
    }

    var value: erpk_value {
        var value = erpk_value.integer(0, type: ERPK_T_DURATION)
        value.high = months &<< 32 | (days & 0xFFFF_FFFF)
        value.low = UInt64(bitPattern: micros)
        return value
    }

    /// Nil where it cannot be counted.
    init?(_ count: Int64, _ unit: CalendarUnit) {
        guard count >= -1_000_000_000_000, count <= 1_000_000_000_000 else { return nil }
        switch unit {
        case .year: months = count &* 12
        case .month: months = count
        case .week: days = count &* 7
        case .day: days = count
        default:
            let (product, overflow) = count.multipliedReportingOverflow(by: unit.microseconds)
            guard !overflow else { return nil }
            micros = product
        }
    }

    var negated: Span { Span(months: 0 &- months, days: 0 &- days, micros: 0 &- micros) }
}

extension Moment {
    private static var firstDay: Int64 { -730_119 }
    private static var lastDay: Int64 { 2_921_939 }

    static func isDay(_ day: Int64) -> Bool { day >= firstDay && day <= lastDay }

    static func isInstant(_ micros: Int64) -> Bool {
        micros >= firstDay &* microsecondsPerDay && micros < (lastDay &+ 1) &* microsecondsPerDay
    }

    /// The day and the microseconds since its midnight.
    static func split(_ micros: Int64) -> (day: Int64, rest: Int64) {
        let rest = micros % microsecondsPerDay
        return rest < 0
            ? (micros / microsecondsPerDay &- 1, rest &+ microsecondsPerDay) : (micros / microsecondsPerDay, rest)
    }

    /// Months clamp to the last day, as PostgreSQL's do.
    static func day(_ day: Int64, plus span: Span) -> Int64? {
        var result = day
        if span.months != 0 {
            guard span.months >= -240_000, span.months <= 240_000 else { return nil }
            let (year, month, dayOfMonth) = civil(day)
            let total = year &* 12 &+ month &- 1 &+ span.months
            guard total >= 12 else { return nil }
            let last = length(ofMonth: total % 12 &+ 1, year: total / 12)
            guard let moved = days(year: total / 12, month: total % 12 &+ 1, day: dayOfMonth < last ? dayOfMonth : last)
            else { return nil }
            result = moved
        }
        guard span.days >= -8_000_000, span.days <= 8_000_000, isDay(result &+ span.days) else { return nil }
        return result &+ span.days
    }

    static func instant(_ micros: Int64, plus span: Span) -> Int64? {
        let (day, rest) = split(micros)
        guard let moved = self.day(day, plus: Span(months: span.months, days: span.days)) else { return nil }
        let (sum, overflow) = (moved &* microsecondsPerDay &+ rest).addingReportingOverflow(span.micros)
        return overflow || !isInstant(sum) ? nil : sum
    }

    /// The start of the unit; weeks start on Monday.
    static func truncated(_ micros: Int64, to unit: CalendarUnit) -> Int64? {
        let (day, rest) = split(micros)
        switch unit {
        case .year, .month:
            let (year, month, _) = civil(day)
            guard let start = days(year: year, month: unit.isYear ? 1 : month, day: 1) else { return nil }
            return start &* microsecondsPerDay
        case .week:
            let monday = day &- (weekday(day) &- 1)
            return isDay(monday) ? monday &* microsecondsPerDay : nil
        case .day: return day &* microsecondsPerDay
        default: return day &* microsecondsPerDay &+ (rest &- rest % unit.microseconds)
        }
    }

    /// ISO: Monday is 1. 2000-01-01 was a Saturday.
    static func weekday(_ day: Int64) -> Int64 {
        let rest = (day &+ 5) % 7
        return (rest < 0 ? rest &+ 7 : rest) &+ 1
    }
}

extension CalendarUnit {
    var isYear: Bool {
        if case .year = self { return true }
        return false
    }
}

/// Reads a duration of ISO 8601, whole but for the seconds: `P1Y2M3W4DT5H6M7.5S`, perhaps with a minus before it.
struct DurationReader {
    private let text: [UInt8]
    private var position = 0
    private var span = Span()

    /// Nil when the text is no duration, or too long for the counts of one.
    static func read(_ text: [UInt8]) -> erpk_value? {
        var reader = DurationReader(text)
        return reader.read()?.value
    }

    private init(_ text: [UInt8]) { self.text = text }

    private var current: UInt8 { text.at(position) ?? 0 }

    private mutating func read() -> Span? {
        let negative = current == 0x2D
        if negative { position &+= 1 }
        guard current == 0x50 else { return nil }
        position &+= 1
        var rank = 0
        var inTime = false
        var count = 0
        while position < text.count {
            if current == 0x54 {
                guard !inTime else { return nil }
                inTime = true
                position &+= 1
                count = -1
                continue
            }
            guard let next = component(inTime: inTime), next > rank else { return nil }
            rank = next
            count = 1
        }
        guard count == 1 else { return nil }
        return negative ? span.negated : span
    }

    /// The rank of the component that was read; they come in order.
    private mutating func component(inTime: Bool) -> Int? {
        guard let number = digits(9) else { return nil }
        var fraction: Int64 = 0
        if current == 0x2E {
            position &+= 1
            guard inTime, let read = self.fraction(), current == 0x53 else { return nil }
            fraction = read
        }
        let letter = current
        position &+= 1
        switch (letter, inTime) {
        case (0x59, false): return add(months: number &* 12) ? 1 : nil
        case (0x4D, false): return add(months: number) ? 2 : nil
        case (0x57, false): return add(days: number &* 7) ? 3 : nil
        case (0x44, false): return add(days: number) ? 4 : nil
        case (0x48, true): return add(micros: number &* 3_600_000_000) ? 5 : nil
        case (0x4D, true): return add(micros: number &* 60_000_000) ? 6 : nil
        case (0x53, true): return add(micros: number &* 1_000_000 &+ fraction) ? 7 : nil
        default: return nil
        }
    }

    private mutating func digits(_ most: Int) -> Int64? {
        var value: Int64 = 0
        var count = 0
        while current >= 0x30, current <= 0x39 {
            guard count < most else { return nil }
            value = value &* 10 &+ Int64(current &- 0x30)
            count &+= 1
            position &+= 1
        }
        return count > 0 ? value : nil
    }

    private mutating func fraction() -> Int64? {
        let start = position
        guard var value = digits(6) else { return nil }
        for _ in (position &- start)..<6 { value = value &* 10 }
        return value
    }

    /// Nine digits of each stay far from the end of 64 bits; the packed form has 32 for months and days.
    private mutating func add(months: Int64) -> Bool {
        span.months = span.months &+ months
        return span.months <= Int64(Int32.max)
    }

    private mutating func add(days: Int64) -> Bool {
        span.days = span.days &+ days
        return span.days <= Int64(Int32.max)
    }

    private mutating func add(micros: Int64) -> Bool {
        span.micros = span.micros &+ micros
        return true
    }
}

/// The duration in ISO 8601, as it is read.
func durationText(_ value: erpk_value) -> [UInt8] {
    var span = Span(value)
    var text: [UInt8] = []
    if span.months < 0 || span.days < 0 || span.micros < 0 {
        span = span.negated
        text.append(0x2D)
    }
    text.append(0x50)
    func put(_ number: Int64, _ letter: UInt8) {
        guard number > 0 else { return }
        text += decimalText(Int(number))
        text.append(letter)
    }
    put(span.months / 12, 0x59)
    put(span.months % 12, 0x4D)
    put(span.days, 0x44)
    if span.micros > 0 {
        text.append(0x54)
        put(span.micros / 3_600_000_000, 0x48)
        put(span.micros / 60_000_000 % 60, 0x4D)
        let seconds = span.micros % 60_000_000
        if seconds > 0 {
            let shown = Decimal(Int128(seconds), scale: 6)?.stripped ?? Decimal.zero
            text += Decimal(trusted: shown.coefficient, scale: shown.scale, display: shown.scale).text
            text.append(0x53)
        }
    }
    if text.last == 0x50 { text.append("T0S") }
    return text
}
