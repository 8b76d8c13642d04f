internal import ErpClient
internal import ErpModel

/// Writes what happened to tasks and connections as log lines.
///
/// A finished task is one info line; tool calls are debug lines unless refused; error means a person must act.
struct TaskJournal {
    let log: Log

    func answered(_ request: Request, _ answer: Answer, slot: Int, sentAt: Moment, now: Moment) {
        switch (request, answer) {
        case (.claim, .claimed(let tasks)):
            guard !tasks.isEmpty else { return }
            let duration = milliseconds(now, since: sentAt)
            log.write(.debug, "claimed", [("slot", "\(slot)"), ("tasks", "\(tasks.count)"), ("ms", duration)])
        case (.call(let call), .tool(let outcome)):
            toolReturned(call, outcome, duration: milliseconds(now, since: sentAt))
        case (.finish(let finish), .finished(let accepted)):
            finished(finish, accepted: accepted, now: now)
        case (.heartbeat(let claimed), .alive(false)):
            log.write(.info, "lease_lost", fields(claimed))
        default:
            break
        }
    }

    func failed(_ request: Request, _ error: PostgresError, slot: Int, sentAt: Moment, now: Moment) {
        let disposition = ErrorDisposition(error.sqlState)
        let level: LogLevel =
            switch disposition {
            case .retry: .debug
            case .reconnect, .leaseLost: .info
            case .retrySlowly, .giveUp: .error
            }
        var pairs: [(key: String, value: String?)] = [("slot", "\(slot)")]
        switch request {
        case .claim: pairs.append(("statement", "claim_task"))
        case .heartbeat(let claimed): pairs += [("statement", "heartbeat")] + fields(claimed)
        case .finish(let finish): pairs += [("statement", "finish")] + fields(finish.claimed)
        case .call(let call): pairs += [("tool", call.tool)] + fields(call.claimed)
        }
        pairs += [
            ("outcome", "\(disposition)"), ("sqlstate", error.sqlState.rawValue), ("message", error.message),
            ("hint", error.hint), ("ms", milliseconds(now, since: sentAt)),
        ]
        log.write(level, "sql_error", pairs)
    }

    func connectionFailed(_ error: PostgresError, slot: Int?, hopeless: Bool = false) {
        log.write(
            hopeless ? .error : .info,
            "connection_failed",
            [
                ("slot", slot.map { "\($0)" }), ("sqlstate", error.sqlState.rawValue), ("message", error.message),
                ("hint", error.hint),
            ]
        )
    }

    private func toolReturned(_ call: ToolCall, _ outcome: ToolOutcome, duration: String) {
        var pairs = fields(call.claimed) + [("tool", call.tool), ("step", call.step)]
        switch outcome {
        case .accepted:
            log.write(.debug, "tool_called", pairs + [("outcome", "ok"), ("ms", duration)])
        case .refused(let refusal):
            pairs += [("outcome", "refused"), ("sqlstate", refusal.sqlState), ("message", refusal.message)]
            log.write(.info, "tool_refused", pairs + [("ms", duration)])
        }
    }

    private func finished(_ finish: Finish, accepted: Bool, now: Moment) {
        let tools: [(key: String, value: String?)] = [("tools", "\(finish.toolCalls)")]
        let pairs = fields(finish.claimed)
        let rest = tools + [("ms", milliseconds(now, since: finish.claimed.startedAt))]
        guard accepted else {
            log.write(.info, "lease_lost", pairs + rest)
            return
        }
        switch finish.outcome {
        case .completed(let result):
            log.write(.info, "task_completed", pairs + [("outcome", result["outcome"]?.string ?? "done")] + rest)
        case .failed(let error, let delay, let technical):
            let outcome = delay == nil ? "failed" : "retry"
            log.write(
                technical ? .error : .info,
                "task_failed",
                pairs + [("outcome", outcome), ("message", error)] + rest
            )
        case .released:
            log.write(.info, "task_released", pairs + [("outcome", "released")] + rest)
        }
    }

    private func fields(_ claimed: ClaimedTask) -> [(key: String, value: String?)] {
        [("task_id", "\(claimed.task.eventID)"), ("event_type", claimed.task.eventType)]
    }

    private func milliseconds(_ now: Moment, since earlier: Moment) -> String {
        let tenths = Int((now.milliseconds(since: earlier) * 10).rounded())
        return "\(tenths / 10).\(abs(tenths % 10))"
    }
}
