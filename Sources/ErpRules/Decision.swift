/// The answer to a question about writes.
public enum Answer: Hashable, Sendable {
    /// There is no such write.
    case none
    /// There is, and really judging this one confirmed it.
    case found(Witness)
    /// Outside the decidable part, or not decided in time.
    case undecided(String)
}

/// What a question needs from outside: a solver of SMT-LIB, and the engine that judges a witness.
public struct Analyst {
    public let catalogue: Catalogue
    /// Runs a script and returns what the solver printed.
    public let solve: (String) throws -> String
    /// Whether every rule and condition really gives this witness the verdict asked for.
    public let verify: (Query, Witness) throws -> Bool
    public var timeoutMilliseconds = 5_000

    public init(
        catalogue: Catalogue,
        solve: @escaping (String) throws -> String,
        verify: @escaping (Query, Witness) throws -> Bool
    ) {
        self.catalogue = catalogue
        self.solve = solve
        self.verify = verify
    }

    private enum Outcome {
        case none, unknown
        case model([SExpression])
    }

    /// Whether there is a write as asked for.
    ///
    /// First among numbers that a rule can hold and rows that look like real life; last among all. Only the last,
    /// which leaves nothing out, can answer that there is none.
    public func decide(_ query: Query) throws -> Answer {
        guard let table = catalogue.tables[query.table] else { return .undecided("\(query.table) is no table") }
        let formula = Formula(
            catalogue: catalogue, table: table, operation: query.operation, writer: query.writer)
        let goals = query.goals(in: formula)
        if formula.isNonlinear, try isImpossibleRelaxed(query, table) { return .none }

        let plain = formula.exotic.map(SMT.not)
        var reason: String?
        for (attempt, extra) in [plain + formula.preferences, plain, []].enumerated() {
            switch try run(formula, goals + extra) {
            case .none: if attempt == 2 { return .none }
            case .unknown: reason = "the solver did not decide in \(timeoutMilliseconds / 1_000) s"
            case .model(let model):
                guard let reader = WitnessReader(formula, model) else {
                    reason = "a value of the solver fits no column"
                    continue
                }
                let witness = reader.witness()
                if try verify(query, witness) { return .found(witness) }
                let beyond = formula.abstractions.sorted().joined(separator: ", ")
                reason =
                    !beyond.isEmpty
                    ? "outside the decidable part: \(beyond)"
                    : attempt == 2 && reason == nil
                        ? "only with NaN or numbers of more than 38 digits, perhaps"
                        : "a witness was not confirmed: \(witness.summary)"
            }
        }
        return .undecided(reason ?? "the solver gave no answer")
    }

    /// Products of columns are decided over real numbers, without scales, more often.
    private func isImpossibleRelaxed(_ query: Query, _ table: Table) throws -> Bool {
        let relaxed = Formula(
            catalogue: catalogue, table: table, operation: query.operation, writer: query.writer, isRelaxed: true)
        let goals = query.goals(in: relaxed)
        if case .none = try run(relaxed, goals) { return true }
        return false
    }

    private func run(_ formula: Formula, _ goals: [String]) throws -> Outcome {
        let printed = SExpression.parse(try solve(formula.script(goals, timeout: timeoutMilliseconds)))
        switch printed.first {
        case .atom("unsat"): return .none
        case .atom("sat"): return .model(Array(printed.dropFirst()))
        case .atom("unknown"), .atom("timeout"), nil: return .unknown
        case .list(let parts):
            throw RuleSyntaxError("the solver refused the question: \(parts)")
        case .atom(let word):
            throw RuleSyntaxError("the solver answered \(word)")
        }
    }
}
