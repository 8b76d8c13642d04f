internal import CLibPQ

extension PostgresConnection {
    /// Runs one statement with parameters in text form and waits for its rows.
    public func query(_ sql: String, _ parameters: [String?] = []) throws(PostgresError) -> PostgresResult {
        let sent = CStringArray(parameters).withPointers { values in
            PQsendQueryParams(pointer, sql, Int32(parameters.count), nil, values.baseAddress, nil, nil, 0)
        }
        try check(sent)
        return try lastResult()
    }

    /// Runs a script of any number of statements and waits for its end.
    ///
    /// Without a BEGIN of its own the script is one transaction.
    public func execute(script: String) throws(PostgresError) {
        try check(PQsendQuery(pointer, script))
        _ = try lastResult()
    }

    /// Prepares a statement under a name for the life of the connection.
    public func prepare(_ name: String, _ sql: String) throws(PostgresError) {
        try check(PQsendPrepare(pointer, name, sql, 0, nil))
        _ = try lastResult()
    }

    /// Subscribes to a notification channel.
    public func listen(to channel: String) throws(PostgresError) {
        _ = try query("LISTEN \"\(channel)\"")
    }

    /// The channels notified since the last call; reads what has arrived already, never waits.
    public func notifications() -> [String] {
        var channels: [String] = []
        while let notification = PQnotifies(pointer) {
            channels.append(String(cString: notification.pointee.relname))
            PQfreemem(notification)
        }
        return channels
    }

    private func check(_ sent: Int32) throws(PostgresError) {
        guard sent == 1 else {
            throw PostgresError(connection: pointer, .connectionFailure)
        }
    }

    /// Waits until the server has answered in full; the first error wins over any later result.
    private func lastResult() throws(PostgresError) -> PostgresResult {
        var last: PostgresResult?
        var failure: PostgresError?
        while !(try flush()) {
            _ = waitForSockets([SocketInterest(descriptor: socket, writing: true)], until: nil)
            try receive()
        }
        while true {
            while PQisBusy(pointer) == 1 {
                _ = waitForSockets([SocketInterest(descriptor: socket)], until: nil)
                try receive()
            }
            guard let result = PQgetResult(pointer) else { break }
            let owned = PostgresResult(owning: result)
            switch PQresultStatus(result) {
            case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY:
                last = owned
            case PGRES_COPY_IN:
                PQputCopyEnd(pointer, "COPY FROM STDIN is not supported here")
            default:
                failure = failure ?? PostgresError(result: result)
            }
        }
        if let failure { throw failure }
        guard let last else { throw PostgresError(connection: pointer, .connectionFailure) }
        return last
    }
}
