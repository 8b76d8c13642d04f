internal import ErpClient
public import ErpModel
internal import Glibc

/// A worker's command line: `main.swift` of an agent names it and runs it.
public struct WorkerProgram<Policy: AgentPolicy> {
    private let name: String
    private let role: String
    private let summary: String
    private let policy: Policy

    public init(name: String, role: String, summary: String, policy: Policy) {
        self.name = name
        self.role = role
        self.summary = summary
        self.policy = policy
    }

    /// Reads the command line and the environment, works, and exits.
    public func run() -> Never {
        var settings: WorkerSettings
        do throws(WorkerSettings.Invalid) {
            settings = try WorkerSettings { name in getenv(name).map { String(cString: $0) } }
        } catch {
            refuse(error.message, ExitStatus.configuration)
        }
        var arguments = CommandLine.arguments.dropFirst()
        while let argument = arguments.popFirst() {
            switch argument {
            case "--help", "-h":
                print(help, terminator: "")
                exit(ExitStatus.success)
            case "--version":
                print("\(name) \(ProductVersion.current)")
                exit(ExitStatus.success)
            case "--once":
                settings.once = true
            case "--log-level":
                settings.logLevel = level(arguments.popFirst() ?? "")
            default:
                guard argument.hasPrefix("--log-level=") else {
                    refuse("unknown argument \(Log.quoted(argument)); try --help", ExitStatus.usage)
                }
                settings.logLevel = level(String(argument.dropFirst("--log-level=".count)))
            }
        }
        exit(work(settings))
    }

    private func work(_ settings: WorkerSettings) -> Int32 {
        let log = Log(level: settings.logLevel, common: [("agent", role)])
        log.write(
            .info,
            "starting",
            [
                ("program", name), ("version", ProductVersion.current), ("slots", "\(settings.slots)"),
                ("once", settings.once ? "true" : nil), ("crash_at", settings.crashPoint?.step.rawValue),
            ]
        )
        signal(SIGPIPE, SIG_IGN)
        let identity = WorkerIdentity(program: name, role: role)
        return WorkerLoop(settings: settings, identity: identity, log: log, policy: policy).run()
    }

    private func level(_ text: String) -> LogLevel {
        do throws(WorkerSettings.Invalid) {
            return try WorkerSettings.level(text)
        } catch {
            refuse(error.message, ExitStatus.usage)
        }
    }

    private func refuse(_ message: String, _ status: Int32) -> Never {
        var line = "\(name): \(message)\n"
        line.withUTF8 { bytes in
            _ = write(STDERR_FILENO, bytes.baseAddress, bytes.count)
        }
        exit(status)
    }

    private var help: String {
        """
        Usage: \(name) [--once] [--log-level LEVEL] [--help] [--version]

        Agent \(role): \(summary).
        Takes events from erp_task_events and acts only through agent.claim_task, call_tool,
        complete_task and fail_task. Stops on SIGTERM or SIGINT after the task at hand.

          --once              work until the queue is empty, then exit
          --log-level LEVEL   debug, info (standard) or error
          --help, --version   print this text or the version, and exit

        Environment:
          PGHOST, PGPORT, PGDATABASE, PGUSER, PGPASSFILE, PGSSLMODE, ...
                              where the database is, as for psql; PGUSER is \(role) unless set
          ERP_SLOTS           tasks worked on at the same time, 1 to 64 (1)
          ERP_BATCH           tasks claimed at once, shared among the slots, 1 to 100 (8)
          ERP_LEASE_SECONDS   how long a claim lasts without a sign of life, 5 to 3600 (30)
          ERP_POLL_MS         fallback when no notification comes, 50 to 60000 (1000)
          ERP_LOG_LEVEL       as --log-level
          ERP_CRASH_AT        for tests only: kill this process at after_claim, before_tool, after_tool,
                              before_complete or after_complete; STEP:N means the Nth time

        Exit status: 0 done or stopped; 64 wrong arguments; 78 wrong settings; with --once also 1 events cannot be
        claimed, 69 no database.

        """
    }
}
