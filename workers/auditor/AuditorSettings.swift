internal import ErpWorker

/// What erp-auditor can be told by its environment, checked before anything else happens.
struct AuditorSettings: Equatable {
    struct Invalid: Error, Equatable {
        let message: String
    }

    /// Where the private key is; nil signs nothing.
    private(set) var keyFile: String?
    private(set) var keyName: String?
    /// The append-only file of checkpoints.
    private(set) var checkpointFile: String?
    /// The git repository of checkpoints.
    private(set) var gitDirectory: String?
    private(set) var checkpointSeconds = 60
    private(set) var checkpointLeaves: UInt64 = 10_000
    private(set) var batch = 20_000
    private(set) var verifySeconds = 20
    private(set) var logLevel = LogLevel.info
    private(set) var crashStep: CrashStep?

    init(environment: (String) -> String?) throws(Invalid) {
        func text(_ name: String) -> String? { environment(name).flatMap { $0.isEmpty ? nil : $0 } }
        func number(_ name: String, _ range: ClosedRange<Int>, _ standard: Int) throws(Invalid) -> Int {
            guard let text = text(name) else { return standard }
            guard let value = Int(text), range.contains(value) else {
                throw Invalid(
                    message: "\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound)"
                )
            }
            return value
        }
        keyFile = text("ERP_AUDIT_KEY")
        keyName = text("ERP_AUDIT_KEY_NAME")
        checkpointFile = text("ERP_AUDIT_FILE")
        gitDirectory = text("ERP_AUDIT_GIT")
        checkpointSeconds = try number("ERP_AUDIT_CHECKPOINT_SECONDS", 1...86_400, checkpointSeconds)
        checkpointLeaves = UInt64(try number("ERP_AUDIT_CHECKPOINT_LEAVES", 1...1_000_000, Int(checkpointLeaves)))
        batch = try number("ERP_AUDIT_BATCH", 100...1_000_000, batch)
        verifySeconds = try number("ERP_AUDIT_VERIFY_SECONDS", 1...86_400, verifySeconds)
        if let text = text("ERP_LOG_LEVEL") {
            guard let level = LogLevel(rawValue: text) else {
                throw Invalid(message: "ERP_LOG_LEVEL must be debug, info or error")
            }
            logLevel = level
        }
        if let text = text("ERP_CRASH_AT") {
            guard let step = CrashStep(rawValue: text) else {
                let names = CrashStep.allCases.map(\.rawValue).joined(separator: ", ")
                throw Invalid(message: "ERP_CRASH_AT must be one of \(names)")
            }
            crashStep = step
        }
        if keyFile != nil, checkpointFile == nil || gitDirectory == nil {
            throw Invalid(message: "with ERP_AUDIT_KEY both sinks are needed: ERP_AUDIT_FILE and ERP_AUDIT_GIT")
        }
        if let keyName, keyName.utf8.contains(where: { $0 <= 0x20 || $0 >= 0x7F }) {
            throw Invalid(message: "ERP_AUDIT_KEY_NAME must be printable ASCII without spaces")
        }
    }
}
