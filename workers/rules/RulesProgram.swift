internal import ErpClient
internal import ErpModel
internal import ErpRules
internal import Glibc

/// The command line of erp-rules.
struct RulesProgram {
    enum ExitStatus {
        static let success: Int32 = 0
        static let failed: Int32 = 1
        static let noSolver: Int32 = 3
        static let refused: Int32 = 4
        static let usage: Int32 = 64
        static let unreadable: Int32 = 66
        static let unavailable: Int32 = 69
    }

    let arguments: [String]
    let terminal = Terminal()

    func run() -> Int32 {
        if arguments.contains("--help") || arguments.contains("-h") {
            terminal.write(RulesProgram.help)
            return ExitStatus.success
        }
        if arguments.contains("--version") {
            terminal.say("erp-rules \(ProductVersion.current)")
            return ExitStatus.success
        }
        do throws(RulesOptions.Invalid) {
            return start(try RulesOptions(arguments))
        } catch {
            return complain("\(error.message); try --help", ExitStatus.usage)
        }
    }

    private func start(_ options: RulesOptions) -> Int32 {
        let environment: (String) -> String? = { name in getenv(name).map { String(cString: $0) } }
        guard let solver = Z3(environment: environment) else {
            return complain(
                "z3 is not installed: apt-get install z3, or name the program in ERP_Z3", ExitStatus.noSolver)
        }
        let connection: PostgresConnection
        do throws(PostgresError) {
            connection = try PostgresConnection(applicationName: "erp-rules")
        } catch {
            return complain(error.message, ExitStatus.unavailable)
        }
        do {
            let store = try RuleStore(connection)
            let analyst = Analyst(
                catalogue: store.catalogue,
                solve: { script in try solver.run(script) },
                verify: { query, witness in try store.confirms(query, witness) }
            )
            return try perform(options, store, analyst)
        } catch let error as PostgresError {
            return complain(error.description, ExitStatus.failed)
        } catch let error as ToolError {
            return complain(error.message, ExitStatus.failed)
        } catch let error as RuleSyntaxError {
            return complain(error.message, ExitStatus.usage)
        } catch let error as ModelError {
            return complain("the model gave no rule: \(error.message)", ExitStatus.failed)
        } catch {
            return complain("\(error)", ExitStatus.failed)
        }
    }

    private func perform(_ options: RulesOptions, _ store: RuleStore, _ analyst: Analyst) throws -> Int32 {
        switch options.command {
        case .check(let which): return try check(store.rule(which), store, analyst)
        case .compare(let which, let file): return try compare(store.rule(which), file, store, analyst)
        case .ask(let text):
            let question = text.contains("{") ? try question(json: text) : try Question(sentence: text)
            terminal.say(RulesProgram.words(try answer(question, store, analyst)))
            return ExitStatus.success
        case .askFile(let file): return try askAll(file, store, analyst)
        case .compile(let text, let table):
            var compilation = Compilation(
                store: store, analyst: analyst, terminal: terminal, options: options, model: try ConfiguredModel.make())
            return try compilation.run(text, table: table)
        }
    }

    // MARK: Commands

    private func check(_ rule: Rule, _ store: RuleStore, _ analyst: Analyst) throws -> Int32 {
        let others = try store.rulesInForce(on: rule.table).filter { $0.id != rule.id }
        let findings = try analyst.check(rule, among: others)
        terminal.say("\(rule.name) on \(rule.table), \(rule.operation): among \(others.count) other rules in force")
        for finding in findings {
            terminal.say("- \(finding.message)")
            if let witness = finding.witness { terminal.say("  \(witness.summary)") }
        }
        if findings.isEmpty {
            terminal.say("- sound: it refuses some writes and lets others pass, no rule implies or contradicts it")
        }
        return ExitStatus.success
    }

    private func compare(_ rule: Rule, _ file: String, _ store: RuleStore, _ analyst: Analyst) throws -> Int32 {
        guard let text = terminal.read(file) else { return complain("\(file) cannot be read", ExitStatus.unreadable) }
        guard let json = JSONValue(text) else { return complain("\(file) holds no JSON", ExitStatus.unreadable) }
        let edited = try edit(rule, json, store)
        let comparison = try analyst.compare(rule, with: edited)
        terminal.say(comparison.change.rawValue + (comparison.reason.map { ": \($0)" } ?? ""))
        if let witness = comparison.newlyRefused { terminal.say("- newly refused: \(witness.summary)") }
        if let witness = comparison.newlyPassing { terminal.say("- newly let pass: \(witness.summary)") }
        return ExitStatus.success
    }

    /// A condition alone, or columns of the rule's row.
    private func edit(_ rule: Rule, _ json: JSONValue, _ store: RuleStore) throws -> Rule {
        let columns = ["logic_ast", "polarity", "on_unknown", "triggering_operation", "target_agent_role"]
        let isRow = json.members.contains { columns.contains($0.name) }
        var edited = rule
        edited.name += " (edited)"
        edited.ast = isRow ? json["logic_ast"] ?? rule.ast : json
        edited.polarity = json["polarity"]?.text.flatMap(Rule.Polarity.init) ?? rule.polarity
        edited.allowsUnknown = json["on_unknown"]?.text.map { $0 == "allow" } ?? rule.allowsUnknown
        edited.operation = json["triggering_operation"]?.text ?? rule.operation
        edited.role = json["target_agent_role"]?.text ?? rule.role
        let faults = try store.faults(edited.ast, table: rule.table, operation: edited.operation)
        guard faults.isEmpty else { throw ToolError("the edit is no rule: " + faults.joined(separator: "; ")) }
        edited.condition = RuleParser(references: try store.references()).parse(edited.ast)
        return edited
    }

    private func askAll(_ file: String, _ store: RuleStore, _ analyst: Analyst) throws -> Int32 {
        guard let text = terminal.read(file) else { return complain("\(file) cannot be read", ExitStatus.unreadable) }
        for line in text.split(separator: "\n") where !line.allSatisfy(\.isWhitespace) {
            terminal.say(RulesProgram.words(try answer(try question(json: String(line)), store, analyst)))
        }
        return ExitStatus.success
    }

    private func question(json text: String) throws -> Question {
        guard let json = JSONValue(text) else { throw RuleSyntaxError("the question is no JSON: \(text)") }
        return try Question(json: json)
    }

    private func answer(_ question: Question, _ store: RuleStore, _ analyst: Analyst) throws -> Answer {
        let table = try store.table(question.table)
        for operation in question.operations {
            let faults = try store.faults(question.condition.json, table: table, operation: operation.rawValue)
            guard faults.isEmpty else { throw ToolError("the question: " + faults.joined(separator: "; ")) }
        }
        // A misspelt word makes any question one whose answer is no.
        if let operation = question.operations.last {
            let warnings = try store.impossibleValues(
                question.condition.json, table: table, operation: operation.rawValue)
            for warning in warnings { terminal.write("erp-rules: warning: \(warning)\n", to: STDERR_FILENO) }
        }
        let writer = try store.writer(question.agent)
        let rules = try store.rulesInForce(on: table).filter { rule in
            writer == .anyone || rule.role == "*" || rule.role == question.agent
        }
        return try analyst.ask(question, table: table, writer: writer, rules: rules)
    }

    static func words(_ answer: Answer) -> String {
        switch answer {
        case .none: "no"
        case .found(let witness): "yes: \(witness.summary)"
        case .undecided(let reason): "undecided: \(reason)"
        }
    }

    private func complain(_ message: String, _ status: Int32) -> Int32 {
        terminal.write("erp-rules: \(message)\n", to: STDERR_FILENO)
        return status
    }
}
