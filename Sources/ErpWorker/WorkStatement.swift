internal import ErpClient
internal import ErpModel

/// The prepared statements of a work connection and how requests and answers travel through them.
enum WorkStatement: String, CaseIterable {
    case claim, call, complete, fail, heartbeat

    var sql: String {
        switch self {
        // A claim that a crash of the server loses is claimed again; whatever is done under it is committed to disk
        // after it, and so brings it along. Its own commit need not wait.
        case .claim:
            """
            SELECT c.event_id, c.lease_token, c.attempts, c.event_type, c.payload,
                   (SELECT t.tool_name FROM agent.event_types AS t WHERE t.event_type = c.event_type),
                   pg_catalog.set_config('synchronous_commit', 'off', true)
              FROM agent.claim_task($1::int, $2::interval) AS c
            """
        case .call: "SELECT agent.call_tool($1::bigint, $2::text, $3::jsonb, $4::bigint, $5::text)"
        // A completion that a crash of the server loses is repeated by the next claim, from stored results; so
        // its commit need not wait for the disk. The effects were committed with the tool call.
        case .complete:
            """
            SELECT agent.complete_task($1::bigint, $2::bigint, $3::jsonb),
                   pg_catalog.set_config('synchronous_commit', 'off', true)
            """
        case .fail: "SELECT agent.fail_task($1::bigint, $2::bigint, $3::text, $4::interval)"
        case .heartbeat: "SELECT agent.heartbeat($1::bigint, $2::bigint, $3::interval)"
        }
    }

    static func encode(_ request: Request, leaseMilliseconds: Int64) -> (WorkStatement, [String?]) {
        let lease = "\(leaseMilliseconds) milliseconds"
        switch request {
        case .claim(let batch):
            return (.claim, ["\(batch)", lease])
        case .call(let call):
            let claimed = call.claimed
            let task = "\(claimed.task.eventID)"
            return (.call, [task, call.tool, call.arguments.text, "\(claimed.leaseToken)", call.step])
        case .heartbeat(let claimed):
            return (.heartbeat, ["\(claimed.task.eventID)", "\(claimed.leaseToken)", lease])
        case .finish(let finish):
            return encode(finish)
        }
    }

    private static func encode(_ finish: Finish) -> (WorkStatement, [String?]) {
        let task = "\(finish.claimed.task.eventID)"
        let token = "\(finish.claimed.leaseToken)"
        switch finish.outcome {
        case .completed(let result): return (.complete, [task, token, result.text])
        case .failed(let error, let delay, _): return (.fail, [task, token, error, delay.map { "\($0) seconds" }])
        case .released: return (.fail, [task, token, "released: the worker is stopping", "0 seconds"])
        }
    }

    static func decode(
        _ result: PostgresResult,
        of request: Request,
        at now: Moment,
        leaseMilliseconds: Int64
    ) throws(PostgresError) -> Answer {
        switch request {
        case .claim:
            var tasks: [ClaimedTask] = []
            for row in result.rows {
                tasks.append(try claimedTask(row, at: now, leaseMilliseconds: leaseMilliseconds))
            }
            return .claimed(tasks)
        case .call:
            return .tool(ToolOutcome(answer: JSONText(trusted: result.first?.text(0) ?? "null")))
        case .finish:
            // complete_task answers true or false, fail_task the new status or NULL.
            let answer = result.first?.text(0)
            return .finished(answer != nil && answer != "f")
        case .heartbeat:
            return .alive(result.first?.text(0) == "t")
        }
    }

    private static func claimedTask(
        _ row: PostgresRow,
        at now: Moment,
        leaseMilliseconds: Int64
    ) throws(PostgresError) -> ClaimedTask {
        let task = AgentTask(
            eventID: try row.decode(0),
            eventType: try row.decode(3),
            payload: JSONText(trusted: try row.decode(4)),
            attempts: Int(try row.decode(2, as: Int32.self)),
            catalogueTool: row.text(5)
        )
        return ClaimedTask(
            task: task,
            leaseToken: try row.decode(1),
            startedAt: now,
            leaseUntil: now.advanced(milliseconds: leaseMilliseconds)
        )
    }
}
