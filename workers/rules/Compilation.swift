internal import ErpModel
internal import ErpRules

/// From words to a rule: a model drafts it, the database checks it, rows show what it means, a person stores it.
struct Compilation {
    let store: RuleStore
    let analyst: Analyst
    let terminal: Terminal
    let options: RulesOptions
    var model: any ModelClient
    /// Drafts a model may make: the first, and one corrected from the checker's errors.
    static let attempts = 2

    mutating func run(_ words: String, table target: String) throws -> Int32 {
        let table = try store.table(target)
        guard let (rule, message) = try draft(words, table) else { return RulesProgram.ExitStatus.refused }
        terminal.say("rule \(rule.name): \(rule.polarity.rawValue) \(rule.ast.json)")
        terminal.say("message: \(message)")
        try showRows(rule)
        try showCounterexample(rule)
        guard isConfirmed() else {
            terminal.say("not stored")
            return RulesProgram.ExitStatus.refused
        }
        let id = try store.insert(rule, message: message)
        terminal.say("stored as rule \(id) in mode shadow: it refuses nothing until its mode is enforce")
        return RulesProgram.ExitStatus.success
    }

    private func isConfirmed() -> Bool {
        options.isConfirmed || terminal.ask("Store it in mode shadow? [yes/no] ") == "yes"
    }

    /// The model's draft, corrected from the errors it made; nil when it stays wrong.
    private mutating func draft(_ words: String, _ table: String) throws -> (Rule, message: String)? {
        var request = ModelRequest(
            system: Prompt.language,
            messages: [.user(Prompt.task(words, table: table, catalogue: analyst.catalogue))],
            tools: [],
            maximumTokens: 4_000
        )
        for attempt in 1...Compilation.attempts {
            let reply = try model.reply(to: request)
            if let origin = Compilation.origin(reply) { terminal.say("draft \(attempt) by \(origin)") }
            switch try read(reply.text, words, table) {
            case .success(let drafted): return drafted
            case .failure(let fault):
                terminal.say("draft \(attempt) is no rule: \(fault.message)")
                request.messages += [.assistant(reply.text), .user(Prompt.correction(fault.message))]
            }
        }
        return nil
    }

    /// Who drafted and what it took; nil for a script.
    private static func origin(_ reply: ModelReply) -> String? {
        guard let model = reply.model else { return nil }
        let request = reply.requestID.map { ", request \($0)" } ?? ""
        return "\(model): \(reply.usage.inputTokens) tokens in, \(reply.usage.outputTokens) out\(request)"
    }

    private func read(_ text: String, _ words: String, _ table: String) throws -> Result<
        (Rule, message: String), ToolError
    > {
        guard let start = text.firstIndex(of: "{"), let end = text.lastIndex(of: "}"), start < end,
            let json = JSONValue(String(text[start...end])), let ast = json["logic_ast"]
        else { return .failure(ToolError("the answer holds no JSON object with logic_ast")) }
        let operation = json["triggering_operation"]?.text ?? "*"
        guard operation == "*" || WriteOperation(rawValue: operation) != nil else {
            return .failure(ToolError("triggering_operation is INSERT, UPDATE, DELETE or *"))
        }
        let polarity = json["polarity"]?.text ?? "require"
        guard let polarity = Rule.Polarity(rawValue: polarity) else {
            return .failure(ToolError("polarity is require or forbid"))
        }
        let faults = try store.faults(ast, table: table, operation: operation)
        guard faults.isEmpty else { return .failure(ToolError(faults.joined(separator: "; "))) }
        let rule = Rule(
            id: nil,
            name: options.name ?? json["rule_name"]?.text ?? "drafted_rule",
            table: table,
            operation: operation,
            role: "*",
            ast: ast,
            polarity: polarity,
            allowsUnknown: json["on_unknown"]?.text == "allow",
            condition: RuleParser(references: try store.references()).parse(ast)
        )
        return .success((rule, json["violation_message"]?.text ?? words))
    }

    // MARK: What the draft means

    /// Three rows of the table it accepts and three it refuses, judged as if they were inserted now.
    private func showRows(_ rule: Rule) throws {
        let judged = try store.judge(rule, limit: 2_000)
        for (title, passes) in [("accepts", true), ("refuses", false)] {
            let rows = judged.filter { $0.passes == passes }
            terminal.say("\(title) \(rows.count) of \(judged.count) rows:")
            for row in rows.prefix(3) { terminal.say("  \(shown(row.record, rule))") }
        }
    }

    /// The columns that the rule reads, and the key.
    private func shown(_ record: JSONValue, _ rule: Rule) -> String {
        var names = Set(rule.condition.names.filter { $0.root != .agent && $0.root != .tx }.compactMap(\.path.first))
        if let key = analyst.catalogue.tables[rule.table]?.columns.first?.name { names.insert(key) }
        return JSONValue.object(record.members.filter { names.contains($0.name) }).json
    }

    private func showCounterexample(_ rule: Rule) throws {
        var reason = "there is none: the rule refuses nothing"
        for operation in rule.operations {
            var query = Query(table: rule.table, operation: operation, writer: .anyone)
            query.refusing = [rule]
            switch try analyst.decide(query) {
            case .none: continue
            case .found(let witness):
                terminal.say("a write it would refuse: \(witness.summary)")
                return
            case .undecided(let why): reason = "undecided: \(why)"
            }
        }
        terminal.say("a write it would refuse: \(reason)")
    }
}
