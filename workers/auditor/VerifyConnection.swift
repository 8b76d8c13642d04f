internal import ErpClient
internal import ErpWorker

/// The connection that verifies while the other seals: one statement at a time, never waited for.
final class VerifyConnection {
    private let identity: WorkerIdentity
    private var connection: PostgresConnection?
    private var running: (slice: VerifyPlan.Slice, since: Moment)?
    private var plan = VerifyPlan()

    init(_ identity: WorkerIdentity) {
        self.identity = identity
    }

    var interest: SocketInterest? { running == nil ? nil : connection.map { SocketInterest(descriptor: $0.socket) } }

    var isRunning: Bool { running != nil }

    /// Sends the next slice.
    func start(_ database: AuditDatabase, at now: Moment) throws(PostgresError) {
        if connection == nil { connection = try open() }
        let slice = try plan.next { () throws(PostgresError) in
            (try database.auditedTables(), try database.sealedSize())
        }
        do throws(PostgresError) {
            let query = slice.query
            try connection?.enqueue(prepared: query.name, query.parameters)
            _ = try connection?.flush()
            running = (slice, now)
        } catch {
            forget()
            throw error
        }
    }

    /// What has been found, when the answer is there.
    func answer(at now: Moment) throws(PostgresError) -> (findings: [Finding], startedAt: Moment, endsPass: Bool)? {
        guard let connection, let running else { return nil }
        do throws(PostgresError) {
            try connection.receive()
            guard let reply = try connection.nextReply() else { return nil }
            self.running = nil
            plan.took(running.slice, milliseconds: now.milliseconds(since: running.since))
            switch reply {
            case .rows(let result): return (result.rows.map { Finding($0) }, running.since, plan.endsPass)
            case .failure(let error): throw error
            }
        } catch {
            forget()
            throw error
        }
    }

    /// Begins anew the next time.
    func forget() {
        connection = nil
        running = nil
    }

    private func open() throws(PostgresError) -> PostgresConnection {
        let fresh = try identity.connect("verify")
        for statement in VerifyPlan.statements { try fresh.prepare(statement.name, statement.sql) }
        try fresh.startPipeline()
        return fresh
    }
}
