internal import ErpClient

/// Carries out the steps of a plan.
struct Installer {
    let connection: PostgresConnection

    /// A step that failed, with the place in its file.
    struct Failure: Error {
        let path: String?
        let line: Int?
        let error: PostgresError
    }

    /// Waits until no other installer works on this database; the lock ends with the connection.
    func lock(waiting: () -> Void) throws(PostgresError) {
        let got = try connection.query("SELECT pg_try_advisory_lock(1163022422, 0)").first?.text(0) == "t"
        guard !got else { return }
        waiting()
        _ = try connection.query("SELECT pg_advisory_lock(1163022422, 0)")
    }

    /// Does one step in one transaction; a seed takes one for each of its files.
    func perform(_ step: InstallStep) throws(Failure) {
        switch step {
        case .roles(let file, let checksum):
            try transaction(files: [file], before: nil, after: [Installer.bootstrap, record("roles", checksum)])
        case .createExtension(let version, let checksum):
            let before = "CREATE EXTENSION headless_erp VERSION '\(version)'"
            try transaction(files: [], before: before, after: [record("code", checksum)])
        case .updateExtension(_, let version, let checksum):
            let before = "ALTER EXTENSION headless_erp UPDATE TO '\(version)'"
            try transaction(files: [], before: before, after: [record("code", checksum)])
        case .refreshExtension(let files, let checksum):
            let after = [Installer.adoptNewFunctions, record("code", checksum)]
            try transaction(
                files: files.map(Installer.outsideExtension), before: Installer.rememberFunctions, after: after)
        case .code(let files, let checksum):
            // Functions come before the tables their bodies name.
            let before = "SET LOCAL check_function_bodies = off"
            try transaction(files: files, before: before, after: [record("code", checksum)])
        case .migration(let migration, let checksum):
            try transaction(files: [migration.file], before: nil, after: [record(migration, checksum)])
        case .bindings(let files, let checksum):
            try transaction(files: files, before: nil, after: [record("bindings", checksum)])
        case .seed(let name, let files, let checksum):
            for file in files { try transaction(files: [file], before: nil, after: []) }
            try transaction(files: [], before: nil, after: [record("seed \(name)", checksum)])
        }
    }

    private func transaction(files: [SQLFile], before: String?, after: [String]) throws(Failure) {
        do throws(Failure) {
            try run("BEGIN", in: nil)
            try run(Installer.openSchemas, in: nil)
            if let before { try run(before, in: nil) }
            for file in files { try run(file.text, in: file) }
            for statement in after { try run(statement, in: nil) }
            try run(Installer.closeSchemas, in: nil)
            try run("COMMIT", in: nil)
        } catch {
            _ = try? connection.execute(script: "ROLLBACK")
            throw error
        }
    }

    private func run(_ sql: String, in file: SQLFile?) throws(Failure) {
        do throws(PostgresError) {
            try connection.execute(script: sql)
        } catch {
            let line = error.position.map { position in
                sql.unicodeScalars.prefix(position - 1).reduce(into: 1) { $0 += $1 == "\n" ? 1 : 0 }
            }
            throw Failure(path: file?.path, line: file == nil ? nil : line, error: error)
        }
        guard file == nil || connection.isInTransaction else {
            let error = PostgresError(.protocolViolation, "the file ends its transaction: COMMIT is not allowed here")
            throw Failure(path: file?.path, line: nil, error: error)
        }
    }

    private func record(_ migration: Migration, _ checksum: String) -> String {
        """
        INSERT INTO erp.schema_migrations (version, name, checksum)
        VALUES (\(migration.version), \(Installer.quoted(migration.name)), '\(checksum)')
        """
    }

    private func record(_ part: String, _ checksum: String) -> String {
        """
        INSERT INTO erp.schema_parts (part, checksum) VALUES ('\(part)', '\(checksum)')
        ON CONFLICT (part) DO UPDATE SET checksum = EXCLUDED.checksum,
            applied_at = EXCLUDED.applied_at, applied_by = EXCLUDED.applied_by
        """
    }

    private static func quoted(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
    }

    /// In an extension's script the server fills in the library; here it is named.
    private static func outsideExtension(_ file: SQLFile) -> SQLFile {
        SQLFile(path: file.path, text: file.text.replacing("'MODULE_PATHNAME'", with: "'$libdir/headless_erp'"))
    }

    /// Whom a thing is given to must be able to create it in its schema, unless a superuser gives it. Those roles are
    /// able to for the time of a step.
    private static let openSchemas = schemas(
        "GRANT CREATE ON SCHEMA erp, agent, public TO erp_gate; GRANT CREATE ON SCHEMA erp TO erp_ledger; "
            + "GRANT CREATE ON SCHEMA public TO erp_owner;")
    private static let closeSchemas = schemas(
        "REVOKE CREATE ON SCHEMA erp, agent, public FROM erp_gate; REVOKE CREATE ON SCHEMA erp FROM erp_ledger; "
            + "REVOKE CREATE ON SCHEMA public FROM erp_owner;")

    private static func schemas(_ statements: String) -> String {
        """
        DO $schemas$
        BEGIN
            IF to_regnamespace('erp') IS NOT NULL AND to_regnamespace('agent') IS NOT NULL
                AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
            THEN
                \(statements)
            END IF;
        END
        $schemas$;
        """
    }

    private static let rememberFunctions = """
        SET LOCAL check_function_bodies = off;
        CREATE TEMPORARY TABLE erp_known_functions ON COMMIT DROP AS
        SELECT oid FROM pg_proc WHERE pronamespace IN (to_regnamespace('erp'), to_regnamespace('agent'));
        """

    /// What is not a member of the extension would be dumped as if it were the user's own.
    private static let adoptNewFunctions = """
        DO $adopt$
        DECLARE
            fresh regprocedure;
        BEGIN
            FOR fresh IN
                SELECT p.oid FROM pg_proc AS p
                 WHERE p.pronamespace IN (to_regnamespace('erp'), to_regnamespace('agent'))
                   AND p.oid NOT IN (SELECT k.oid FROM erp_known_functions AS k)
            LOOP
                EXECUTE format('ALTER EXTENSION headless_erp ADD ROUTINE %s', fresh);
            END LOOP;
        END
        $adopt$;
        """

    /// Re-run whenever the roles change, so every statement is guarded.
    private static let bootstrap = """
        CREATE SCHEMA IF NOT EXISTS erp AUTHORIZATION erp_owner;
        CREATE SCHEMA IF NOT EXISTS agent AUTHORIZATION erp_owner;
        CREATE TABLE IF NOT EXISTS erp.schema_migrations (
            version integer PRIMARY KEY CHECK (version > 0),
            name text NOT NULL UNIQUE,
            checksum text NOT NULL CHECK (checksum ~ '^[0-9a-f]{64}$'),
            applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            applied_by name NOT NULL DEFAULT session_user
        );
        ALTER TABLE erp.schema_migrations OWNER TO erp_owner;
        COMMENT ON TABLE erp.schema_migrations IS 'Migrations applied to this database, once each, in order.';
        COMMENT ON COLUMN erp.schema_migrations.version IS 'Number at the start of the file name.';
        COMMENT ON COLUMN erp.schema_migrations.name IS 'File name without its ending.';
        COMMENT ON COLUMN erp.schema_migrations.checksum IS 'SHA-256 of the file; an edited file is refused.';
        COMMENT ON COLUMN erp.schema_migrations.applied_at IS 'When it was applied.';
        COMMENT ON COLUMN erp.schema_migrations.applied_by IS 'Role that applied it.';
        CREATE TABLE IF NOT EXISTS erp.schema_parts (
            part text PRIMARY KEY,
            checksum text NOT NULL CHECK (checksum ~ '^[0-9a-f]{64}$'),
            applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            applied_by name NOT NULL DEFAULT session_user
        );
        ALTER TABLE erp.schema_parts OWNER TO erp_owner;
        COMMENT ON TABLE erp.schema_parts IS 'Re-runnable parts of the installation (roles, code, bindings, seeds) as last run.';
        COMMENT ON COLUMN erp.schema_parts.part IS 'Name of the part.';
        COMMENT ON COLUMN erp.schema_parts.checksum IS 'SHA-256 of its files; the part runs again when they change.';
        COMMENT ON COLUMN erp.schema_parts.applied_at IS 'When it was last run.';
        COMMENT ON COLUMN erp.schema_parts.applied_by IS 'Role that ran it.';
        """
}
