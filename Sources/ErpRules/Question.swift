/// A policy question: can this writer ever do a write that satisfies this, given the rules in force?
public struct Question: Sendable {
    /// An agent's or person's role, or `anyone`.
    public let agent: String
    public let table: String
    /// INSERT, UPDATE, DELETE or `*`.
    public let operation: String
    public let condition: RuleNode
    public let text: String

    /// Reads `{"agent": …, "table": …, "operation": …, "can": …}`.
    public init(json: JSONValue) throws(RuleSyntaxError) {
        guard let table = json["table"]?.text else { throw RuleSyntaxError("the question lacks \"table\"") }
        self.table = table
        agent = json["agent"]?.text ?? "anyone"
        operation = json["operation"]?.text?.uppercased() ?? "*"
        text = json.json
        if let written = json["can"]?.text {
            condition = try SQLCondition.parse(written)
        } else {
            condition = RuleParser().parse(json["can"] ?? .boolean(true))
        }
        try check()
    }

    /// Reads `can finance_agent INSERT erp_invoices with gross_total > 10000`; the condition is plain SQL.
    public init(sentence: String) throws(RuleSyntaxError) {
        var words = sentence.split(whereSeparator: \.isWhitespace)
        if words.first?.lowercased() == "can" { words.removeFirst() }
        guard words.count >= 3 else {
            throw RuleSyntaxError("a question reads: can AGENT INSERT|UPDATE|DELETE TABLE [with CONDITION]")
        }
        agent = String(words[0])
        operation = words[1].uppercased()
        table = String(words[2])
        text = sentence
        if words.count > 3 {
            guard words.count > 4, words[3].lowercased() == "with" else {
                throw RuleSyntaxError("after the table comes: with CONDITION")
            }
            condition = try SQLCondition.parse(String(sentence[words[4].startIndex...]))
        } else {
            condition = .boolean(true)
        }
        try check()
    }

    private func check() throws(RuleSyntaxError) {
        guard operation == "*" || WriteOperation(rawValue: operation) != nil else {
            throw RuleSyntaxError("\(operation) is no operation: INSERT, UPDATE, DELETE or *")
        }
    }

    /// The operations asked about.
    public var operations: [WriteOperation] {
        WriteOperation.allCases.filter { operation == "*" || operation == $0.rawValue }
    }
}

extension Analyst {
    /// The answer to a question; the rules are those in force on its table for its writer.
    public func ask(_ question: Question, table: String, writer: Writer, rules: [Rule]) throws -> Answer {
        var undecided: Answer?
        for (operation, role) in question.operations.flatMap({ operation in
            Analyst.roles(writer, rules).map { (operation, $0) }
        }) {
            var query = Query(table: table, operation: operation, writer: writer)
            query.passing = rules.filter { rule in
                rule.operations.contains(operation) && (writer != .anyone || rule.role == "*" || rule.role == role)
            }
            query.conditions = [question.condition]
            if writer == .anyone { query.conditions += Analyst.scope(role, among: rules) }
            switch try decide(query) {
            case .none: continue
            case .found(let witness) where witness.isExotic:
                // What CHECK constraints say of NaN is not taken into account.
                undecided = .undecided("only with NaN or numbers of more than 38 digits, perhaps")
            case .found(let witness): return .found(witness)
            case .undecided(let reason): undecided = .undecided(reason)
            }
        }
        return undecided ?? .none
    }

    /// The roles that have rules of their own, each asked about by itself when anybody may write, and all others (nil).
    private static func roles(_ writer: Writer, _ rules: [Rule]) -> [String?] {
        guard writer == .anyone else { return [nil] }
        return [nil] + Set(rules.map(\.role)).subtracting(["*"]).sorted()
    }

    private static func scope(_ role: String?, among rules: [Rule]) -> [RuleNode] {
        let name = RuleNode.name(RuleName(.agent, ["role_name"]))
        if let role { return [.call("===", [name, .quoted(role)])] }
        return roles(.anyone, rules).compactMap { $0 }.map { .call("!==", [name, .quoted($0)]) }
    }
}
