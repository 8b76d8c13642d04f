public import ErpClient
public import ErpModel

/// Decides what one work connection does next. Holds no I/O: the driver reports what happened and performs the
/// action it gets back.
///
/// A slot works on one task at a time. It claims a small batch, and the end of one task travels in the same round
/// trip as the first call of the next (or as the next claim); each statement is its own transaction. Finishes that
/// could not be sent are kept and go first with the next send, so none is lost while the lease holds.
public struct SlotMachine<Policy: AgentPolicy>: Sendable {
    public struct Limits: Equatable, Sendable {
        public var batch = 8
        public var leaseMilliseconds: Int64 = 30_000
        public var toolCallsPerTask = 25
        public var retriesPerStatement = 8
        /// A call during which the connection broke this often may be what breaks it.
        public var connectionLossesPerCall = 3
        /// How long a task that is being worked on may still call tools once a stop was asked for.
        public var stopGraceMilliseconds: Int64 = 5_000

        public init() {}
    }

    public enum Action: Equatable, Sendable {
        case send([Request])
        /// Nothing to do until an answer, a wake-up or `deadline`.
        case wait
        case reconnect
        case stopped
        /// The driver reported something that cannot have happened.
        case fail(reason: String)
    }

    struct Work: Sendable {
        var call: ToolCall
        var connectionLosses = 0
        var policy: Policy
        var toolCalls: Int
    }

    enum Phase {
        case offline(Work?)
        case idle
        case claiming
        case working(Work)
        /// Waits for `deadline`, then repeats the call, or goes on when there is none.
        case pausing(Work?)
        /// Stopping: only the ends of tasks are still on their way.
        case settling
        case stopped
    }

    let limits: Limits
    private let prototype: Policy
    var phase = Phase.offline(nil)
    var queue: [ClaimedTask] = []
    var unsentFinishes: [Finish] = []
    var inFlight: [Request] = []
    /// A wake-up came while a claim was under way, so its empty answer proves nothing.
    private var wokeWhileClaiming = false
    private var claimFailures = 0
    private var stopAt: Moment?
    private var shortPause: Backoff
    private var longPause: Backoff

    /// When `timeReached` must be called next.
    public private(set) var deadline: Moment?
    /// True when the last claim found nothing and no work is held.
    public var isIdle: Bool {
        if case .idle = phase { true } else { false }
    }
    /// True when claiming has failed again and again, so that no idle moment will come.
    public var cannotClaim: Bool { claimFailures >= 3 }
    public var isStopped: Bool {
        if case .stopped = phase { true } else { false }
    }

    public init(policy: Policy, limits: Limits = Limits(), seed: UInt64 = 1) {
        prototype = policy
        self.limits = limits
        shortPause = Backoff(firstMilliseconds: 4, longestMilliseconds: 1_000, seed: seed)
        longPause = Backoff(firstMilliseconds: 500, longestMilliseconds: 30_000, seed: seed)
    }
}

// MARK: - What can happen

extension SlotMachine {
    /// The connection stands and its statements are prepared.
    public mutating func connected(at now: Moment) -> Action {
        guard case .offline(let work) = phase else { return .fail(reason: "connected twice") }
        guard let work else { return advance(at: now) }
        guard work.connectionLosses < limits.connectionLossesPerCall else {
            let error = "the connection broke \(work.connectionLosses) times during \(work.call.tool)"
            let outcome = Finish.Outcome.failed(error: error, retryAfterSeconds: 60, technical: true)
            return finish(work.call.claimed, outcome, work.toolCalls, now)
        }
        return resume(work, at: now)
    }

    /// The connection is gone; whatever was in flight may or may not have happened.
    public mutating func disconnected(at now: Moment) -> Action {
        if isStopped { return .stopped }
        var interrupted: Work?
        if case .offline(let work) = phase { interrupted = work }
        if case .pausing(let work) = phase { interrupted = work }
        if case .working(var work) = phase {
            work.connectionLosses += 1
            interrupted = work
        }
        for case .finish(var finish) in inFlight {
            finish.retries += 1
            if finish.retries <= limits.retriesPerStatement { unsentFinishes.append(finish) }
        }
        inFlight = []
        deadline = nil
        phase = .offline(interrupted)
        return stopAt == nil ? .wait : stopNow()
    }

    /// Something may be there to claim.
    public mutating func woke(at now: Moment) -> Action {
        switch phase {
        case .idle: return advance(at: now)
        case .claiming: wokeWhileClaiming = true
        default: break
        }
        return .wait
    }

    /// The deadline has passed.
    public mutating func timeReached(at now: Moment) -> Action {
        guard case .pausing(let work) = phase else { return .wait }
        deadline = nil
        guard let work else { return advance(at: now) }
        return resume(work, at: now)
    }

    /// Ends after the task at hand, or after its current tool call once the grace has run out.
    public mutating func stop(at now: Moment) -> Action {
        if stopAt == nil { stopAt = now.advanced(milliseconds: limits.stopGraceMilliseconds) }
        switch phase {
        case .idle, .pausing(nil): return advance(at: now)
        case .offline: return stopNow()
        default: return .wait
        }
    }

    /// The oldest request in flight was answered.
    public mutating func answered(_ answer: Answer, at now: Moment) -> Action {
        guard !inFlight.isEmpty else { return .fail(reason: "an answer without a request") }
        switch (inFlight.removeFirst(), answer) {
        case (.claim(let batch), .claimed(let tasks)): return claimed(tasks, of: batch, at: now)
        case (.call, .tool(let outcome)): return toolReturned(outcome, at: now)
        case (.finish, .finished): return settled(at: now)
        case (.heartbeat(let task), .alive(let alive)): return heard(of: task, alive: alive, at: now)
        default: return .fail(reason: "an answer of the wrong kind")
        }
    }

    /// The oldest request in flight was answered with an error.
    public mutating func failed(_ error: PostgresError, at now: Moment) -> Action {
        guard !inFlight.isEmpty else { return .fail(reason: "an error without a request") }
        let disposition = ErrorDisposition(error.sqlState)
        if disposition == .reconnect {
            let action = disconnected(at: now)
            return action == .stopped ? .stopped : .reconnect
        }
        switch inFlight.removeFirst() {
        case .claim: return claimFailed(disposition, at: now)
        case .call: return callFailed(error, disposition, at: now)
        case .finish(let finish): return finishFailed(finish, disposition, at: now)
        case .heartbeat: return settled(at: now)
        }
    }

    /// Unstarted tasks whose lease has passed its middle; their leases are taken as renewed.
    public mutating func heartbeatsDue(at now: Moment) -> [ClaimedTask] {
        let soon = now.advanced(milliseconds: limits.leaseMilliseconds / 2)
        var due: [ClaimedTask] = []
        for index in queue.indices where queue[index].leaseUntil < soon {
            due.append(queue[index])
            queue[index].leaseUntil = now.advanced(milliseconds: limits.leaseMilliseconds)
        }
        return due
    }

    /// A heartbeat sent elsewhere found the lease lost.
    public mutating func lost(_ task: ClaimedTask) {
        queue.removeAll { $0.task.eventID == task.task.eventID && $0.leaseToken == task.leaseToken }
    }
}

// MARK: - Decisions

extension SlotMachine {
    private mutating func claimed(_ tasks: [ClaimedTask], of batch: Int, at now: Moment) -> Action {
        claimFailures = 0
        queue.append(contentsOf: tasks)
        let mayHaveMissed = wokeWhileClaiming
        wokeWhileClaiming = false
        if tasks.isEmpty, stopAt == nil, unsentFinishes.isEmpty, !mayHaveMissed {
            phase = .idle
            return .wait
        }
        return advance(at: now)
    }

    private mutating func toolReturned(_ outcome: ToolOutcome, at now: Moment) -> Action {
        guard case .working(var work) = phase else { return .fail(reason: "a tool returned to no task") }
        if case .refused(let refusal) = outcome {
            switch SQLState(rawValue: refusal.sqlState) {
            case .leaseLost: return advance(at: now)
            // A no to the agent, not to the business: the task waits for the agent to be active again.
            case .agentNotActive: return finish(work.call.claimed, .released, work.toolCalls, now)
            default: break
            }
        }
        let action = work.policy.handle(.toolReturned(step: work.call.step, outcome))
        return perform(action, of: work.call.claimed, policy: work.policy, toolCalls: work.toolCalls, at: now)
    }

    /// Turns a policy's wish into a request.
    private mutating func perform(
        _ action: PolicyAction,
        of claimed: ClaimedTask,
        policy: Policy,
        toolCalls: Int,
        at now: Moment
    ) -> Action {
        switch action {
        case .callTool(let tool, let arguments, let step):
            guard toolCalls < limits.toolCallsPerTask else {
                let error = "more than \(limits.toolCallsPerTask) tool calls"
                return finish(claimed, .failed(error: error, retryAfterSeconds: nil, technical: true), toolCalls, now)
            }
            if let stopAt, stopAt < now { return finish(claimed, .released, toolCalls, now) }
            let call = ToolCall(claimed: claimed, tool: tool, arguments: arguments, step: step)
            return resume(Work(call: call, policy: policy, toolCalls: toolCalls + 1), at: now)
        case .complete(let result):
            return finish(claimed, .completed(result), toolCalls, now)
        case .fail(let error, let delay):
            return finish(claimed, .failed(error: error, retryAfterSeconds: delay, technical: false), toolCalls, now)
        }
    }

    private mutating func finish(
        _ claimed: ClaimedTask,
        _ outcome: Finish.Outcome,
        _ toolCalls: Int,
        _ now: Moment
    ) -> Action {
        unsentFinishes.append(Finish(claimed: claimed, outcome: outcome, toolCalls: toolCalls))
        return advance(at: now)
    }

    /// Goes on with the next task, or claims, or ends.
    private mutating func advance(at now: Moment) -> Action {
        if stopAt != nil { return stopGently() }
        guard !queue.isEmpty else {
            phase = .claiming
            return send([.claim(batch: limits.batch)])
        }
        var next = queue.removeFirst()
        next.startedAt = now
        var policy = prototype
        let action = policy.handle(.began(next.task))
        return perform(action, of: next, policy: policy, toolCalls: 0, at: now)
    }

    /// Sends the call, and ahead of it a heartbeat when the lease has passed its middle.
    private mutating func resume(_ work: Work, at now: Moment) -> Action {
        var work = work
        let claimed = work.call.claimed
        let isLate = claimed.leaseUntil < now.advanced(milliseconds: limits.leaseMilliseconds / 2)
        if isLate { work.call.claimed.leaseUntil = now.advanced(milliseconds: limits.leaseMilliseconds) }
        phase = .working(work)
        return send((isLate ? [.heartbeat(claimed)] : []) + [.call(work.call)])
    }

    /// Releases what was not started and waits until everything is answered.
    private mutating func stopGently() -> Action {
        unsentFinishes += queue.map { Finish(claimed: $0, outcome: .released, toolCalls: 0) }
        queue = []
        guard unsentFinishes.isEmpty else {
            phase = .settling
            return send([])
        }
        guard inFlight.isEmpty else {
            phase = .settling
            return .wait
        }
        return stopNow()
    }

    private mutating func stopNow() -> Action {
        phase = .stopped
        deadline = nil
        return .stopped
    }

    private mutating func send(_ requests: [Request]) -> Action {
        let all = unsentFinishes.map { Request.finish($0) } + requests
        unsentFinishes = []
        inFlight += all
        return .send(all)
    }

    private mutating func settled(at now: Moment) -> Action {
        guard case .settling = phase, inFlight.isEmpty else { return .wait }
        return stopGently()
    }

    private mutating func heard(of task: ClaimedTask, alive: Bool, at now: Moment) -> Action {
        if !alive { lost(task) }
        return settled(at: now)
    }
}

// MARK: - Errors

extension SlotMachine {
    private mutating func claimFailed(_ disposition: ErrorDisposition, at now: Moment) -> Action {
        claimFailures += 1
        return pause(nil, retries: claimFailures - 1, short: disposition == .retry, at: now)
    }

    private mutating func callFailed(
        _ error: PostgresError,
        _ disposition: ErrorDisposition,
        at now: Moment
    ) -> Action {
        guard case .working(var work) = phase else { return .fail(reason: "a tool failed for no task") }
        let claimed = work.call.claimed
        switch disposition {
        case .leaseLost:
            return advance(at: now)
        case .retry, .retrySlowly:
            guard stopAt == nil else { return finish(claimed, .released, work.toolCalls, now) }
            guard work.call.retries < limits.retriesPerStatement else {
                let outcome = Finish.Outcome.failed(error: error.description, retryAfterSeconds: 10, technical: true)
                return finish(claimed, outcome, work.toolCalls, now)
            }
            work.call.retries += 1
            return pause(work, retries: work.call.retries - 1, short: disposition == .retry, at: now)
        case .reconnect, .giveUp:
            let outcome = Finish.Outcome.failed(error: error.description, retryAfterSeconds: nil, technical: true)
            return finish(claimed, outcome, work.toolCalls, now)
        }
    }

    /// A finish that cannot be sent is dropped in the end: its lease runs out and the task is claimed again.
    private mutating func finishFailed(
        _ finish: Finish,
        _ disposition: ErrorDisposition,
        at now: Moment
    ) -> Action {
        var again = finish
        again.retries += 1
        let repeats = disposition == .retry || disposition == .retrySlowly
        if repeats, again.retries <= limits.retriesPerStatement { unsentFinishes.append(again) }
        guard case .settling = phase, inFlight.isEmpty else { return .wait }
        guard !unsentFinishes.isEmpty else { return stopGently() }
        return pause(nil, retries: again.retries - 1, short: disposition == .retry, at: now)
    }

    private mutating func pause(_ work: Work?, retries: Int, short: Bool, at now: Moment) -> Action {
        let milliseconds = short ? shortPause.pause(afterRetries: retries) : longPause.pause(afterRetries: retries)
        phase = .pausing(work)
        deadline = now.advanced(milliseconds: milliseconds)
        return .wait
    }
}
