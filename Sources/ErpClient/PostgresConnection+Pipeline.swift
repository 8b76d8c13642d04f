internal import CLibPQ

/// The answer to one pipelined statement.
public enum PipelineReply {
    case rows(PostgresResult)
    case failure(PostgresError)
}

/// Pipelining: several prepared statements travel in one round trip, each in its own transaction, and are answered
/// in order. Nothing here waits; the caller polls the socket.
extension PostgresConnection {
    /// Switches to pipeline mode, for good.
    public func startPipeline() throws(PostgresError) {
        guard PQenterPipelineMode(pointer) == 1 else {
            throw PostgresError(connection: pointer, .connectionFailure)
        }
    }

    /// Puts a prepared statement into the pipeline, followed by its own synchronisation point.
    public func enqueue(prepared name: String, _ parameters: [String?]) throws(PostgresError) {
        let sent = CStringArray(parameters).withPointers { values in
            PQsendQueryPrepared(pointer, name, Int32(parameters.count), values.baseAddress, nil, nil, 0)
        }
        guard sent == 1, PQpipelineSync(pointer) == 1 else {
            throw PostgresError(connection: pointer, .connectionFailure)
        }
        outstanding += 1
    }

    /// The next answer that has arrived in full, or nil when none has.
    public func nextReply() throws(PostgresError) -> PipelineReply? {
        while outstanding > 0, PQisBusy(pointer) == 0 {
            guard let result = PQgetResult(pointer) else {
                guard isAlive else { throw PostgresError(connection: pointer, .connectionFailure) }
                continue
            }
            let owned = PostgresResult(owning: result)
            switch PQresultStatus(result) {
            case PGRES_COMMAND_OK, PGRES_TUPLES_OK:
                partialReply = .rows(owned)
            case PGRES_PIPELINE_SYNC:
                outstanding -= 1
                let reply = partialReply
                partialReply = nil
                return reply ?? .failure(PostgresError(.protocolViolation, "a statement got no answer"))
            case PGRES_PIPELINE_ABORTED:
                break
            default:
                partialReply = .failure(PostgresError(result: result))
                // The server says nothing more after a fatal error.
                if !isAlive {
                    outstanding = 0
                    return partialReply
                }
            }
        }
        return nil
    }
}
