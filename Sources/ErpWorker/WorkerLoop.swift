internal import ErpClient
internal import ErpModel

/// The one thread of a worker: waits in poll(2) for the server, the clock or a signal, and passes on what happens.
///
/// Drain, then sleep: a slot claims until nothing is left; then only a notification or the fallback poll wakes it, so
/// a lost notification costs one poll interval and never an event.
final class WorkerLoop<Policy: AgentPolicy> {
    private let settings: WorkerSettings
    private let log: Log
    private let control: ControlConnection
    private let slots: [WorkSlot<Policy>]
    private let signals = SignalInbox()
    private var service = ServiceNotifier()
    private var nextPoll: Moment
    private var isStopping = false

    init(settings: WorkerSettings, identity: WorkerIdentity, log: Log, policy: Policy) {
        self.settings = settings
        self.log = log
        let now = Moment.now()
        var limits = SlotMachine<Policy>.Limits()
        // What one slot holds the others cannot begin.
        limits.batch = max(1, settings.batch / settings.slots)
        limits.leaseMilliseconds = Int64(settings.leaseSeconds) * 1_000
        let journal = TaskJournal(log: log)
        let crash = CrashSwitch(settings.crashPoint)
        control = ControlConnection(
            identity: identity,
            log: log,
            leaseMilliseconds: limits.leaseMilliseconds,
            at: now
        )
        slots = (1...settings.slots).map { number in
            let machine = SlotMachine(policy: policy, limits: limits, seed: identity.seed &+ UInt64(number))
            return WorkSlot(number: number, machine: machine, identity: identity, journal: journal, crash: crash)
        }
        nextPoll = now.advanced(milliseconds: Int64(settings.pollMilliseconds))
    }

    /// Works until told to stop; returns the exit status.
    func run() -> Int32 {
        while !slots.allSatisfy({ $0.machine.isStopped }) {
            guard connect() else { return ExitStatus.unavailable }
            runTimers(at: .now())
            wait()
            guard settings.once else { continue }
            if slots.contains(where: { $0.machine.cannotClaim }) { return ExitStatus.failed }
            if slots.allSatisfy({ $0.machine.isIdle || $0.machine.isStopped }) { stop() }
        }
        log.write(.info, "stopped")
        return ExitStatus.success
    }

    /// Brings up what is down and due; false when that must end the program.
    private func connect() -> Bool {
        let now = Moment.now()
        if !isStopping, control.connectIfDue(at: now) {
            service.ready(at: now)
            slots.forEach { $0.wake(at: now) }
        }
        // Listening comes first: an event inserted in between is then either notified or claimed.
        guard control.isConnected || isStopping else { return !settings.once }
        // One vain attempt tells enough, and each may take its time.
        for slot in slots where slot.connectIfDue(at: now) != nil { return !settings.once }
        return true
    }

    private func runTimers(at now: Moment) {
        service.ping(at: now)
        control.timeReached(at: now)
        for slot in slots {
            slot.timeReached(at: now)
            for task in slot.heartbeatsDue(at: now) { control.heartbeat(task, at: now) }
        }
        if nextPoll <= now { wakeOneSlot(at: now) }
    }

    private func wait() {
        let present = slots.filter { $0.interest != nil }
        var interests = [SocketInterest(descriptor: signals.descriptor)]
        interests += present.compactMap { $0.interest }
        if let interest = control.interest { interests.append(interest) }
        let ready = waitForSockets(interests, until: nextDeadline())
        for (slot, isReady) in zip(present, ready.dropFirst()) where isReady { slot.socketReady() }
        let now = Moment.now()
        if control.interest != nil, ready.last == true, interests.count > present.count + 1 {
            if control.socketReady() { wakeOneSlot(at: now) }
            for task in control.takeLostLeases() { slots.forEach { $0.lost(task) } }
        }
        for slot in slots where slot.takeFoundMore() { wakeOneSlot(at: now) }
        if ready.first == true, signals.takeSignal() { stop() }
    }

    /// Wakes an idle slot; when all are busy, those that are claiming claim once more.
    private func wakeOneSlot(at now: Moment) {
        nextPoll = now.advanced(milliseconds: Int64(settings.pollMilliseconds))
        if let idle = slots.first(where: { $0.machine.isIdle }) {
            idle.wake(at: now)
        } else {
            slots.forEach { $0.wake(at: now) }
        }
    }

    private func stop() {
        guard !isStopping else { return }
        isStopping = true
        service.stopping()
        log.write(.info, "stopping")
        let now = Moment.now()
        slots.forEach { $0.stop(at: now) }
    }

    private func nextDeadline() -> Moment {
        var moments = slots.compactMap { $0.deadline } + [nextPoll]
        if let ping = service.nextPing { moments.append(ping) }
        if let deadline = control.deadline { moments.append(deadline) }
        // Slots connect after the control connection; until then their turn, overdue, must not keep the loop awake.
        if control.isConnected { moments += slots.compactMap { $0.connectDeadline } }
        return moments.min() ?? nextPoll
    }
}
