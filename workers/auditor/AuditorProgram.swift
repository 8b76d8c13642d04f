internal import AuditVerifier
internal import ErpClient
internal import ErpWorker
internal import Glibc

/// erp-auditor: seals the audit chain, verifies it, and signs checkpoints with a key that the database never sees.
struct AuditorProgram {
    let arguments: [String]

    private static let identity = WorkerIdentity(program: "erp-auditor", role: "erp_auditor")

    /// Runs and returns the exit status.
    func run() -> Int32 {
        signal(SIGPIPE, SIG_IGN)
        do throws(StepError) {
            switch arguments.first {
            case nil: return try daemon()
            case "once": return try once()
            case "export": return try export()
            case "--help", "-h":
                print(help, terminator: "")
                return ExitStatus.success
            case "--version":
                print("erp-auditor \(ProductVersion.current)")
                return ExitStatus.success
            default: return complain("unknown argument \(arguments[0]); try --help", ExitStatus.usage)
            }
        } catch {
            switch error {
            case .database(let error): return complain("\(error)", ExitStatus.unavailable)
            case .sink(let message): return complain(message, ExitStatus.configuration)
            case .contradiction(let finding): return complain(finding.reason, ExitStatus.failed)
            }
        }
    }

    private func settings() throws(StepError) -> AuditorSettings {
        do throws(AuditorSettings.Invalid) {
            return try AuditorSettings { name in getenv(name).map { String(cString: $0) } }
        } catch {
            throw .sink(error.message)
        }
    }

    private func signer(_ settings: AuditorSettings) throws(StepError) -> Signer? {
        guard let keyFile = settings.keyFile, let file = settings.checkpointFile, let git = settings.gitDirectory else {
            return nil
        }
        do throws(SourceFault) {
            let key = try SigningKey.read(keyFile)
            return Signer(
                key: key,
                keyName: settings.keyName ?? SigningKey.name(of: key),
                file: try CheckpointFile(file),
                git: try GitSink(git),
                crashStep: settings.crashStep
            )
        } catch {
            throw .sink(error.message)
        }
    }

    private func daemon() throws(StepError) -> Int32 {
        let settings = try settings()
        let log = Log(level: settings.logLevel, common: [("agent", "erp_auditor")])
        log.write(.info, "starting", [("program", "erp-auditor"), ("version", ProductVersion.current)])
        return AuditorLoop(settings, AuditorProgram.identity, log, try signer(settings)).run()
    }

    private func database() throws(StepError) -> AuditDatabase {
        try askDatabase { () throws(PostgresError) in
            AuditDatabase(connection: try AuditorProgram.identity.connect("once"))
        }
    }

    /// Seals, verifies and signs what there is, and tells it in one line.
    private func once() throws(StepError) -> Int32 {
        let settings = try settings()
        let signer = try signer(settings)
        let database = try database()
        let sealed = try askDatabase { () throws(PostgresError) in
            while try database.seal(settings.batch) > 0 {}
            return try database.sealedSize()
        }
        var findings = try askDatabase { () throws(PostgresError) in try database.findings() }
        if let signer {
            var outcome = Signer.Outcome.more
            while outcome == .more { outcome = try signer.step(database) }
            if case .contradiction(let finding) = outcome { findings.append(finding) }
            if let status = signer.git.finishPush(), status != 0 { throw .sink("git push ended with status \(status)") }
        }
        let checkpoint =
            signer.map { "\($0.file.latest?.checkpoint.size ?? 0)" } ?? "none: nothing is signed without a key"
        let verdict = findings.first.map { "verify found: \($0.kind): \($0.reason)" } ?? "verify ok"
        print("audit: \(sealed) leaves sealed, checkpoint \(checkpoint), \(verdict)")
        let desk = FindingDesk(Log(level: .error, common: [("agent", "erp_auditor")]))
        for finding in findings { desk.tell(finding, database) }
        return findings.isEmpty ? ExitStatus.success : ExitStatus.failed
    }

    private func export() throws(StepError) -> Int32 {
        var (path, first, last): (String?, UInt64, UInt64?) = (nil, 1, nil)
        var rest = arguments.dropFirst()
        while let argument = rest.popFirst() {
            switch argument {
            case "--from", "--to":
                guard let number = rest.popFirst().flatMap({ UInt64($0) }), number > 0, number < UInt64(Int64.max)
                else {
                    return complain("\(argument) needs a position", ExitStatus.usage)
                }
                if argument == "--from" { first = number } else { last = number }
            default: path = argument
            }
        }
        guard let path else { return complain("export needs a file", ExitStatus.usage) }
        let database = try database()
        let (ledger, sealed) = try askDatabase { () throws(PostgresError) in
            (try database.ledger(), try database.sealedSize())
        }
        let end = min(last ?? sealed, sealed)
        guard first <= end + 1 else { return complain("only \(sealed) leaves are sealed", ExitStatus.usage) }
        var exporter: Exporter?
        try writeSink { () throws(SourceFault) in exporter = try Exporter(path) }
        try exporter?.write(database, ledger: ledger, first: first, last: end)
        return ExitStatus.success
    }

    private func complain(_ message: String, _ status: Int32) -> Int32 {
        try? Files.write(STDERR_FILENO, Array("erp-auditor: \(message)\n".utf8), "standard error")
        return status
    }

    private var help: String {
        """
        Usage: erp-auditor                          seal, verify and sign until SIGTERM
               erp-auditor once                     one round, told in one line
               erp-auditor export FILE [--from N] [--to N]
                                                    what is sealed, for erp-audit; - is standard output

        Environment:
          PGHOST, PGPORT, PGDATABASE, PGUSER, ...   where the database is, as for psql; PGUSER is erp_auditor unless set
          ERP_AUDIT_KEY                   Ed25519 private key in PEM form, readable by its owner alone; without it
                                          nothing is signed
          ERP_AUDIT_KEY_NAME              what checkpoints call it (erp-auditor- and its fingerprint)
          ERP_AUDIT_FILE, ERP_AUDIT_GIT   the sinks: a file that is only appended to, and a git repository, made where
                                          there is none and pushed where it has a remote named origin
          ERP_AUDIT_CHECKPOINT_SECONDS    at most so long after a sealing (60)
          ERP_AUDIT_CHECKPOINT_LEAVES     or after so many leaves (10000)
          ERP_AUDIT_BATCH                 leaves sealed at once, at most (20000)
          ERP_AUDIT_VERIFY_SECONDS        pause between verifications (20)
          ERP_LOG_LEVEL                   debug, info or error (info)
          ERP_CRASH_AT                    for tests only: kill this process at after_seal, before_file, after_file or after_git

        Exit status: 0 done or stopped; 1 something is wrong with the chain; 64 wrong arguments; 69 no database; 78 wrong
        settings, key or sinks.

        """
    }
}
