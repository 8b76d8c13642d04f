/// A stored rule, or an edit of one.
public struct Rule: Hashable, Sendable {
    public enum Polarity: String, Sendable {
        case require, forbid
    }

    public var id: Int?
    public var name: String
    /// The table guarded, qualified.
    public var table: String
    /// INSERT, UPDATE, DELETE or `*`.
    public var operation: String
    public var role: String
    public var ast: JSONValue
    public var polarity: Polarity
    public var allowsUnknown: Bool
    /// The tree with references replaced.
    public var condition: RuleNode

    public init(
        id: Int?,
        name: String,
        table: String,
        operation: String,
        role: String,
        ast: JSONValue,
        polarity: Polarity,
        allowsUnknown: Bool,
        condition: RuleNode
    ) {
        self.id = id
        self.name = name
        self.table = table
        self.operation = operation
        self.role = role
        self.ast = ast
        self.polarity = polarity
        self.allowsUnknown = allowsUnknown
        self.condition = condition
    }

    /// The operations that trigger it.
    public var operations: [WriteOperation] {
        WriteOperation.allCases.filter { operation == "*" || operation == $0.rawValue }
    }

    /// Whether the engine lets a write pass on this verdict; nil is unknown.
    public func passes(_ verdict: Bool?) -> Bool {
        verdict.map { $0 == (polarity == .require) } ?? allowsUnknown
    }

    func passes(in formula: Formula) -> String {
        let coded = formula.condition(condition)
        let good = polarity == .require ? coded.isTrue : coded.isFalse
        return formula.define("Bool", SMT.or([good, allowsUnknown ? coded.null : SMT.no]))
    }
}

/// A question about one write: which rules let it pass, which refuse it, and what else holds.
public struct Query: Sendable {
    public var table: String
    public var operation: WriteOperation
    public var writer: Writer
    public var passing: [Rule] = []
    public var refusing: [Rule] = []
    /// Conditions that are true of the write.
    public var conditions: [RuleNode] = []
    /// A rule and a condition in it that alone decides.
    public var pivot: (rule: Rule, node: RuleNode)?

    public init(table: String, operation: WriteOperation, writer: Writer) {
        self.table = table
        self.operation = operation
        self.writer = writer
    }

    func goals(in formula: Formula) -> [String] {
        var goals = passing.map { $0.passes(in: formula) }
        goals += refusing.map { SMT.not($0.passes(in: formula)) }
        goals += conditions.map { formula.condition($0).isTrue }
        if let (rule, node) = pivot {
            for (forced, wanted) in [(true, true), (false, false)] {
                let memo = formula.memo
                formula.memo = [:]
                formula.overrides = [node: forced]
                let passes = rule.passes(in: formula)
                goals.append(wanted ? passes : SMT.not(passes))
                formula.overrides = [:]
                formula.memo = memo
            }
        }
        formula.addFacts()
        return goals
    }
}
