/// What a worker can be told by its environment and command line, checked before anything else happens.
public struct WorkerSettings: Equatable, Sendable {
    public var slots = 1
    public var batch = 8
    public var leaseSeconds = 30
    public var pollMilliseconds = 1_000
    public var logLevel = LogLevel.info
    public var once = false
    var crashPoint: CrashPoint?

    public init() {}

    /// A setting that cannot be used, in words for the person who set it.
    public struct Invalid: Error, Equatable, Sendable {
        public let message: String
    }

    /// Reads the settings from an environment.
    public init(environment: (String) -> String?) throws(Invalid) {
        func number(_ name: String, _ range: ClosedRange<Int>, _ standard: Int) throws(Invalid) -> Int {
            guard let text = environment(name), !text.isEmpty else { return standard }
            guard let value = Int(text), range.contains(value) else {
                throw Invalid(
                    message: "\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound)"
                )
            }
            return value
        }
        slots = try number("ERP_SLOTS", 1...64, slots)
        batch = try number("ERP_BATCH", 1...100, batch)
        leaseSeconds = try number("ERP_LEASE_SECONDS", 5...3_600, leaseSeconds)
        pollMilliseconds = try number("ERP_POLL_MS", 50...60_000, pollMilliseconds)
        if let text = environment("ERP_LOG_LEVEL"), !text.isEmpty { logLevel = try WorkerSettings.level(text) }
        if let text = environment("ERP_CRASH_AT"), !text.isEmpty {
            guard let point = CrashPoint(text) else {
                let names = CrashPoint.Step.allCases.map(\.rawValue).joined(separator: ", ")
                throw Invalid(message: "ERP_CRASH_AT must be one of \(names), optionally with :<n>")
            }
            crashPoint = point
        }
    }

    package static func level(_ text: String) throws(Invalid) -> LogLevel {
        guard let level = LogLevel(rawValue: text) else {
            throw Invalid(message: "the log level must be debug, info or error")
        }
        return level
    }
}
