import ErpClient
import ErpModel

@testable import ErpWorker

/// The agent API in memory: enough of a queue to drive a slot through whole tasks.
struct ScriptedDatabase {
    enum Status: Equatable {
        case pending
        case processing
        case completed(JSONText)
        case failed(String)
    }

    struct Row {
        var task: AgentTask
        var status = Status.pending
        var token: Int64 = 0
        var attempts = 0
    }

    var rows: [Row]
    /// What each tool answers; a tool without an entry accepts with an empty object.
    var tools: [String: ToolOutcome] = [:]
    /// Errors raised instead of answers, consumed in order, by kind of request.
    var errors: [(kind: String, error: PostgresError)] = []
    /// Steps carried out, as `task/step`; a repeated step is answered from here.
    var effects: [String] = []
    var trace: [String] = []
    var now = Moment(nanoseconds: 1_000_000_000)

    init(_ tasks: [AgentTask]) {
        rows = tasks.map { Row(task: $0) }
    }

    /// Answers one request, or raises.
    mutating func answer(_ request: Request) throws(PostgresError) -> Answer {
        trace.append(ScriptedDatabase.name(request))
        let kind = ScriptedDatabase.name(request).prefix { $0 != " " }
        if let index = errors.firstIndex(where: { $0.kind == kind }) { throw errors.remove(at: index).error }
        switch request {
        case .claim(let batch): return .claimed(claim(batch))
        case .call(let call): return .tool(try self.call(call))
        case .finish(let finish): return .finished(self.finish(finish))
        case .heartbeat: return .alive(true)
        }
    }

    private mutating func claim(_ batch: Int) -> [ClaimedTask] {
        var claimed: [ClaimedTask] = []
        for index in rows.indices where rows[index].status == .pending && claimed.count < batch {
            rows[index].status = .processing
            rows[index].token += 1
            rows[index].attempts += 1
            claimed.append(
                ClaimedTask(
                    task: rows[index].task,
                    leaseToken: rows[index].token,
                    startedAt: now,
                    leaseUntil: now.advanced(milliseconds: 30_000)
                )
            )
        }
        return claimed
    }

    private mutating func call(_ call: ToolCall) throws(PostgresError) -> ToolOutcome {
        guard held(call.claimed) != nil else { throw PostgresError(.leaseLost, "the lease is lost") }
        let effect = "\(call.claimed.task.eventID)/\(call.step)"
        if !effects.contains(effect) { effects.append(effect) }
        return tools[call.tool] ?? .accepted(.emptyObject)
    }

    private mutating func finish(_ finish: Finish) -> Bool {
        guard let index = held(finish.claimed) else { return false }
        switch finish.outcome {
        case .completed(let result): rows[index].status = .completed(result)
        case .failed(let error, nil, _): rows[index].status = .failed(error)
        case .failed, .released: rows[index].status = .pending
        }
        return true
    }

    private func held(_ claimed: ClaimedTask) -> Int? {
        rows.firstIndex { row in
            row.task.eventID == claimed.task.eventID && row.token == claimed.leaseToken && row.status == .processing
        }
    }

    static func name(_ request: Request) -> String {
        switch request {
        case .claim: return "claim"
        case .heartbeat(let claimed): return "heartbeat \(claimed.task.eventID)"
        case .call(let call): return "call \(call.claimed.task.eventID) \(call.step)"
        case .finish(let finish):
            switch finish.outcome {
            case .completed: return "complete \(finish.claimed.task.eventID)"
            case .failed(_, let delay, _): return "fail \(finish.claimed.task.eventID)\(delay == nil ? "" : " retry")"
            case .released: return "release \(finish.claimed.task.eventID)"
            }
        }
    }

    /// Performs actions until the slot waits without a deadline, stops or wants to reconnect.
    mutating func run<Policy: AgentPolicy>(
        _ machine: inout SlotMachine<Policy>,
        _ first: SlotMachine<Policy>.Action,
        limit: Int = 1_000
    ) -> SlotMachine<Policy>.Action {
        var action = first
        var queue: [Request] = []
        for _ in 0..<limit {
            if case .send(let requests) = action {
                queue += requests
            } else if action != .wait {
                return action
            }
            if !queue.isEmpty {
                let request = queue.removeFirst()
                do throws(PostgresError) {
                    action = machine.answered(try answer(request), at: now)
                } catch {
                    action = machine.failed(error, at: now)
                }
            } else if let deadline = machine.deadline {
                now = deadline
                action = machine.timeReached(at: now)
            } else {
                return action
            }
        }
        return .fail(reason: "no end in sight")
    }
}

/// Calls one tool per listed step, then completes; fails when refused.
struct StepPolicy: AgentPolicy {
    var steps: [String]

    init(_ steps: [String] = ["one"]) {
        self.steps = steps
    }

    mutating func handle(_ event: PolicyEvent) -> PolicyAction {
        if case .toolReturned(_, .refused(let refusal)) = event {
            return .fail(error: refusal.summary, retryAfterSeconds: nil)
        }
        guard !steps.isEmpty else { return .complete(.emptyObject) }
        return .callTool(name: "tool", arguments: .emptyObject, step: steps.removeFirst())
    }
}

/// Tasks with ids from 1 on.
func tasks(_ count: Int) -> [AgentTask] {
    (1...count).map { AgentTask(eventID: Int64($0), eventType: "TEST", payload: .emptyObject) }
}
