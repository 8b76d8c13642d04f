internal import ErpClient
internal import ErpModel

/// One work connection: performs what its state machine decides and reports back what came of it.
final class WorkSlot<Policy: AgentPolicy> {
    let number: Int
    private(set) var machine: SlotMachine<Policy>
    private var connection: PostgresConnection?
    private var sent: [(request: Request, at: Moment)] = []
    private var needsFlush = false
    private var reconnect: Reconnect
    private let identity: WorkerIdentity
    private let journal: TaskJournal
    private let crash: CrashSwitch

    init(
        number: Int,
        machine: SlotMachine<Policy>,
        identity: WorkerIdentity,
        journal: TaskJournal,
        crash: CrashSwitch
    ) {
        self.number = number
        self.machine = machine
        self.identity = identity
        self.journal = journal
        self.crash = crash
        reconnect = Reconnect(seed: identity.seed &+ UInt64(number))
    }

    /// When the task at hand must be gone on with.
    var deadline: Moment? { machine.deadline }

    /// When connecting is to be tried.
    var connectDeadline: Moment? {
        connection == nil && !machine.isStopped ? reconnect.at : nil
    }

    var interest: SocketInterest? {
        connection.map { SocketInterest(descriptor: $0.socket, writing: needsFlush) }
    }

    /// True after a claim that came back full: there is more than one slot can take.
    private(set) var foundMore = false

    func takeFoundMore() -> Bool {
        defer { foundMore = false }
        return foundMore
    }

    /// Connects when it is time to; returns the error of a vain attempt.
    func connectIfDue(at now: Moment) -> PostgresError? {
        guard connection == nil, !machine.isStopped, reconnect.isDue(at: now) else { return nil }
        do throws(PostgresError) {
            let fresh = try identity.connect("slot\(number)")
            for statement in WorkStatement.allCases { try fresh.prepare(statement.rawValue, statement.sql) }
            try fresh.startPipeline()
            connection = fresh
            reconnect.succeeded()
            perform(machine.connected(at: .now()))
            return nil
        } catch {
            reconnect.failed(at: .now())
            journal.connectionFailed(error, slot: number, hopeless: reconnect.isHopeless)
            return error
        }
    }

    func wake(at now: Moment) {
        perform(machine.woke(at: now))
    }

    func stop(at now: Moment) {
        perform(machine.stop(at: now))
    }

    func timeReached(at now: Moment) {
        guard let deadline = machine.deadline, deadline <= now else { return }
        perform(machine.timeReached(at: now))
    }

    func heartbeatsDue(at now: Moment) -> [ClaimedTask] {
        machine.heartbeatsDue(at: now)
    }

    func lost(_ task: ClaimedTask) {
        machine.lost(task)
    }

    /// Reads and writes what the socket allows.
    func socketReady() {
        do throws(PostgresError) {
            guard let connection else { return }
            try connection.receive()
            if needsFlush { needsFlush = !(try connection.flush()) }
            while let current = self.connection, let reply = try current.nextReply() { take(reply) }
        } catch {
            connectionLost(error)
        }
    }

    private func take(_ reply: PipelineReply) {
        guard !sent.isEmpty else { return }
        let (request, sentAt) = sent.removeFirst()
        let now = Moment.now()
        do throws(PostgresError) {
            let answer = try decode(reply, of: request, at: now)
            journal.answered(request, answer, slot: number, sentAt: sentAt, now: now)
            crash.answered(request, answer)
            if case .claim(let batch) = request, case .claimed(let tasks) = answer { foundMore = tasks.count == batch }
            perform(machine.answered(answer, at: now))
        } catch {
            journal.failed(request, error, slot: number, sentAt: sentAt, now: now)
            perform(machine.failed(error, at: now))
        }
    }

    private func decode(_ reply: PipelineReply, of request: Request, at now: Moment) throws(PostgresError) -> Answer {
        switch reply {
        case .failure(let error): throw error
        case .rows(let result):
            return try WorkStatement.decode(
                result,
                of: request,
                at: now,
                leaseMilliseconds: machine.limits.leaseMilliseconds
            )
        }
    }

    private func perform(_ action: SlotMachine<Policy>.Action) {
        switch action {
        case .send(let requests): send(requests)
        case .wait: break
        case .reconnect: close()
        case .stopped: close()
        case .fail(let reason):
            connectionLost(PostgresError(.protocolViolation, reason))
        }
    }

    private func send(_ requests: [Request]) {
        do throws(PostgresError) {
            guard let connection else { throw PostgresError(.connectionFailure, "not connected") }
            for request in requests {
                crash.sending(request)
                let (statement, values) = WorkStatement.encode(
                    request,
                    leaseMilliseconds: machine.limits.leaseMilliseconds
                )
                try connection.enqueue(prepared: statement.rawValue, values)
                sent.append((request, .now()))
            }
            needsFlush = !(try connection.flush())
        } catch {
            connectionLost(error)
        }
    }

    private func connectionLost(_ error: PostgresError) {
        journal.connectionFailed(error, slot: number)
        close()
        perform(machine.disconnected(at: .now()))
    }

    private func close() {
        connection = nil
        sent = []
        needsFlush = false
        reconnect.lost(at: .now())
    }
}
