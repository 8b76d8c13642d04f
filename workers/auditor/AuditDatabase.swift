internal import AuditVerifier
internal import ErpClient

/// What is wrong, as the database or the auditor itself found it.
struct Finding: Equatable {
    var kind: String
    var position: UInt64?
    var leafID: Int64?
    var table: String?
    var key: String?
    var reason: String

    init(kind: String, position: UInt64? = nil, reason: String) {
        self.kind = kind
        self.position = position
        self.reason = reason
    }

    /// Reads a row of `erp.audit_findings()`.
    init(_ row: PostgresRow) {
        kind = row.text(0) ?? ""
        position = row.text(1).flatMap { UInt64($0) }
        leafID = row.text(2).flatMap { Int64($0) }
        table = row.text(3)
        key = row.text(4)
        reason = row.text(5) ?? ""
    }
}

/// What the auditor asks of the database, over one connection.
struct AuditDatabase {
    let connection: PostgresConnection

    /// What one sealing left behind.
    struct Batch {
        let size: UInt64
        let row: Digest
        let root: Digest
        let peaks: [Digest]
    }

    /// Seals what can be sealed and returns how many leaves that were.
    func seal(_ most: Int) throws(PostgresError) -> Int64 {
        try connection.query("SELECT erp.audit_seal($1)", ["\(most)"]).first?.decode(0) ?? 0
    }

    /// The batch that ends at a size; nil when none does.
    func batch(endingAt size: UInt64) throws(PostgresError) -> Batch? {
        let result = try connection.query(
            """
            SELECT encode(row_hash, 'hex'), encode(root, 'hex'), encode(frontier, 'hex')
            FROM erp.audit_batches WHERE last_position = $1
            """,
            ["\(size)"]
        )
        guard let found = result.first, let row = found.text(0).flatMap({ Digest(hex: $0) }),
            let root = found.text(1).flatMap({ Digest(hex: $0) }),
            let frontier = found.text(2).flatMap({ Hex.bytes($0) })
        else { return nil }
        let peaks = stride(from: 0, to: frontier.count, by: 32).compactMap { start in
            Digest(frontier[start..<min(start + 32, frontier.count)])
        }
        return Batch(size: size, row: row, root: root, peaks: peaks)
    }

    /// Where a slice that begins after a size may end: with a batch, at most so many leaves later unless the first
    /// batch is larger; nil when nothing follows.
    func sliceEnd(after size: UInt64, most: UInt64) throws(PostgresError) -> UInt64? {
        let result = try connection.query(
            """
            SELECT coalesce(
                (SELECT max(last_position) FROM erp.audit_batches WHERE last_position > $1 AND last_position <= $1 + $2),
                (SELECT min(last_position) FROM erp.audit_batches WHERE last_position > $1))
            """,
            ["\(size)", "\(most)"]
        )
        return result.first?.text(0).flatMap { UInt64($0) }
    }

    /// How many leaves are sealed.
    func sealedSize() throws(PostgresError) -> UInt64 {
        let result = try connection.query("SELECT coalesce(max(last_position), 0) FROM erp.audit_batches")
        return result.first?.text(0).flatMap { UInt64($0) } ?? 0
    }

    /// Verifies everything at once.
    func findings() throws(PostgresError) -> [Finding] {
        try connection.query("SELECT * FROM erp.audit_findings() LIMIT 100").rows.map { Finding($0) }
    }

    /// The tables whose rows are compared with their leaves.
    func auditedTables() throws(PostgresError) -> [String] {
        let result = try connection.query(
            "SELECT relation::regclass::text FROM erp.audited_tables WHERE relation <> 'erp.journal_entries'::regclass"
        )
        return result.rows.compactMap { $0.text(0) }
    }

    /// Which ledger this is.
    func ledger() throws(PostgresError) -> String {
        try connection.query("SELECT ledger FROM erp.audit_identity").first?.decode(0) ?? ""
    }

    /// Brings a finding before people: the inbox, and a notification; once for each.
    func report(_ finding: Finding) throws(PostgresError) {
        _ = try connection.query(
            "SELECT erp.report_audit_finding($1, $2, $3, $4, $5, $6)",
            [
                finding.kind, finding.position.map { "\($0)" }, finding.leafID.map { "\($0)" }, finding.table,
                finding.key, finding.reason,
            ]
        )
    }
}
