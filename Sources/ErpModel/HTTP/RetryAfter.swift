/// How long a server asks to be left alone.
enum RetryAfter {
    /// Milliseconds from the headers of a reply; nil when they do not say. Never more than a year.
    ///
    /// - Parameter now: seconds since 1970, for servers that name a date.
    static func milliseconds(_ head: HTTPHead, now: Int64) -> Int64? {
        if let precise = head["retry-after-ms"].flatMap({ Double($0) }) { return bounded(precise) }
        guard let text = head["retry-after"] else { return nil }
        if let seconds = Double(text) { return bounded(seconds * 1_000) }
        return date(text).map { bounded(Double(max(0, $0 - now)) * 1_000) }
    }

    private static func bounded(_ milliseconds: Double) -> Int64 {
        milliseconds.isFinite ? Int64(min(max(0, milliseconds), 365 * 86_400_000)) : 0
    }

    /// Seconds since 1970 of `Sun, 06 Nov 1994 08:49:37 GMT`, the form that servers must send.
    private static func date(_ text: String) -> Int64? {
        let words = text.split { " ,:".contains($0) }
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        guard words.count == 8, words[7] == "GMT", let month = months.firstIndex(of: String(words[2])),
            let day = Int64(words[1]), let year = Int64(words[3]), (1970...9999).contains(year),
            let hour = Int64(words[4]), let minute = Int64(words[5]), let second = Int64(words[6]),
            (1...31).contains(day), (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second)
        else { return nil }
        return days(year, Int64(month) + 1, day) * 86_400 + hour * 3_600 + minute * 60 + second
    }

    /// Days since 1970 in the Gregorian calendar, counted in years that begin in March.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let monthOfYear = (month + 9) % 12
        let dayOfYear = (153 * monthOfYear + 2) / 5 + day - 1
        return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
    }
}
