internal import ErpClient
internal import Glibc

/// The command line of erp-migrate.
struct MigrateProgram {
    enum ExitStatus {
        static let success: Int32 = 0
        static let failed: Int32 = 1
        static let pending: Int32 = 3
        static let refused: Int32 = 4
        static let usage: Int32 = 64
        static let unreadable: Int32 = 66
        static let unavailable: Int32 = 69
    }

    let arguments: [String]

    func run() -> Int32 {
        if arguments.contains("--help") || arguments.contains("-h") {
            write(MigrateProgram.help, to: STDOUT_FILENO)
            return ExitStatus.success
        }
        if arguments.contains("--version") {
            say("erp-migrate \(ProductVersion.current)")
            return ExitStatus.success
        }
        do throws(MigrateOptions.Invalid) {
            return run(try MigrateOptions(arguments))
        } catch {
            return complain("\(error.message); try --help", ExitStatus.usage)
        }
    }

    private func run(_ options: MigrateOptions) -> Int32 {
        guard let directory = options.sqlDirectory ?? SQLTree.standardDirectory() else {
            return complain("no SQL directory found; name it with --sql-dir", ExitStatus.unreadable)
        }
        let tree: SQLTree
        do throws(SQLTree.Unreadable) {
            tree = try SQLTree(directory: directory)
        } catch {
            return complain(error.message, ExitStatus.unreadable)
        }
        let connection: PostgresConnection
        do throws(PostgresError) {
            connection = try PostgresConnection(applicationName: "erp-migrate")
        } catch {
            return complain(error.message, ExitStatus.unavailable)
        }
        do throws(PostgresError) {
            return try run(options, tree, connection)
        } catch {
            return complain(error.description, ExitStatus.failed)
        }
    }

    private func run(
        _ options: MigrateOptions,
        _ tree: SQLTree,
        _ connection: PostgresConnection
    ) throws(PostgresError) -> Int32 {
        try connection.execute(script: MigrateProgram.session)
        let installer = Installer(connection: connection)
        if options.command == .apply {
            try installer.lock { say("==> waiting for another erp-migrate to end") }
        }
        let state = try DatabaseState(reading: connection)
        let checksums = try TreeChecksums(of: tree, by: connection)
        let plan: InstallPlan
        do throws(InstallRefusal) {
            plan = try InstallPlan(
                tree: tree,
                checksums: checksums,
                state: state,
                seed: options.seed,
                mode: options.mode
            )
        } catch {
            return complain("\(error.message)\nhint: \(error.hint)", ExitStatus.refused)
        }
        switch options.command {
        case .plan: return show(plan)
        case .status: return show(plan, state)
        case .apply: return apply(plan, installer)
        }
    }

    private func show(_ plan: InstallPlan) -> Int32 {
        if plan.steps.isEmpty { say("nothing to do (\(plan.mode.rawValue) mode)") }
        for step in plan.steps { say("would run: \(step.title)") }
        return ExitStatus.success
    }

    private func show(_ plan: InstallPlan, _ state: DatabaseState) -> Int32 {
        say("mode: \(plan.mode.rawValue)\(state.mode == nil ? " (not installed yet)" : "")")
        say("extension: \(state.extensionVersion ?? "not installed")")
        for migration in state.migrations { say("applied: \(migration.name) at \(migration.appliedAt)") }
        for step in plan.steps { say("pending: \(step.title)") }
        return plan.steps.isEmpty ? ExitStatus.success : ExitStatus.pending
    }

    private func apply(_ plan: InstallPlan, _ installer: Installer) -> Int32 {
        if plan.steps.isEmpty { say("==> up to date (\(plan.mode.rawValue) mode)") }
        for step in plan.steps {
            let start = Moment.now()
            do throws(Installer.Failure) {
                try installer.perform(step)
            } catch {
                return complain(describe(error, step), ExitStatus.failed)
            }
            say("==> \(step.title) (\(Int(Moment.now().milliseconds(since: start))) ms)")
        }
        return ExitStatus.success
    }

    private func describe(_ failure: Installer.Failure, _ step: InstallStep) -> String {
        var text = "\(step.title) failed and was rolled back\n"
        if let path = failure.path { text += "  at \(path)\(failure.line.map { ":\($0)" } ?? "")\n" }
        text += "  \(failure.error.sqlState): \(failure.error.message)"
        if let detail = failure.error.detail { text += "\n  detail: \(detail)" }
        if let hint = failure.error.hint { text += "\n  hint: \(hint)" }
        if let context = failure.error.context { text += "\n  context: \(context)" }
        return text
    }

    private func complain(_ message: String, _ status: Int32) -> Int32 {
        write("erp-migrate: \(message)\n", to: STDERR_FILENO)
        return status
    }

    private func say(_ line: String) {
        write("\(line)\n", to: STDOUT_FILENO)
    }

    /// Unbuffered, so that the two streams keep their order in a log.
    private func write(_ text: String, to descriptor: Int32) {
        var text = text
        text.withUTF8 { bytes in
            _ = Glibc.write(descriptor, bytes.baseAddress, bytes.count)
        }
    }

    /// What the files may rely on, whatever the role's own settings say; a lock not had in time is an error, not a
    /// standstill of the company.
    private static let session = """
        SET client_min_messages = warning;
        SET lock_timeout = '30s';
        SET statement_timeout = 0;
        SET idle_in_transaction_session_timeout = 0;
        SET search_path = public, pg_catalog;
        SET standard_conforming_strings = on;
        SET DateStyle = ISO;
        """

    private static let help = """
        Usage: erp-migrate plan|apply|status [--seed none|minimal|sample] [--mode native|portable]
                           [--sql-dir DIR] [--help] [--version]

        Installs Headless ERP into a database, or brings it to the state of the SQL files.

          plan      print what apply would do; change nothing
          apply     do it: roles, functions, migrations, bindings, seed, each in its own transaction
          status    print what is applied and what is pending; change nothing

          --seed    none, minimal (reference rows; standard) or sample (a sample company)
          --mode    native (the extension) or portable (plain functions where no native library can
                    be loaded); standard: what is installed, or native in an empty database
          --sql-dir the SQL files; standard: ./sql, then share/headless-erp/sql below /usr/local and /usr

        The database is the one of PGHOST, PGPORT, PGDATABASE and PGUSER, as for psql; the role needs
        to create roles, schemas and the extension: a superuser; in portable mode CREATEROLE and
        ownership of the database are enough. Only one apply runs at a time in a database; a second
        one waits and then finds nothing to do. A migration that was edited after it was applied is
        refused.

        Exit status: 0 done; 1 a statement failed, its step is rolled back; 3 something is pending (status
        only); 4 refused: edited or missing migration, wrong mode, or no extension; 64 wrong arguments;
        66 unreadable SQL files; 69 no database.

        """
}
