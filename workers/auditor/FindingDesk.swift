internal import ErpClient
internal import ErpWorker

/// Where findings go: the log, and through the database the inbox of people. Each is told once by this process.
final class FindingDesk {
    /// Beyond so many the first ones tell enough.
    private static let most = 1_000

    private let log: Log
    private var told: [Finding] = []

    init(_ log: Log) {
        self.log = log
    }

    func tell(_ finding: Finding, _ database: AuditDatabase) {
        guard told.count < FindingDesk.most, !told.contains(finding) else { return }
        log.write(
            .error,
            "audit_finding",
            [
                ("kind", finding.kind), ("position", finding.position.map { "\($0)" }),
                ("leaf", finding.leafID.map { "\($0)" }), ("table", finding.table), ("key", finding.key),
                ("reason", finding.reason),
            ]
        )
        do throws(PostgresError) {
            try database.report(finding)
            told.append(finding)
        } catch {
            // Told again with the next round of verification.
            log.write(
                .error,
                "finding_not_reported",
                [("sqlstate", error.sqlState.rawValue), ("message", error.message)]
            )
        }
    }
}

extension Finding {
    /// What the sealer refuses to seal.
    init(_ error: PostgresError) {
        self.init(kind: "seal", reason: [error.message, error.detail].compactMap { $0 }.joined(separator: " "))
    }
}
