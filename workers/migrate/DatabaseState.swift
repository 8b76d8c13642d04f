internal import ErpClient

/// What is installed in the database, as far as installing decides by it.
struct DatabaseState: Equatable {
    struct Applied: Equatable {
        let version: Int
        let name: String
        let checksum: String
        let appliedAt: String
    }

    var migrations: [Applied] = []
    /// Checksums of the parts that are run again when they change, by part.
    var parts: [String: String] = [:]
    var extensionVersion: String?
    /// The version the server's files would install; nil when they are not there.
    var availableExtension: String?
    /// True when the functions exist without the extension.
    var hasPlainFunctions = false

    /// The mode the database is in; nil when it is empty.
    var mode: MigrateOptions.Mode? {
        if extensionVersion != nil { return .native }
        return hasPlainFunctions ? .portable : nil
    }
}

extension DatabaseState {
    /// Reads the state; changes nothing.
    init(reading connection: PostgresConnection) throws(PostgresError) {
        let facts = try connection.query(
            """
            SELECT (SELECT extversion FROM pg_extension WHERE extname = 'headless_erp'),
                   (SELECT default_version FROM pg_available_extensions WHERE name = 'headless_erp'),
                   to_regprocedure('erp.now()') IS NOT NULL,
                   to_regclass('erp.schema_migrations') IS NOT NULL,
                   to_regclass('erp.schema_parts') IS NOT NULL
            """
        )
        guard let row = facts.first else { return }
        extensionVersion = row.text(0)
        availableExtension = row.text(1)
        hasPlainFunctions = try row.decode(2) && extensionVersion == nil
        if try row.decode(3) { migrations = try DatabaseState.readMigrations(connection) }
        if try row.decode(4) { parts = try DatabaseState.readParts(connection) }
    }

    private static func readMigrations(_ connection: PostgresConnection) throws(PostgresError) -> [Applied] {
        let result = try connection.query(
            """
            SELECT version, name, checksum, date_trunc('second', applied_at)
              FROM erp.schema_migrations
             ORDER BY version
            """
        )
        var applied: [Applied] = []
        for row in result.rows {
            applied.append(
                Applied(
                    version: Int(try row.decode(0, as: Int32.self)),
                    name: try row.decode(1),
                    checksum: try row.decode(2),
                    appliedAt: try row.decode(3)
                )
            )
        }
        return applied
    }

    private static func readParts(_ connection: PostgresConnection) throws(PostgresError) -> [String: String] {
        var parts: [String: String] = [:]
        for row in try connection.query("SELECT part, checksum FROM erp.schema_parts").rows {
            parts[try row.decode(0)] = try row.decode(1, as: String.self)
        }
        return parts
    }
}
