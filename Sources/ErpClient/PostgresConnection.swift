internal import CLibPQ
internal import Glibc

/// One connection to PostgreSQL over libpq's asynchronous interface.
///
/// The server, port, database, user, password and TLS settings come from libpq's own environment (`PGHOST`,
/// `PGPORT`, `PGDATABASE`, `PGUSER`, `PGPASSFILE`, …). A connection belongs to one thread and starts none.
public final class PostgresConnection {
    let pointer: OpaquePointer
    /// Statements sent in pipeline mode whose synchronisation point has not come back yet.
    var outstanding = 0
    /// What the statement at the head of the pipeline has returned so far.
    var partialReply: PipelineReply?

    /// Connects, waiting at most until the deadline.
    ///
    /// - Parameters:
    ///   - applicationName: what `pg_stat_activity` shows.
    ///   - defaultUser: the role to use when the environment names none.
    ///   - sessionSettings: server settings for the session, in the form `name=value`; they follow `PGOPTIONS`.
    ///   - timeoutMilliseconds: how long connecting and signing in may take.
    public init(
        applicationName: String,
        defaultUser: String? = nil,
        sessionSettings: [String] = [],
        timeoutMilliseconds: Int64 = 5_000
    ) throws(PostgresError) {
        var settings = [("client_encoding", "UTF8"), ("fallback_application_name", applicationName)]
        if let defaultUser, getenv("PGUSER") == nil { settings.append(("user", defaultUser)) }
        let options = getenv("PGOPTIONS").map { [String(cString: $0)] } ?? []
        let all = options + sessionSettings.map { "-c \($0)" }
        if !all.isEmpty { settings.append(("options", all.joined(separator: " "))) }
        let started = CStringArray(settings.map { $0.0 }).withPointers { keywords in
            CStringArray(settings.map { $0.1 }).withPointers { values in
                PQconnectStartParams(keywords.baseAddress, values.baseAddress, 0)
            }
        }
        guard let started else {
            throw PostgresError(.cannotConnect, "out of memory")
        }
        pointer = started
        PQsetNoticeProcessor(pointer, { _, _ in }, nil)
        try finishConnecting(until: Moment.now().advanced(milliseconds: timeoutMilliseconds))
        PQsetnonblocking(pointer, 1)
    }

    deinit {
        PQfinish(pointer)
    }

    /// The socket, to be waited on together with others.
    public var socket: Int32 { PQsocket(pointer) }

    /// False once the connection is known to be lost.
    public var isAlive: Bool { PQstatus(pointer) == CONNECTION_OK }

    /// The number that `pg_stat_activity.pid` shows for this connection.
    public var backendProcess: Int32 { PQbackendPID(pointer) }

    private func finishConnecting(until deadline: Moment) throws(PostgresError) {
        var step = PGRES_POLLING_WRITING
        while true {
            switch step {
            case PGRES_POLLING_OK:
                return
            case PGRES_POLLING_READING, PGRES_POLLING_WRITING:
                guard PQstatus(pointer) != CONNECTION_BAD else {
                    throw PostgresError(connection: pointer, .cannotConnect)
                }
                let interest = SocketInterest(
                    descriptor: PQsocket(pointer),
                    writing: step == PGRES_POLLING_WRITING
                )
                _ = waitForSockets([interest], until: deadline)
                guard Moment.now() < deadline else {
                    throw PostgresError(.cannotConnect, "timeout while connecting")
                }
                step = PQconnectPoll(pointer)
            default:
                throw PostgresError(connection: pointer, .cannotConnect)
            }
        }
    }

    /// Sends what libpq still holds; true when nothing is left.
    public func flush() throws(PostgresError) -> Bool {
        switch PQflush(pointer) {
        case 0: return true
        case 1: return false
        default: throw PostgresError(connection: pointer, .connectionFailure)
        }
    }

    /// Reads what has arrived.
    public func receive() throws(PostgresError) {
        guard PQconsumeInput(pointer) == 1 else {
            throw PostgresError(connection: pointer, .connectionFailure)
        }
    }
}

extension PostgresConnection {
    /// True between BEGIN and the end of its transaction.
    public var isInTransaction: Bool { PQtransactionStatus(pointer) == PQTRANS_INTRANS }
}
