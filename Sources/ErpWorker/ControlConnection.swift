internal import ErpClient
internal import ErpModel

/// The connection that listens for work, proves that the server is there, and does the housekeeping.
final class ControlConnection {
    private enum Errand {
        case liveness, reaping
        case heartbeat(ClaimedTask)
    }

    private static let livenessMilliseconds: Int64 = 10_000
    private static let reapingMilliseconds: Int64 = 60_000
    /// An errand unanswered for so long means a dead connection.
    private static let patienceMilliseconds: Int64 = 30_000

    private let identity: WorkerIdentity
    private let log: Log
    private let journal: TaskJournal
    private let leaseMilliseconds: Int64
    private var connection: PostgresConnection?
    private var reconnect: Reconnect
    private var errands: [(errand: Errand, at: Moment)] = []
    private var nextLiveness: Moment
    private var nextReaping: Moment
    private var mayReap = true
    private(set) var lostLeases: [ClaimedTask] = []

    init(identity: WorkerIdentity, log: Log, leaseMilliseconds: Int64, at now: Moment) {
        self.identity = identity
        self.log = log
        self.leaseMilliseconds = leaseMilliseconds
        journal = TaskJournal(log: log)
        reconnect = Reconnect(seed: identity.seed)
        nextLiveness = now.advanced(milliseconds: ControlConnection.livenessMilliseconds)
        // Workers started together do not reap together.
        let spread = Int64(identity.seed % UInt64(ControlConnection.reapingMilliseconds))
        nextReaping = now.advanced(milliseconds: spread)
    }

    var isConnected: Bool { connection != nil }

    var interest: SocketInterest? {
        connection.map { SocketInterest(descriptor: $0.socket) }
    }

    var deadline: Moment? {
        isConnected ? min(nextLiveness, nextReaping) : reconnect.at
    }

    /// Connects and listens when it is time to; true when it now listens.
    func connectIfDue(at now: Moment) -> Bool {
        guard connection == nil, reconnect.isDue(at: now) else { return false }
        do throws(PostgresError) {
            let fresh = try identity.connect("control")
            try fresh.listen(to: identity.channel)
            try fresh.prepare("liveness", "SELECT 1")
            try fresh.prepare("heartbeat", WorkStatement.heartbeat.sql)
            try prepareReaping(on: fresh)
            try fresh.startPipeline()
            connection = fresh
            reconnect.succeeded()
            log.write(.info, "listening", [("channel", identity.channel), ("pid", "\(fresh.backendProcess)")])
            return true
        } catch {
            reconnect.failed(at: .now())
            journal.connectionFailed(error, slot: nil, hopeless: reconnect.isHopeless)
            return false
        }
    }

    private func prepareReaping(on fresh: PostgresConnection) throws(PostgresError) {
        do throws(PostgresError) {
            try fresh.prepare("reaping", "SELECT agent.reap_expired_leases()")
        } catch  where error.sqlState == .undefinedFunction || error.sqlState == .insufficientPrivilege {
            mayReap = false
        }
    }

    /// Reads what has arrived; true when there may be something to claim.
    func socketReady() -> Bool {
        guard let connection else { return false }
        do throws(PostgresError) {
            try connection.receive()
            while let reply = try connection.nextReply() { take(reply) }
            return !connection.notifications().isEmpty
        } catch {
            lose(error)
            return false
        }
    }

    /// Does the housekeeping that is due.
    func timeReached(at now: Moment) {
        guard isConnected else { return }
        if let oldest = errands.first?.at.advanced(milliseconds: ControlConnection.patienceMilliseconds), oldest < now {
            return lose(PostgresError(.connectionFailure, "the server no longer answers"))
        }
        if nextLiveness <= now {
            nextLiveness = now.advanced(milliseconds: ControlConnection.livenessMilliseconds)
            if errands.isEmpty { send(.liveness, "liveness", [], at: now) }
        }
        if nextReaping <= now {
            nextReaping = now.advanced(milliseconds: ControlConnection.reapingMilliseconds)
            if mayReap { send(.reaping, "reaping", [], at: now) }
        }
    }

    /// Prolongs the lease of a task that waits for its turn.
    func heartbeat(_ claimed: ClaimedTask, at now: Moment) {
        let values = ["\(claimed.task.eventID)", "\(claimed.leaseToken)", "\(leaseMilliseconds) milliseconds"]
        send(.heartbeat(claimed), "heartbeat", values, at: now)
    }

    /// Tasks whose heartbeat found the lease lost, since the last call.
    func takeLostLeases() -> [ClaimedTask] {
        defer { lostLeases = [] }
        return lostLeases
    }

    private func send(_ errand: Errand, _ statement: String, _ values: [String?], at now: Moment) {
        guard let connection else { return }
        do throws(PostgresError) {
            try connection.enqueue(prepared: statement, values)
            errands.append((errand, now))
            _ = try connection.flush()
        } catch {
            lose(error)
        }
    }

    private func take(_ reply: PipelineReply) {
        guard !errands.isEmpty else { return }
        switch (errands.removeFirst().errand, reply) {
        case (.heartbeat(let claimed), .rows(let result)) where result.first?.text(0) != "t":
            lostLeases.append(claimed)
        case (.reaping, .failure(let error)) where error.sqlState == .insufficientPrivilege:
            mayReap = false
        case (_, .failure(let error)):
            journal.connectionFailed(error, slot: nil)
        default:
            break
        }
    }

    private func lose(_ error: PostgresError) {
        journal.connectionFailed(error, slot: nil)
        connection = nil
        errands = []
        reconnect.lost(at: .now())
    }
}
