internal import AuditVerifier
internal import ErpClient
internal import ErpWorker
internal import Glibc

/// The one thread of erp-auditor: seals, verifies, signs, and waits in poll(2) in between.
final class AuditorLoop {
    private static let unsignedReminderMilliseconds: Int64 = 600_000

    private let settings: AuditorSettings
    private let identity: WorkerIdentity
    private let log: Log
    private let signer: Signer?
    private let verifier: VerifyConnection
    private let signals = SignalInbox()
    private let findings: FindingDesk
    private var service = ServiceNotifier()
    private var reconnect: Reconnect
    private var cadence: Cadence
    private var database: AuditDatabase?
    private var isSigning = false
    private var hasSealed = false
    private var nextReminder: Moment

    init(_ settings: AuditorSettings, _ identity: WorkerIdentity, _ log: Log, _ signer: Signer?) {
        self.settings = settings
        self.identity = identity
        self.log = log
        self.signer = signer
        verifier = VerifyConnection(identity)
        findings = FindingDesk(log)
        reconnect = Reconnect(seed: identity.seed)
        let now = Moment.now()
        cadence = Cadence(settings, at: now)
        nextReminder = now
    }

    /// Works until told to stop.
    func run() -> Int32 {
        while !signals.takeSignal() {
            connectIfDue()
            if let database { work(database) }
            service.ping(at: .now())
            if let status = signer?.git.pushEnded(at: .now()) { told(push: status) }
            wait()
        }
        service.stopping()
        if let status = signer?.git.finishPush() { told(push: status) }
        log.write(.info, "stopped")
        return ExitStatus.success
    }

    private func work(_ database: AuditDatabase) {
        do throws(PostgresError) {
            if cadence.nextSeal <= .now() { try seal(database) }
            if let signer {
                if isSigning || cadence.isCheckpointDue(at: .now()) { try sign(signer, database) }
            } else if nextReminder <= .now() {
                nextReminder = Moment.now().advanced(milliseconds: AuditorLoop.unsignedReminderMilliseconds)
                log.write(
                    .error, "nothing_is_signed", [("hint", "set ERP_AUDIT_KEY, ERP_AUDIT_FILE and ERP_AUDIT_GIT")])
            }
            if !verifier.isRunning, cadence.nextVerify <= .now() { try verifier.start(database, at: .now()) }
            if let answer = try verifier.answer(at: .now()) { verified(answer, database) }
        } catch {
            failed(error, database)
        }
    }

    private func seal(_ database: AuditDatabase) throws(PostgresError) {
        let start = Moment.now()
        do throws(PostgresError) {
            let leaves = try database.seal(settings.batch)
            let now = Moment.now()
            cadence.sealed(leaves, at: now)
            if leaves > 0 {
                CrashStep.afterSeal.reached(settings.crashStep)
                let took = "\(Int(now.milliseconds(since: start)))"
                log.write(.debug, "sealed", [("leaves", "\(leaves)"), ("ms", took)])
            }
            guard !hasSealed else { return }
            hasSealed = true
            service.ready(at: now)
            log.write(.info, "sealing", [("pid", "\(database.connection.backendProcess)")])
        } catch  where error.sqlState.rawValue.hasPrefix("RP25") {
            cadence.sealingFailed(at: .now())
            findings.tell(Finding(error), database)
        }
    }

    private func sign(_ signer: Signer, _ database: AuditDatabase) throws(PostgresError) {
        do throws(StepError) {
            let outcome = try signer.step(database)
            isSigning = outcome == .more
            switch outcome {
            case .more: return
            case .nothing: break
            case .made(let checkpoint):
                let root = checkpoint.root.description
                log.write(.info, "checkpoint", [("size", "\(checkpoint.size)"), ("root", root)])
            case .contradiction(let finding):
                findings.tell(finding, database)
                return cadence.checkpointFailed(at: .now())
            }
            cadence.checkpointMade(at: .now())
        } catch {
            isSigning = false
            cadence.checkpointFailed(at: .now())
            switch error {
            case .database(let error): throw error
            case .contradiction(let finding): findings.tell(finding, database)
            case .sink(let message): log.write(.error, "checkpoint_failed", [("message", message)])
            }
        }
    }

    private func verified(
        _ answer: (findings: [Finding], startedAt: Moment, endsPass: Bool),
        _ database: AuditDatabase
    ) {
        let now = Moment.now()
        cadence.verified(startedAt: answer.startedAt, at: now)
        for finding in answer.findings { findings.tell(finding, database) }
        guard answer.endsPass else { return }
        let took = "\(Int(now.milliseconds(since: answer.startedAt)))"
        log.write(.debug, "verified", [("findings", "\(answer.findings.count)"), ("ms", took)])
    }

    private func failed(_ error: PostgresError, _ database: AuditDatabase) {
        let now = Moment.now()
        log.write(.error, "sql_error", [("sqlstate", error.sqlState.rawValue), ("message", error.message)])
        cadence.sealingFailed(at: now)
        cadence.verified(startedAt: now, at: now)
        guard !database.connection.isAlive || error.sqlState.rawValue.hasPrefix("57P") else { return }
        self.database = nil
        verifier.forget()
        isSigning = false
        reconnect.lost(at: now)
    }

    private func connectIfDue() {
        guard database == nil, reconnect.isDue(at: .now()) else { return }
        do throws(PostgresError) {
            database = AuditDatabase(connection: try identity.connect("seal"))
            reconnect.succeeded()
            hasSealed = false
        } catch {
            reconnect.failed(at: .now())
            let level: LogLevel = reconnect.isHopeless ? .error : .info
            let fields = [("sqlstate", error.sqlState.rawValue), ("message", error.message)]
            log.write(level, "connection_failed", fields)
        }
    }

    private func told(push status: Int32) {
        if status != 0 { log.write(.error, "push_failed", [("status", "\(status)")]) }
    }

    private func wait() {
        var moments: [Moment] = []
        if database == nil {
            if let at = reconnect.at { moments.append(at) }
        } else {
            moments.append(isSigning ? .now() : cadence.nextSeal)
            if !verifier.isRunning { moments.append(cadence.nextVerify) }
            if signer != nil, let due = cadence.checkpointDue { moments.append(due) }
        }
        if let ping = service.nextPing { moments.append(ping) }
        var interests = [SocketInterest(descriptor: signals.descriptor)]
        if let interest = verifier.interest { interests.append(interest) }
        _ = waitForSockets(interests, until: moments.min())
    }
}
