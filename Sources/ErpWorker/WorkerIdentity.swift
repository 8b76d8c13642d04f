package import ErpClient
internal import Glibc

/// Who a worker is to the database.
package struct WorkerIdentity {
    let program: String
    let role: String
    package let seed: UInt64

    package init(program: String, role: String) {
        self.program = program
        self.role = role
        seed = UInt64(bitPattern: Moment.now().nanoseconds) ^ UInt64(UInt32(bitPattern: getpid()))
    }

    /// Connects; without just-in-time compilation, which takes 100 ms where a statement takes one.
    package func connect(_ part: String) throws(PostgresError) -> PostgresConnection {
        try PostgresConnection(
            applicationName: "\(program)/\(part)",
            defaultUser: role,
            sessionSettings: ["jit=off"]
        )
    }

    /// The notification channel that says an event for this agent was inserted.
    var channel: String { "erp_task_\(role)" }
}
