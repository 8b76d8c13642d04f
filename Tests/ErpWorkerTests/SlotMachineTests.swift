import ErpClient
import ErpModel
import Testing

@testable import ErpWorker

@Suite("Slot machine")
struct SlotMachineTests {
    private let completed = ScriptedDatabase.Status.completed(.emptyObject)

    @Test("a queue is drained, and the end of a task travels with the start of the next")
    func drains() {
        var machine = SlotMachine(policy: StepPolicy(["one", "two"]))
        var database = ScriptedDatabase(tasks(2))
        #expect(database.run(&machine, machine.connected(at: database.now)) == .wait)
        #expect(machine.isIdle)
        #expect(database.rows.allSatisfy { $0.status == completed })
        #expect(
            database.trace == [
                "claim", "call 1 one", "call 1 two", "complete 1", "call 2 one", "call 2 two", "complete 2", "claim",
            ]
        )
    }

    @Test("completing and the next call are one send")
    func pipelines() {
        var machine = SlotMachine(policy: StepPolicy())
        var database = ScriptedDatabase(tasks(2))
        guard case .send(let claim) = machine.connected(at: database.now) else { return }
        guard case .send(let call) = machine.answered(try! database.answer(claim[0]), at: database.now) else { return }
        let action = machine.answered(try! database.answer(call[0]), at: database.now)
        guard case .send(let both) = action else {
            Issue.record("nothing sent")
            return
        }
        #expect(both.map(ScriptedDatabase.name) == ["complete 1", "call 2 one"])
    }

    @Test("a batch is claimed at a time")
    func batches() {
        var limits = SlotMachine<StepPolicy>.Limits()
        limits.batch = 3
        var machine = SlotMachine(policy: StepPolicy(), limits: limits)
        var database = ScriptedDatabase(tasks(7))
        #expect(database.run(&machine, machine.connected(at: database.now)) == .wait)
        #expect(database.rows.allSatisfy { $0.status == completed })
        #expect(database.trace.count { $0 == "claim" } == 4)
    }

    @Test("a wake-up during a claim claims once more before sleeping")
    func wokenWhileClaiming() {
        var machine = SlotMachine(policy: StepPolicy())
        let now = Moment(nanoseconds: 1)
        #expect(machine.connected(at: now) == .send([.claim(batch: 8)]))
        #expect(machine.woke(at: now) == .wait)
        #expect(machine.answered(.claimed([]), at: now) == .send([.claim(batch: 8)]))
        #expect(machine.answered(.claimed([]), at: now) == .wait)
        #expect(machine.isIdle)
        #expect(machine.woke(at: now) == .send([.claim(batch: 8)]))
    }

    @Test(
        "40001, 40P01, 55P03 and 57014 repeat the whole call under the same step",
        arguments: [
            SQLState.serializationFailure, .deadlockDetected, .lockNotAvailable, .queryCanceled,
        ])
    func retries(sqlState: SQLState) {
        var machine = SlotMachine(policy: StepPolicy())
        var database = ScriptedDatabase(tasks(1))
        database.errors = [("call", PostgresError(sqlState, "try again")), ("call", PostgresError(sqlState, "again"))]
        let start = database.now
        #expect(database.run(&machine, machine.connected(at: database.now)) == .wait)
        #expect(database.rows[0].status == completed)
        #expect(database.trace.count { $0 == "call 1 one" } == 3)
        #expect(database.effects == ["1/one"])
        #expect(database.now > start)
    }

    @Test("retries end, and the task is tried again later")
    func retriesEnd() {
        var machine = SlotMachine(policy: StepPolicy())
        var database = ScriptedDatabase(tasks(1))
        database.errors = (0..<9).map { _ in ("call", PostgresError(.serializationFailure, "busy")) }
        _ = database.run(&machine, machine.connected(at: database.now))
        #expect(database.trace.contains("fail 1 retry"))
    }

    @Test("an error a retry cannot cure fails the task and goes on", arguments: ["42P01", "XX000", "22012", "P0001"])
    func technicalFailure(code: String) {
        var machine = SlotMachine(policy: StepPolicy())
        var database = ScriptedDatabase(tasks(2))
        database.errors = [("call", PostgresError(SQLState(rawValue: code), "broken"))]
        #expect(database.run(&machine, machine.connected(at: database.now)) == .wait)
        #expect(database.rows[0].status == .failed(database.rows[0].status.error))
        #expect(database.rows[0].status.error.hasPrefix(code))
        #expect(database.rows[1].status == completed)
    }

    @Test("a refusal goes to the policy")
    func refusal() {
        var machine = SlotMachine(policy: StepPolicy())
        var database = ScriptedDatabase(tasks(1))
        database.tools["tool"] = .refused(ToolRefusal(sqlState: "RP010", message: "$.lines: missing"))
        #expect(database.run(&machine, machine.connected(at: database.now)) == .wait)
        #expect(database.rows[0].status == .failed("$.lines: missing [RP010]"))
    }

    @Test("a lost lease drops the task silently, raised or refused")
    func leaseLost() {
        var machine = SlotMachine(policy: StepPolicy())
        var database = ScriptedDatabase(tasks(2))
        database.errors = [("call", PostgresError(.leaseLost, "lost"))]
        #expect(database.run(&machine, machine.connected(at: database.now)) == .wait)
        #expect(database.trace.contains { $0.hasPrefix("fail") } == false)
        #expect(database.rows[0].status == .processing)
        #expect(database.rows[1].status == completed)

        var second = SlotMachine(policy: StepPolicy())
        var other = ScriptedDatabase(tasks(1))
        other.tools["tool"] = .refused(ToolRefusal(sqlState: "RP001", message: "lost"))
        #expect(other.run(&second, second.connected(at: other.now)) == .wait)
        #expect(other.trace == ["claim", "call 1 one", "claim"])
    }

    @Test("when the agent is suspended its tasks go back to the queue")
    func suspended() {
        var machine = SlotMachine(policy: StepPolicy())
        var database = ScriptedDatabase(tasks(1))
        database.tools["tool"] = .refused(ToolRefusal(sqlState: "RP502", message: "suspended"))
        _ = database.run(&machine, machine.connected(at: database.now), limit: 3)
        #expect(database.trace.contains("release 1"))
    }

    @Test("a broken connection keeps the task and repeats the call after reconnecting")
    func reconnects() {
        var machine = SlotMachine(policy: StepPolicy(["one", "two"]))
        var database = ScriptedDatabase(tasks(3))
        database.errors = [("call", PostgresError(SQLState(rawValue: "57P01"), "terminating connection"))]
        #expect(database.run(&machine, machine.connected(at: database.now)) == .reconnect)
        #expect(database.run(&machine, machine.connected(at: database.now)) == .wait)
        #expect(database.rows.allSatisfy { $0.status == completed })
        #expect(database.effects.count == 6)
    }

    @Test("a completion whose answer was lost is sent again")
    func completionRepeated() {
        var machine = SlotMachine(policy: StepPolicy())
        var database = ScriptedDatabase(tasks(2))
        database.errors = [("complete", PostgresError(.connectionFailure, "gone"))]
        #expect(database.run(&machine, machine.connected(at: database.now)) == .reconnect)
        #expect(database.run(&machine, machine.connected(at: database.now)) == .wait)
        #expect(database.rows.allSatisfy { $0.status == completed })
    }

    @Test("a call that breaks the connection again and again is failed for later")
    func poison() {
        var machine = SlotMachine(policy: StepPolicy())
        var database = ScriptedDatabase(tasks(1))
        database.errors = (0..<3).map { _ in ("call", PostgresError(.connectionFailure, "crash")) }
        for _ in 1...3 {
            #expect(database.run(&machine, machine.connected(at: database.now)) == .reconnect)
        }
        let action = machine.connected(at: database.now)
        guard case .send(let requests) = action else {
            Issue.record("nothing sent")
            return
        }
        #expect(requests.map(ScriptedDatabase.name) == ["fail 1 retry", "claim"])
    }

    @Test("a failing claim is tried again with growing pauses")
    func claimFails() {
        var machine = SlotMachine(policy: StepPolicy())
        var database = ScriptedDatabase(tasks(1))
        database.errors = (0..<4).map { _ in ("claim", PostgresError(.undefinedFunction, "not installed")) }
        let start = database.now
        #expect(database.run(&machine, machine.connected(at: database.now)) == .wait)
        #expect(database.rows[0].status == completed)
        #expect(database.now.milliseconds(since: start) > 3_000)
    }

    @Test("a stop finishes the task at hand and releases the rest of the batch")
    func stops() {
        var machine = SlotMachine(policy: StepPolicy(["one", "two"]))
        var database = ScriptedDatabase(tasks(3))
        guard case .send(let claim) = machine.connected(at: database.now),
            case .send(let call) = machine.answered(try! database.answer(claim[0]), at: database.now)
        else {
            Issue.record("nothing sent")
            return
        }
        #expect(machine.stop(at: database.now) == .wait)
        #expect(database.run(&machine, machine.answered(try! database.answer(call[0]), at: database.now)) == .stopped)
        #expect(database.rows[0].status == completed)
        #expect(database.rows[1].status == .pending)
        #expect(database.rows[2].status == .pending)
        #expect(machine.isStopped)
    }

    @Test("after the grace a stop releases even the task at hand, at its next tool call")
    func stopsAfterGrace() {
        var machine = SlotMachine(policy: StepPolicy(["one", "two"]))
        var database = ScriptedDatabase(tasks(1))
        guard case .send(let claim) = machine.connected(at: database.now),
            case .send(let call) = machine.answered(try! database.answer(claim[0]), at: database.now)
        else {
            Issue.record("nothing sent")
            return
        }
        _ = machine.stop(at: database.now)
        database.now = database.now.advanced(milliseconds: 6_000)
        #expect(database.run(&machine, machine.answered(try! database.answer(call[0]), at: database.now)) == .stopped)
        #expect(database.trace == ["claim", "call 1 one", "release 1"])
        #expect(database.rows[0].status == .pending)
    }

    @Test("an idle or disconnected slot stops at once")
    func stopsAtOnce() {
        let now = Moment(nanoseconds: 1)
        var idle = SlotMachine(policy: StepPolicy())
        _ = idle.connected(at: now)
        _ = idle.answered(.claimed([]), at: now)
        #expect(idle.stop(at: now) == .stopped)
        var offline = SlotMachine(policy: StepPolicy())
        #expect(offline.stop(at: now) == .stopped)
    }

    @Test("a stop during a claim releases what the claim brought")
    func stopsWhileClaiming() {
        var machine = SlotMachine(policy: StepPolicy())
        var database = ScriptedDatabase(tasks(2))
        guard case .send(let claim) = machine.connected(at: database.now) else { return }
        #expect(machine.stop(at: database.now) == .wait)
        #expect(database.run(&machine, machine.answered(try! database.answer(claim[0]), at: database.now)) == .stopped)
        #expect(database.trace == ["claim", "release 1", "release 2"])
    }

    @Test("a task that calls tools without end is failed")
    func toolCallLimit() {
        var machine = SlotMachine(policy: StepPolicy((1...100).map { "step\($0)" }))
        var database = ScriptedDatabase(tasks(1))
        #expect(database.run(&machine, machine.connected(at: database.now)) == .wait)
        #expect(database.effects.count == 25)
        #expect(database.rows[0].status == .failed("more than 25 tool calls"))
    }

    @Test("leases past their middle are prolonged: of waiting tasks aside, of the current one ahead of its call")
    func heartbeats() {
        var machine = SlotMachine(policy: StepPolicy(["one", "two"]))
        var database = ScriptedDatabase(tasks(2))
        guard case .send(let claim) = machine.connected(at: database.now),
            case .send(let call) = machine.answered(try! database.answer(claim[0]), at: database.now)
        else {
            Issue.record("nothing sent")
            return
        }
        #expect(machine.heartbeatsDue(at: database.now).isEmpty)
        database.now = database.now.advanced(milliseconds: 16_000)
        #expect(machine.heartbeatsDue(at: database.now).map(\.task.eventID) == [2])
        #expect(machine.heartbeatsDue(at: database.now).isEmpty)
        #expect(database.run(&machine, machine.answered(try! database.answer(call[0]), at: database.now)) == .wait)
        #expect(database.trace.prefix(4) == ["claim", "call 1 one", "heartbeat 1", "call 1 two"])
        #expect(database.rows.allSatisfy { $0.status == completed })
    }

    @Test("what cannot happen is reported, never trapped on")
    func invalidTransitions() {
        var machine = SlotMachine(policy: StepPolicy())
        let now = Moment(nanoseconds: 1)
        #expect(machine.answered(.claimed([]), at: now) == .fail(reason: "an answer without a request"))
        _ = machine.connected(at: now)
        #expect(machine.connected(at: now) == .fail(reason: "connected twice"))
        #expect(machine.answered(.alive(true), at: now) == .fail(reason: "an answer of the wrong kind"))
    }
}

extension ScriptedDatabase.Status {
    var error: String {
        if case .failed(let error) = self { error } else { "" }
    }
}
