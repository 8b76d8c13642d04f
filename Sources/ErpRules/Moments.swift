/// Dates and times as whole numbers: days and microseconds since 1970.
enum Moments {
    static let microsecondsOfDay = 86_400_000_000

    /// Days since 1970-01-01 in the Gregorian calendar.
    static func days(year: Int, month: Int, day: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// The ISO text of a day; nil outside the years 1 to 9999.
    static func date(_ days: Int) -> String? {
        guard (-719_162...2_932_896).contains(days) else { return nil }
        let shifted = days + 719_468
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

    /// The ISO text of a moment in UTC, without a zone.
    static func timestamp(_ microseconds: Int) -> String? {
        let days = Int((Double(microseconds) / Double(microsecondsOfDay)).rounded(.down))
        var time = microseconds - days * microsecondsOfDay
        guard time >= 0, let date = date(days) else { return nil }
        let fraction = time % 1_000_000
        time /= 1_000_000
        return
            "\(date)T\(padded(time / 3_600, 2)):\(padded(time / 60 % 60, 2)):\(padded(time % 60, 2)).\(padded(fraction, 6))"
    }

    /// Days of an ISO date.
    static func days(_ text: String) -> Int? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard text.count == 10, parts.count == 3, let year = Int(parts[0]), let month = Int(parts[1]),
            let day = Int(parts[2]), (1...9999).contains(year), (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        let days = days(year: year, month: month, day: day)
        return date(days) == text ? days : nil
    }

    /// Microseconds of an ISO timestamp; a zone is needed or forbidden.
    static func microseconds(_ text: String, zoned: Bool) -> Int? {
        guard text.count >= 16, let days = days(String(text.prefix(10))) else { return nil }
        var clock = text.dropFirst(11)
        var offset = 0
        if zoned {
            guard let mark = clock.lastIndex(where: { "Z+-".contains($0) }) else { return nil }
            let zone = clock[mark...].filter { $0 != ":" }
            clock = clock[..<mark]
            if zone != "Z" {
                guard let hours = Int(zone.dropFirst().prefix(2)), let minutes = Int("0" + zone.dropFirst(3)) else {
                    return nil
                }
                offset = (zone.first == "-" ? -1 : 1) * (hours * 60 + minutes) * 60
            }
        }
        let parts = clock.split(separator: ":")
        guard parts.count >= 2, let hour = Int(parts[0]), let minute = Int(parts[1]) else { return nil }
        let second = (parts.count > 2 ? parts[2] : "0").split(separator: ".")
        guard let whole = second.first.flatMap({ Int($0) }) else { return nil }
        let fraction = second.count > 1 ? Int((second[1] + "000000").prefix(6)) ?? 0 : 0
        return days * microsecondsOfDay + (hour * 3_600 + minute * 60 + whole - offset) * 1_000_000 + fraction
    }

    /// Microseconds of an ISO 8601 duration of weeks, days and less; nil for months and years, which have no length.
    static func duration(_ text: String) -> Int? {
        var rest = Substring(text)
        let sign = rest.first == "-" ? -1 : 1
        if rest.first == "-" { rest.removeFirst() }
        guard rest.popFirst() == "P", !rest.isEmpty else { return nil }
        var total = 0
        var inTime = false
        while !rest.isEmpty {
            if rest.first == "T" {
                inTime = true
                rest.removeFirst()
            }
            let digits = rest.prefix { $0.isNumber }
            rest.removeFirst(digits.count)
            guard let count = Int(digits), count < 1_000_000, let unit = rest.popFirst() else { return nil }
            switch (unit, inTime) {
            case ("W", false): total += count * 7 * microsecondsOfDay
            case ("D", false): total += count * microsecondsOfDay
            case ("H", true): total += count * 3_600_000_000
            case ("M", true): total += count * 60_000_000
            case ("S", true): total += count * 1_000_000
            default: return nil
            }
        }
        return sign * total
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
