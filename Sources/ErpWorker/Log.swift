internal import Glibc

/// How much a log shows.
public enum LogLevel: String, CaseIterable, Comparable, Sendable {
    case debug, info, error

    private var rank: Int {
        switch self {
        case .debug: 0
        case .info: 1
        case .error: 2
        }
    }

    public static func < (left: LogLevel, right: LogLevel) -> Bool { left.rank < right.rank }
}

/// One line per event on standard error, as `key=value` pairs.
public struct Log: Sendable {
    let level: LogLevel
    /// Pairs that every line carries.
    let common: [(key: String, value: String)]

    package init(level: LogLevel, common: [(key: String, value: String)]) {
        self.level = level
        self.common = common
    }

    /// Writes a line unless the level is too low; pairs without a value are left out.
    package func write(_ level: LogLevel, _ event: String, _ fields: [(key: String, value: String?)] = []) {
        guard level >= self.level else { return }
        var line = "ts=\(Log.timestamp()) level=\(level.rawValue) event=\(event)"
        for (key, value) in common { line += " \(key)=\(Log.quoted(value))" }
        for (key, value) in fields {
            if let value { line += " \(key)=\(Log.quoted(value))" }
        }
        line += "\n"
        line.withUTF8 { bytes in
            _ = Glibc.write(STDERR_FILENO, bytes.baseAddress, bytes.count)
        }
    }

    /// Quotes a value that would break the line or its pairs, and cuts a long one.
    static func quoted(_ value: String) -> String {
        let isPlain = value.utf8.allSatisfy { $0 > 0x20 && $0 != 0x22 && $0 != 0x3D && $0 != 0x5C && $0 != 0x7F }
        if isPlain, !value.isEmpty, value.utf8.count <= 1_000 { return value }
        var text = "\""
        for scalar in value.unicodeScalars.prefix(1_000) {
            switch scalar {
            case "\"", "\\": text += "\\\(scalar)"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            default:
                if scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) {
                    text += "?"
                } else {
                    text.unicodeScalars.append(scalar)
                }
            }
        }
        return text + "\""
    }

    private static func timestamp() -> String {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        var parts = tm()
        gmtime_r(&time.tv_sec, &parts)
        func padded(_ value: some BinaryInteger, _ width: Int = 2) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let date = "\(parts.tm_year + 1_900)-\(padded(parts.tm_mon + 1))-\(padded(parts.tm_mday))"
        let clock = "\(padded(parts.tm_hour)):\(padded(parts.tm_min)):\(padded(parts.tm_sec))"
        return "\(date)T\(clock).\(padded(time.tv_nsec / 1_000_000, 3))Z"
    }
}
