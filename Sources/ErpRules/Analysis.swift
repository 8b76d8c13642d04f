/// Something worth knowing about a rule.
public struct Finding: Hashable, Sendable {
    public enum Kind: String, Sendable {
        case alwaysTrue, neverTrue, implied, contradiction, invertedLimit, undecided
    }

    public let kind: Kind
    public let message: String
    public let witness: Witness?
}

/// How an edit changes what a rule lets pass.
public enum Change: String, Sendable {
    case equivalent, stricter, looser, incomparable, undecided
}

/// The outcome of a comparison, with a write for each difference.
public struct Comparison: Sendable {
    public let change: Change
    /// The old rule lets it pass, the new one refuses it.
    public let newlyRefused: Witness?
    /// The old rule refuses it, the new one lets it pass.
    public let newlyPassing: Witness?
    public let reason: String?
}

/// What holds over all operations asked about.
private enum Overall {
    case none
    case found(Witness)
    case undecided(String)
}

extension Analyst {
    /// What is wrong with a rule by itself and among the others in force on its table.
    public func check(_ rule: Rule, among others: [Rule]) throws -> [Finding] {
        var findings: [Finding] = []
        let refused = try anyOperation(rule) { $0.refusing = [rule] }
        switch refused {
        case .none:
            findings.append(Finding(kind: .alwaysTrue, message: "always true: it refuses nothing", witness: nil))
        case .found(let witness) where witness.isExotic:
            let message = "always true, but for NaN and numbers of more than 38 digits"
            findings.append(Finding(kind: .alwaysTrue, message: message, witness: witness))
        case .found: break
        case .undecided(let reason): findings.append(undecided("whether it is always true", reason))
        }
        switch try anyOperation(rule, { $0.passing = [rule] }) {
        case .none:
            findings.append(
                Finding(kind: .neverTrue, message: "never satisfiable: it refuses every write", witness: nil))
            return findings
        case .found: break
        case .undecided(let reason): findings.append(undecided("whether it can be satisfied", reason))
        }
        if findings.allSatisfy({ $0.kind != .alwaysTrue }) { findings += try implications(rule, others) }
        return try findings + contradictions(rule, others) + invertedLimits(rule)
    }

    private func undecided(_ question: String, _ reason: String) -> Finding {
        Finding(kind: .undecided, message: "undecided \(question): \(reason)", witness: nil)
    }

    /// Asks of each operation that triggers a rule, until one gives a write.
    private func anyOperation(_ rule: Rule, _ fill: (inout Query) -> Void) throws -> Overall {
        var reason: String?
        var exotic: Witness?
        for operation in rule.operations {
            var query = Query(table: rule.table, operation: operation, writer: .anyone)
            query.conditions = Analyst.scope(rule.role)
            fill(&query)
            switch try decide(query) {
            case .none: continue
            case .found(let witness):
                if !witness.isExotic { return .found(witness) }
                exotic = witness
            case .undecided(let why): reason = why
            }
        }
        if let reason { return .undecided(reason) }
        return exotic.map { .found($0) } ?? .none
    }

    private static func scope(_ role: String) -> [RuleNode] {
        role == "*" ? [] : [.call("==", [.name(RuleName(.agent, ["role_name"])), .quoted(role)])]
    }

    private static func covers(_ other: Rule, _ rule: Rule) -> Bool {
        (other.role == "*" || other.role == rule.role) && Set(rule.operations).isSubset(of: other.operations)
    }

    private func implications(_ rule: Rule, _ others: [Rule]) throws -> [Finding] {
        var findings: [Finding] = []
        for other in others where Analyst.covers(other, rule) {
            let outcome = try anyOperation(rule) {
                $0.passing = [other]
                $0.refusing = [rule]
            }
            if case .none = outcome {
                let message = "implied by \(other.name): what that lets pass, this never refuses"
                findings.append(Finding(kind: .implied, message: message, witness: nil))
            }
        }
        return findings
    }

    private func contradictions(_ rule: Rule, _ others: [Rule]) throws -> [Finding] {
        var findings: [Finding] = []
        for operation in rule.operations {
            let applying = others.filter {
                $0.operations.contains(operation) && ($0.role == "*" || rule.role == "*" || $0.role == rule.role)
            }
            for role in Set([rule.role] + applying.map(\.role)).sorted() where role != "*" || rule.role == "*" {
                let set = applying.filter { $0.role == "*" || $0.role == role }
                guard !set.isEmpty else { continue }
                var query = Query(table: rule.table, operation: operation, writer: .anyone)
                query.conditions = Analyst.scope(role)
                query.passing = [rule]
                guard case .found = try decide(query) else { continue }
                query.passing = set
                guard try decide(query) != .none else { continue }
                query.passing = [rule] + set
                guard case .none = try decide(query) else { continue }
                let one = try set.first { other in
                    query.passing = [rule, other]
                    return try decide(query) == .none
                }
                let who = role == "*" ? "" : " of \(role)"
                let message =
                    "in contradiction with \(one?.name ?? "the other rules together"): no \(operation.rawValue)\(who) passes"
                findings.append(Finding(kind: .contradiction, message: message, witness: nil))
            }
        }
        return findings
    }

    /// Comparisons of the writer's limit with a column that refuse exactly what lies within the limit.
    private func invertedLimits(_ rule: Rule) throws -> [Finding] {
        let limit = RuleNode.name(RuleName(.agent, ["financial_authority_limit"]))
        var findings: [Finding] = []
        for node in Set(rule.condition.everything) {
            guard case .call(let operation, let sides) = node, ["<", "<=", ">", ">="].contains(operation),
                sides.count == 2, let index = sides.firstIndex(of: limit), case .name(let name) = sides[1 - index],
                [.row, .new].contains(name.root)
            else { continue }
            let within = RuleNode.call(
                "and",
                [
                    .call("<=", [.number("0"), .name(name)]), .call("<", [.name(name), limit]),
                ])
            let matters = try anyOperation(rule) {
                $0.pivot = (rule, node)
                $0.conditions.append(within)
            }
            guard case .found = matters else { continue }
            let passes = try anyOperation(rule) {
                $0.pivot = (rule, node)
                $0.conditions.append(within)
                $0.passing = [rule]
            }
            guard case .none = passes else { continue }
            let above = try anyOperation(rule) {
                $0.conditions.append(.call(">", [.name(name), limit]))
                $0.passing = [rule]
                $0.pivot = (rule, node)
            }
            var message = "refuses every write within the actor's authority: \(node.json.json) decides the wrong way"
            var witness: Witness?
            if case .found(let found) = above {
                witness = found
                message += ", and this write above it passes"
            }
            findings.append(Finding(kind: .invertedLimit, message: message, witness: witness))
        }
        return findings.sorted { $0.message < $1.message }
    }

    /// How an edit changes a rule.
    public func compare(_ old: Rule, with new: Rule) throws -> Comparison {
        guard old.table == new.table, old.role == new.role else {
            return Comparison(
                change: .undecided, newlyRefused: nil, newlyPassing: nil, reason: "table or role is another")
        }
        let refused = try difference(passing: old, refusing: new)
        let passing = try difference(passing: new, refusing: old)
        switch (refused, passing) {
        case (.undecided(let reason), _), (_, .undecided(let reason)):
            return Comparison(
                change: .undecided, newlyRefused: refused.witness, newlyPassing: passing.witness, reason: reason)
        case (.none, .none): return Comparison(change: .equivalent, newlyRefused: nil, newlyPassing: nil, reason: nil)
        case (.found(let witness), .none):
            return Comparison(change: .stricter, newlyRefused: witness, newlyPassing: nil, reason: nil)
        case (.none, .found(let witness)):
            return Comparison(change: .looser, newlyRefused: nil, newlyPassing: witness, reason: nil)
        case (.found(let one), .found(let other)):
            return Comparison(change: .incomparable, newlyRefused: one, newlyPassing: other, reason: nil)
        }
    }

    /// A write that one rule lets pass, or is not asked about, and the other refuses.
    private func difference(passing: Rule, refusing: Rule) throws -> Overall {
        try anyOperation(refusing) { query in
            query.refusing = [refusing]
            query.passing = passing.operations.contains(query.operation) ? [passing] : []
        }
    }
}

extension Overall {
    var witness: Witness? {
        guard case .found(let witness) = self else { return nil }
        return witness
    }
}
