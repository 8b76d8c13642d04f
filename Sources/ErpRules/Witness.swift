/// A write that answers a question, in the words of `erp.rule_evaluate`.
public struct Witness: Hashable, Sendable {
    public let operation: WriteOperation
    /// The columns of the row written that matter; on DELETE of the row that goes.
    public let record: JSONValue
    public let old: JSONValue
    public let agent: JSONValue
    public let tx: JSONValue
    /// Values of rows that foreign keys lead to.
    public let facts: JSONValue
    /// Whether it needs NaN, or a number of more than 38 digits.
    public let isExotic: Bool

    /// The context of `erp.rule_evaluate`.
    public var context: JSONValue {
        var members = [JSONValue.Member("tx", tx), JSONValue.Member("facts", facts)]
        if agent != .null { members.append(JSONValue.Member("agent", agent)) }
        if operation != .insert { members.append(JSONValue.Member("old", operation == .delete ? record : old)) }
        return .object(members)
    }

    /// One line for a person.
    public var summary: String {
        var parts = ["\(operation.rawValue) \(record.json)"]
        if operation == .update { parts.append("before \(old.json)") }
        if !facts.members.isEmpty { parts.append("where \(facts.json)") }
        if agent != .null { parts.append("by \(agent.json)") }
        return parts.joined(separator: " ")
    }
}

/// Reads a model into a witness.
struct WitnessReader {
    let formula: Formula
    private var values: [String: JSONValue] = [:]
    private var isExotic = false

    /// Nil when the model has a value that no column can have.
    init?(_ formula: Formula, _ model: [SExpression]) {
        self.formula = formula
        guard let answers = WitnessReader.answers(model) else { return nil }
        let freshTexts = WitnessReader.freshTexts(formula, answers)
        var index = 0
        for name in formula.order {
            guard let variable = formula.variables[name], index + 1 < answers.count else { return nil }
            let value = answers[index]
            let isNull = answers[index + 1] == .atom("true")
            var isNotANumber = false
            index += 2
            if variable.notANumber != nil {
                isNotANumber = index < answers.count && answers[index] == .atom("true")
                index += 1
            }
            if isNull {
                values[name] = .null
            } else if isNotANumber {
                values[name] = .string("NaN")
                isExotic = true
            } else {
                guard let json = WitnessReader.json(variable, value, freshTexts, formula) else { return nil }
                values[name] = json
            }
        }
    }

    func witness() -> Witness {
        let isDelete = formula.operation == .delete
        let facts = formula.looked.sorted { $0.key < $1.key }.map { written, key in
            JSONValue.Member(written, values[key] ?? .null)
        }
        return Witness(
            operation: formula.operation,
            record: side(isDelete ? "old." : ""),
            old: formula.operation == .update ? side("old.") : .null,
            agent: agent(),
            tx: .object([JSONValue.Member("operation", .string(formula.operation.rawValue))] + members("tx.")),
            facts: .object(facts),
            isExotic: isExotic
        )
    }

    private func side(_ prefix: String) -> JSONValue {
        .object(
            formula.table.columns.compactMap { column in
                values[prefix + column.name].map { JSONValue.Member(column.name, $0) }
            })
    }

    private func members(_ prefix: String) -> [JSONValue.Member] {
        formula.order.filter { $0.hasPrefix(prefix) }.compactMap { name in
            values[name].map { JSONValue.Member(String(name.dropFirst(prefix.count)), $0) }
        }
    }

    private func agent() -> JSONValue {
        switch formula.writer {
        case .known(let attributes):
            guard !attributes.isEmpty else { return .null }
            return .object(attributes.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, $0.value) })
        case .anyone:
            let members = members("agent.").filter { $0.value != .null }
            return members.isEmpty ? .null : .object(members)
        }
    }

    // MARK: The solver's values

    private static func answers(_ model: [SExpression]) -> [SExpression]? {
        guard case .list(let pairs) = model.first else { return [] }
        var values: [SExpression] = []
        for pair in pairs {
            guard case .list(let parts) = pair, parts.count == 2 else { return nil }
            values.append(parts[1])
        }
        return values
    }

    private static func json(
        _ variable: Variable,
        _ value: SExpression,
        _ freshTexts: [SExpression: String],
        _ formula: Formula
    ) -> JSONValue? {
        switch variable.form {
        case .boolean: return .boolean(value == .atom("true"))
        case .whole: return decimal(value).map { .number($0.text) }
        case .scaled(let scale):
            guard let number = decimal(value), number.fraction.isEmpty else { return nil }
            return .number(Decimal(negative: number.negative, digits: number.whole, scale: scale).text)
        case .real: return decimal(value).map { .number($0.text) }
        case .day: return decimal(value)?.integer.flatMap(Moments.date).map { .string($0) }
        case .moment(let zoned):
            return decimal(value)?.integer.flatMap(Moments.timestamp).map { .string(zoned ? $0 + "Z" : $0) }
        case .text, .uuid:
            if let rank = decimal(value)?.integer, formula.sortedTexts.indices.contains(rank - 1) {
                return .string(formula.sortedTexts[rank - 1])
            }
            return freshTexts[value].map { .string($0) }
        case .opaque: return .null
        }
    }

    /// A number of the solver, when it has finitely many digits: `5`, `2.5`, `(- 3)`, `(/ 1.0 8.0)`.
    static func decimal(_ value: SExpression) -> Decimal? {
        switch value {
        case .atom(let text): return Decimal(text)
        case .list(let parts):
            if parts.count == 2, parts[0] == .atom("-"), let number = decimal(parts[1]) {
                return Decimal(
                    negative: !number.negative, digits: number.whole + number.fraction, scale: number.fraction.count)
            }
            guard parts.count == 3, parts[0] == .atom("/"), let top = decimal(parts[1]), let bottom = decimal(parts[2]),
                let dividend = Int128(top.whole), let divisor = Int128(bottom.whole), top.fraction.isEmpty,
                bottom.fraction.isEmpty, divisor > 0
            else { return nil }
            var digits = String(dividend / divisor)
            var rest = dividend % divisor
            var scale = 0
            while rest != 0 {
                guard scale < 20, rest < Int128.max / 10 else { return nil }
                digits += String(rest * 10 / divisor)
                rest = rest * 10 % divisor
                scale += 1
            }
            return Decimal(negative: top.negative, digits: digits, scale: scale)
        }
    }

    /// Texts for values that are none of the constants, in their order where the order matters.
    private static func freshTexts(_ formula: Formula, _ answers: [SExpression]) -> [SExpression: String] {
        let constants = formula.sortedTexts
        var ranks: [(value: SExpression, rank: Double, form: Variable.Form)] = []
        var index = 0
        for name in formula.order {
            guard let variable = formula.variables[name], index < answers.count else { break }
            let value = answers[index]
            index += variable.notANumber == nil ? 2 : 3
            switch variable.form {
            case .text, .uuid: ranks.append((value, rank(value), variable.form))
            default: continue
            }
        }
        var texts: [SExpression: String] = [:]
        for (value, rank, form) in ranks.sorted(by: { $0.rank < $1.rank }) where texts[value] == nil {
            let number = texts.count + 1
            if form == .uuid {
                texts[value] = "00000000-0000-4000-8000-" + String(("00000000000" + String(number)).suffix(12))
            } else if formula.ordersText {
                let index = Int(rank.rounded(.down)) - 1
                let below = index < 0 ? "" : constants.indices.contains(index) ? constants[index] : constants.last ?? ""
                texts[value] = below + String(repeating: "!", count: number)
            } else if case .text(let length?) = form, length < 8 {
                texts[value] = String((String(repeating: "z", count: length) + String(number)).suffix(length))
            } else {
                texts[value] = number == 1 ? "other" : "other \(number)"
            }
        }
        return texts
    }

    private static func rank(_ value: SExpression) -> Double {
        switch value {
        case .atom(let text): return Double(text) ?? 0
        case .list(let parts):
            if parts.count == 2 { return -rank(parts[1]) }
            return parts.count == 3 ? rank(parts[1]) / rank(parts[2]) : 0
        }
    }
}
