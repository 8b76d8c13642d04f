import Testing

@testable import ErpMigrate

@Suite("Install plan")
struct InstallPlanTests {
    private static func file(_ path: String) -> SQLFile { SQLFile(path: path, text: "SELECT 1;") }

    private let tree = SQLTree(
        roles: file("bindings/roles.sql"),
        portableCode: [file("functions/erp/now.sql")],
        nativeCode: [file("functions/erp/now.sql"), file("functions/erp/rule_gate.sql")],
        migrations: [
            Migration(version: 1, name: "0001_a", file: file("migrations/0001_a.sql")),
            Migration(version: 2, name: "0002_b", file: file("migrations/0002_b.sql")),
        ],
        bindings: [file("bindings/10_grants.sql")],
        minimalSeed: [file("seed/accounts.sql")],
        sampleSeed: [file("seed/sample/customers.sql")]
    )
    private let checksums = TreeChecksums(
        roles: "r",
        portableCode: "c",
        nativeCode: "n",
        migrations: ["m1", "m2"],
        bindings: "b",
        minimalSeed: "s1",
        sampleSeed: "s2"
    )

    private func titles(
        _ state: DatabaseState,
        seed: MigrateOptions.Seed = .minimal,
        mode: MigrateOptions.Mode? = nil
    ) throws(InstallRefusal) -> [String] {
        try InstallPlan(tree: tree, checksums: checksums, state: state, seed: seed, mode: mode).steps.map(\.title)
    }

    private func applied(_ version: Int, _ checksum: String) -> DatabaseState.Applied {
        DatabaseState.Applied(
            version: version,
            name: version == 1 ? "0001_a" : "000\(version)_b",
            checksum: checksum,
            appliedAt: "today"
        )
    }

    private var installed: DatabaseState {
        DatabaseState(
            migrations: [applied(1, "m1"), applied(2, "m2")],
            parts: ["roles": "r", "code": "n", "bindings": "b", "seed minimal": "s1"],
            extensionVersion: "1.0",
            availableExtension: "1.0"
        )
    }

    @Test("an empty database gets everything in order")
    func empty() throws {
        #expect(
            try titles(DatabaseState(availableExtension: "1.0"), seed: .sample) == [
                "roles and schemas", "create extension headless_erp 1.0", "migration 0001_a", "migration 0002_b",
                "bindings (1 files)", "seed minimal (1 files)", "seed sample (1 files)",
            ]
        )
        #expect(
            try titles(DatabaseState(), seed: .none, mode: .portable) == [
                "roles and schemas", "functions (1 files)", "migration 0001_a", "migration 0002_b",
                "bindings (1 files)",
            ]
        )
    }

    @Test("what is up to date needs nothing; the installed mode is followed")
    func upToDate() throws {
        #expect(try titles(installed).isEmpty)
        var portable = installed
        portable.extensionVersion = nil
        portable.hasPlainFunctions = true
        portable.parts["code"] = "c"
        #expect(try titles(portable).isEmpty)
    }

    @Test("a new migration, a new extension and changed bindings each bring the bindings along")
    func upgrade() throws {
        var state = installed
        state.migrations.removeLast()
        #expect(try titles(state) == ["migration 0002_b", "bindings (1 files)", "seed minimal (1 files)"])
        state = installed
        state.availableExtension = "1.1"
        #expect(
            try titles(state) == [
                "update extension headless_erp from 1.0 to 1.1", "bindings (1 files)", "seed minimal (1 files)",
            ]
        )
        state = installed
        state.parts["code"] = "old"
        #expect(
            try titles(state) == [
                "functions of the extension, same version (2 files)", "bindings (1 files)", "seed minimal (1 files)",
            ]
        )
        state = installed
        state.parts["bindings"] = "old"
        #expect(try titles(state) == ["bindings (1 files)"])
    }

    @Test("an edited, a missing and a late migration are refused")
    func history() {
        var state = installed
        state.migrations[0] = applied(1, "edited")
        #expect(refusal(state).hasPrefix("migration 0001_a was edited"))
        state = installed
        state.migrations.append(applied(3, "m3"))
        #expect(refusal(state).contains("the database is newer"))
        state = installed
        state.migrations.removeFirst()
        #expect(refusal(state).contains("comes before 2"))
    }

    @Test("native mode without the extension's files, and a change of mode, are refused")
    func modes() {
        #expect(refusal(DatabaseState()).contains("no extension"))
        #expect(refusal(installed, mode: .portable).contains("native mode"))
    }

    private func refusal(_ state: DatabaseState, mode: MigrateOptions.Mode? = nil) -> String {
        do throws(InstallRefusal) {
            _ = try titles(state, mode: mode)
            return "accepted"
        } catch {
            return error.message
        }
    }

    @Test("options are read in both forms, and nonsense is refused")
    func options() throws {
        let options = try MigrateOptions(["apply", "--seed", "sample", "--mode=portable", "--sql-dir=x"])
        #expect(options.command == .apply)
        #expect(options.seed == .sample)
        #expect(options.mode == .portable)
        #expect(options.sqlDirectory == "x")
        for wrong in [
            [], ["drop"], ["apply", "plan"], ["apply", "--seed"], ["apply", "--seed=all"], ["plan", "--x=1"],
        ] {
            #expect(throws: MigrateOptions.Invalid.self) { try MigrateOptions(wrong) }
        }
    }
}
