extension Formula {
    /// The type of a node; nil when it takes the type of its neighbours.
    func type(of node: RuleNode) -> ValueType? {
        switch node {
        case .null, .quoted: return nil
        case .boolean: return .boolean
        case .number: return .number
        case .name(let name): return type(of: name)
        case .opaque(let operation, _): return Formula.opaqueTypes[operation]
        case .call(let operation, let arguments):
            switch operation {
            case "+", "-": return sumType(operation, arguments)
            case "*", "/", "%", "abs", "neg", "floor", "ceil", "round", "number", "days_between": return .number
            case "min", "max", "coalesce": return common(arguments)
            case "if": return common(Formula.arms(arguments))
            case "today": return .date
            case "now", "start_of_today": return .timestamptz
            case "date_add": return arguments.first.flatMap(type)
            case "date", "timestamp", "timestamptz", "text", "uuid", "duration": return ValueType(rawValue: operation)
            default: return .boolean
            }
        }
    }

    private func sumType(_ operation: String, _ arguments: [RuleNode]) -> ValueType? {
        let types = arguments.map(type)
        guard let moment = types.compactMap({ $0 }).first(where: { [.date, .timestamp, .timestamptz].contains($0) })
        else { return .number }
        return operation == "-" && types.count == 2 && types[1] != .duration ? .number : moment
    }

    /// The type on which arguments agree.
    func common(_ arguments: [RuleNode]) -> ValueType? {
        if let type = arguments.lazy.compactMap(type).first { return type }
        let hasQuoted = arguments.contains { node in
            if case .quoted = node { true } else { false }
        }
        return hasQuoted ? .text : nil
    }

    static func arms(_ arguments: [RuleNode]) -> [RuleNode] {
        arguments.enumerated().filter { $0.offset % 2 == 1 || $0.offset == arguments.count - 1 }.map(\.element)
    }

    private static let opaqueTypes: [String: ValueType] = [
        "exists": .boolean, "forall": .boolean, "exists_one": .boolean, "all": .boolean, "some": .boolean,
        "none": .boolean, "in": .boolean, "startswith": .boolean, "endswith": .boolean, "contains": .boolean,
        "like": .boolean, "regextest": .boolean, "count": .number, "count_distinct": .number, "sum": .number,
        "avg": .number, "length": .number, "strlen": .number, "year": .number, "month": .number, "day": .number,
        "day_of_month": .number, "weekday": .number, "cat": .text, "substr": .text, "lower": .text, "upper": .text,
        "trim": .text, "tolowercase": .text, "touppercase": .text,
    ]

    /// The value of a node read as a type.
    func code(_ node: RuleNode, as type: ValueType) -> Coded {
        if let forced = overrides[node] { return Coded(value: forced ? SMT.yes : SMT.no) }
        let key = MemoKey(node: node, type: type)
        if let known = memo[key] { return known }
        let coded = named(build(node, type), type)
        memo[key] = coded
        return coded
    }

    /// A condition.
    func condition(_ node: RuleNode) -> Coded { code(node, as: .boolean) }

    private func build(_ node: RuleNode, _ type: ValueType) -> Coded {
        switch node {
        case .null: return Coded(value: SMT.zero(of: type), null: SMT.yes)
        case .name(let name): return code(name, as: type)
        case .opaque(let operation, _): return free(node, type, operation)
        case .boolean, .number, .quoted: return literal(node, type) ?? free(node, type, "literal")
        case .call(let operation, let arguments):
            if let natural = self.type(of: node), natural != type, type != .other {
                return free(node, type, operation)
            }
            return logic(operation, arguments) ?? comparison(operation, arguments)
                ?? conditional(operation, arguments, type) ?? calculation(operation, arguments, type)
                ?? free(node, type, operation)
        }
    }

    private func literal(_ node: RuleNode, _ type: ValueType) -> Coded? {
        switch (node, type) {
        case (.boolean(let value), .boolean): return Coded(value: value ? SMT.yes : SMT.no)
        case (.quoted("true"), .boolean): return Coded(value: SMT.yes)
        case (.quoted("false"), .boolean): return Coded(value: SMT.no)
        case (.number(let digits), .number), (.quoted(let digits), .number):
            return Decimal(digits).map { Coded(value: $0.real, digits: $0.digits) }
        case (.quoted(let value), .text): return Coded(value: text(value))
        case (.quoted(let value), .uuid): return Coded(value: text(value.lowercased()))
        case (.quoted(let value), .date): return Moments.days(value).map { Coded(value: SMT.integer($0)) }
        case (.quoted(let value), .timestamp):
            return Moments.microseconds(value, zoned: false).map { Coded(value: SMT.integer($0)) }
        case (.quoted(let value), .timestamptz):
            return Moments.microseconds(value, zoned: true).map { Coded(value: SMT.integer($0)) }
        case (.boolean, .other), (.number, .other), (.quoted, .other): return Coded(value: "0")
        default: return nil
        }
    }

    private func logic(_ operation: String, _ arguments: [RuleNode]) -> Coded? {
        switch operation {
        case "and": return all(arguments.map(condition))
        case "or": return any(arguments.map(condition))
        case "not": return negated(condition(arguments[0]))
        case "implies": return any([negated(condition(arguments[0])), condition(arguments[1])])
        case "iff", "xor":
            let parts = arguments.map(condition)
            return parts.dropFirst().reduce(parts[0]) { first, second in
                let equal = SMT.equal(first.value, second.value)
                return named(strict([first, second], operation == "xor" ? SMT.not(equal) : equal), .boolean)
            }
        case "!!": return truthy(arguments[0])
        default: return nil
        }
    }

    private func truthy(_ node: RuleNode) -> Coded? {
        let type = common([node]) ?? .other
        let coded = code(node, as: type)
        switch type {
        case .boolean: return coded
        case .number: return strict([coded], SMT.not(SMT.equal(coded.value, "0.0")))
        case .text: return strict([coded], SMT.not(SMT.equal(coded.value, text(""))))
        default: return nil
        }
    }

    /// False decides, whatever the rest is; otherwise an error beats unknown.
    func all(_ parts: [Coded]) -> Coded {
        let isFalse = define("Bool", SMT.or(parts.map(\.isFalse)))
        let error = SMT.and([SMT.not(isFalse), SMT.or(parts.map(\.error))])
        let null = SMT.and([SMT.not(isFalse), SMT.not(SMT.or(parts.map(\.error))), SMT.or(parts.map(\.null))])
        return Coded(value: SMT.and(parts.map(\.isTrue)), null: null, error: error)
    }

    func any(_ parts: [Coded]) -> Coded { negated(all(parts.map(negated))) }

    func negated(_ coded: Coded) -> Coded {
        Coded(value: SMT.not(coded.value), null: coded.null, error: coded.error)
    }

    /// Null when an operand is null, an error when one is an error.
    func strict(_ operands: [Coded], _ value: String, failing: String = SMT.no, digits: Digits? = nil) -> Coded {
        let broken = SMT.or(operands.map(\.error))
        let null = SMT.or(operands.map(\.null))
        let error = SMT.or([broken, SMT.and([SMT.not(null), failing])])
        return Coded(value: value, null: SMT.and([SMT.not(broken), null]), error: error, digits: digits)
    }

    private func comparison(_ operation: String, _ arguments: [RuleNode]) -> Coded? {
        switch operation {
        case "is_null", "is_not_null":
            return nullTest(arguments[0], isNull: operation == "is_null")
        case "==", "!=", "===", "!==":
            if let index = arguments.firstIndex(of: .null) {
                return nullTest(arguments[1 - index], isNull: operation.first == "=")
            }
            return equality(operation, arguments)
        case "<", "<=", ">", ">=":
            let parts = zip(arguments, arguments.dropFirst()).map { ordered(operation, $0, $1, arguments) }
            return parts.count == 1 ? parts[0] : all(parts)
        case "between":
            return all([
                ordered(">=", arguments[0], arguments[1], arguments),
                ordered("<=", arguments[0], arguments[2], arguments),
            ])
        case "in":
            guard case .call("list", let elements) = arguments[1] else { return nil }
            let type = common([arguments[0]] + elements) ?? .text
            let needle = code(arguments[0], as: type)
            return any(
                elements.map { element in
                    let coded = code(element, as: type)
                    return strict([needle, coded], SMT.equal(needle.value, coded.value))
                })
        default: return nil
        }
    }

    private func nullTest(_ node: RuleNode, isNull: Bool) -> Coded {
        let coded = code(node, as: common([node]) ?? .other)
        return Coded(value: isNull ? coded.null : SMT.not(coded.null), error: coded.error)
    }

    private func equality(_ operation: String, _ arguments: [RuleNode]) -> Coded {
        let type = common(arguments) ?? .text
        let sides = arguments.map { code($0, as: type) }
        let equal = SMT.equal(sides[0].value, sides[1].value)
        let differ = operation.first == "!"
        guard operation.count == 3 else { return strict(sides, differ ? SMT.not(equal) : equal) }
        let same = SMT.or([
            SMT.and([sides[0].null, sides[1].null]), SMT.and([sides[0].isKnown, sides[1].isKnown, equal]),
        ])
        return Coded(value: differ ? SMT.not(same) : same, error: SMT.or(sides.map(\.error)))
    }

    private func ordered(_ operation: String, _ first: RuleNode, _ second: RuleNode, _ all: [RuleNode]) -> Coded {
        let type = common(all) ?? .text
        if type == .text { ordersText = true }
        let sides = [code(first, as: type), code(second, as: type)]
        guard SMT.sort(of: type) != "Bool" else { return free(.call(operation, all), .boolean, operation) }
        return strict(sides, "(\(operation) \(sides[0].value) \(sides[1].value))")
    }

    private func conditional(_ operation: String, _ arguments: [RuleNode], _ type: ValueType) -> Coded? {
        switch operation {
        case "coalesce":
            let parts = arguments.map { code($0, as: type) }
            guard let last = parts.last else { return nil }
            return parts.dropLast().reversed().reduce(last) { rest, part in
                named(chosen(part.null, rest, part, type), type)
            }
        case "if":
            var arguments = arguments
            let otherwise = arguments.count % 2 == 1 ? arguments.removeLast() : .null
            var result = code(otherwise, as: type)
            for index in stride(from: arguments.count - 2, through: 0, by: -2) {
                let test = condition(arguments[index])
                let arm = chosen(test.value, code(arguments[index + 1], as: type), result, type)
                result = named(
                    Coded(
                        value: arm.value,
                        null: SMT.or([test.null, SMT.and([test.isKnown, arm.null])]),
                        error: SMT.or([test.error, SMT.and([test.isKnown, arm.error])]),
                        digits: arm.digits
                    ), type)
            }
            return result
        default: return nil
        }
    }

    func chosen(_ test: String, _ first: Coded, _ second: Coded, _ type: ValueType) -> Coded {
        var digits: Digits?
        if let one = first.digits, let other = second.digits {
            digits = Digits(whole: max(one.whole, other.whole), scale: max(one.scale, other.scale))
        }
        return Coded(
            value: SMT.choose(test, first.value, second.value),
            null: SMT.choose(test, first.null, second.null),
            error: SMT.choose(test, first.error, second.error),
            digits: digits
        )
    }
}
