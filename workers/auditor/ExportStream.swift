internal import AuditVerifier
internal import ErpClient

/// The records of `erp.audit_export`, a few at a time through a portal.
final class ExportPortal {
    private static let rowsAtOnce = 500

    private let connection: PostgresConnection

    init(_ connection: PostgresConnection, first: UInt64, last: UInt64) throws(PostgresError) {
        self.connection = connection
        _ = try connection.query("BEGIN TRANSACTION READ ONLY")
        // Numbers, not parameters: DECLARE takes none over this protocol.
        _ = try connection.query(
            "DECLARE export NO SCROLL CURSOR FOR SELECT r FROM erp.audit_export(\(first), \(last)) AS r"
        )
    }

    /// The next records; none at the end.
    func next() throws(PostgresError) -> [[UInt8]] {
        try connection.query("FETCH \(ExportPortal.rowsAtOnce) FROM export").rows.map { $0.bytes(0) ?? [] }
    }

    /// Ends the transaction; a connection that was lost needs no end.
    func close() {
        _ = try? connection.query("ROLLBACK")
    }
}

/// A portal as an export file for the verifier.
final class ExportStream: ByteSource {
    private let portal: ExportPortal
    private var pending: [UInt8] = Array("EAX1".utf8)
    private var next = 0
    private var hasEnded = false
    /// What the database said when reading failed.
    private(set) var failure: PostgresError?

    init(_ portal: ExportPortal) {
        self.portal = portal
    }

    func read(into buffer: inout [UInt8], from start: Int) throws(SourceFault) -> Int {
        if next == pending.count, !hasEnded { try fetch() }
        let count = min(pending.count - next, buffer.count - start)
        buffer.replaceSubrange(start..<start + count, with: pending[next..<next + count])
        next += count
        return count
    }

    private func fetch() throws(SourceFault) {
        do throws(PostgresError) {
            let records = try portal.next()
            pending = records.flatMap { $0 }
            next = 0
            hasEnded = records.isEmpty
        } catch {
            failure = error
            throw SourceFault(message: error.message)
        }
    }
}
