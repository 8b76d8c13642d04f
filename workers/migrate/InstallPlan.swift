/// One thing to do, in its own transaction.
enum InstallStep: Equatable {
    /// Roles, the two schemas and the tables in which installing keeps its state.
    case roles(SQLFile, checksum: String)
    case createExtension(version: String, checksum: String)
    case updateExtension(from: String, to: String, checksum: String)
    /// The functions changed, the version did not: a working copy, never a release.
    case refreshExtension([SQLFile], checksum: String)
    case code([SQLFile], checksum: String)
    case migration(Migration, checksum: String)
    case bindings([SQLFile], checksum: String)
    case seed(name: String, [SQLFile], checksum: String)

    /// One line for a person.
    var title: String {
        switch self {
        case .roles: "roles and schemas"
        case .createExtension(let version, _): "create extension headless_erp \(version)"
        case .updateExtension(let from, let to, _): "update extension headless_erp from \(from) to \(to)"
        case .refreshExtension(let files, _): "functions of the extension, same version (\(files.count) files)"
        case .code(let files, _): "functions (\(files.count) files)"
        case .migration(let migration, _): "migration \(migration.name)"
        case .bindings(let files, _): "bindings (\(files.count) files)"
        case .seed(let name, let files, _): "seed \(name) (\(files.count) files)"
        }
    }
}

/// Why nothing may be done.
struct InstallRefusal: Error, Equatable {
    let message: String
    let hint: String
}

/// The checksums of a tree, computed by the server.
struct TreeChecksums: Equatable {
    var roles: String
    var portableCode: String
    var nativeCode: String
    var migrations: [String]
    var bindings: String
    var minimalSeed: String
    var sampleSeed: String
}

/// What is to be done to bring a database to the state of the files; pure.
struct InstallPlan: Equatable {
    let mode: MigrateOptions.Mode
    let steps: [InstallStep]

    init(
        tree: SQLTree,
        checksums: TreeChecksums,
        state: DatabaseState,
        seed: MigrateOptions.Seed,
        mode wanted: MigrateOptions.Mode?
    ) throws(InstallRefusal) {
        let mode = try InstallPlan.mode(wanted, state)
        let pending = try InstallPlan.pending(tree, checksums, state)
        var steps: [InstallStep] = []
        if state.parts["roles"] != checksums.roles { steps.append(.roles(tree.roles, checksum: checksums.roles)) }
        let code = try InstallPlan.code(mode, tree, checksums, state)
        steps += code.map { [$0] } ?? []
        steps += pending
        // New tables and functions come without triggers, grants and views: those follow every change.
        let changed = !pending.isEmpty || code != nil
        func isDue(_ part: String, _ checksum: String) -> Bool { changed || state.parts[part] != checksum }
        if isDue("bindings", checksums.bindings) {
            steps.append(.bindings(tree.bindings, checksum: checksums.bindings))
        }
        if seed != .none, !tree.minimalSeed.isEmpty, isDue("seed minimal", checksums.minimalSeed) {
            steps.append(.seed(name: "minimal", tree.minimalSeed, checksum: checksums.minimalSeed))
        }
        if seed == .sample, !tree.sampleSeed.isEmpty, isDue("seed sample", checksums.sampleSeed) {
            steps.append(.seed(name: "sample", tree.sampleSeed, checksum: checksums.sampleSeed))
        }
        self.mode = mode
        self.steps = steps
    }

    private static func mode(
        _ wanted: MigrateOptions.Mode?,
        _ state: DatabaseState
    ) throws(InstallRefusal) -> MigrateOptions.Mode {
        guard let wanted, let present = state.mode, wanted != present else { return wanted ?? state.mode ?? .native }
        throw InstallRefusal(
            message: "the database is in \(present.rawValue) mode and cannot be changed to \(wanted.rawValue) in place",
            hint: "leave --mode out, or restore a dump into a database made with --mode \(wanted.rawValue)"
        )
    }

    private static func code(
        _ mode: MigrateOptions.Mode,
        _ tree: SQLTree,
        _ checksums: TreeChecksums,
        _ state: DatabaseState
    ) throws(InstallRefusal) -> InstallStep? {
        guard mode == .native else {
            let checksum = checksums.portableCode
            return state.parts["code"] == checksum ? nil : .code(tree.portableCode, checksum: checksum)
        }
        guard let available = state.availableExtension else {
            throw InstallRefusal(
                message: "the server has no extension headless_erp to install",
                hint: "run make install on the database host, or choose --mode portable"
            )
        }
        let checksum = checksums.nativeCode
        guard let installed = state.extensionVersion else {
            return .createExtension(version: available, checksum: checksum)
        }
        guard installed == available else {
            return .updateExtension(from: installed, to: available, checksum: checksum)
        }
        return state.parts["code"] == checksum ? nil : .refreshExtension(tree.nativeCode, checksum: checksum)
    }

    private static func pending(
        _ tree: SQLTree,
        _ checksums: TreeChecksums,
        _ state: DatabaseState
    ) throws(InstallRefusal) -> [InstallStep] {
        try checkHistory(tree, checksums, state)
        let newest = state.migrations.last?.version ?? 0
        let known = Set(state.migrations.map(\.version))
        var steps: [InstallStep] = []
        for (migration, checksum) in zip(tree.migrations, checksums.migrations) where !known.contains(migration.version)
        {
            guard migration.version > newest else {
                throw InstallRefusal(
                    message: "migration \(migration.name) comes before \(newest), which is applied already",
                    hint: "give it the next free number"
                )
            }
            steps.append(.migration(migration, checksum: checksum))
        }
        return steps
    }

    /// What is applied must be here, unchanged.
    private static func checkHistory(
        _ tree: SQLTree,
        _ checksums: TreeChecksums,
        _ state: DatabaseState
    ) throws(InstallRefusal) {
        for applied in state.migrations {
            guard let index = tree.migrations.firstIndex(where: { $0.version == applied.version }) else {
                throw InstallRefusal(
                    message: "migration \(applied.name) is applied, but not among the files: the database is newer",
                    hint: "use the release the database was migrated with, or a later one"
                )
            }
            guard checksums.migrations[index] == applied.checksum else {
                throw InstallRefusal(
                    message: "migration \(applied.name) was edited after it was applied at \(applied.appliedAt)",
                    hint: "restore the released file and write the change as a new migration; "
                        + "recorded \(applied.checksum), found \(checksums.migrations[index])"
                )
            }
        }
    }
}
