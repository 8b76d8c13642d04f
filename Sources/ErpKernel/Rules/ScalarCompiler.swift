// Types of the operators of texts, numbers and casts.

internal import CErpKernel

extension RuleCompiler {
    mutating func scalar(_ op: Operator, _ node: RuleNode) throws(RuleFault) -> Operand {
        switch op {
        case .asDate, .asTimestamp, .asTimestamptz, .asNumber, .asText, .asBoolean, .asUUID:
            return try cast(op, node)
        case .round: return try rounding(node)
        case .substring: return try substring(node)
        case .like, .matches: return try pattern(op, node)
        case .duration: return try duration(node)
        default: break
        }
        if let result = try calendar(op, node) { return result }
        var operands: [Operand] = []
        for argument in node.arguments { operands.append(try compile(argument)) }
        switch op {
        case .cat, .lower, .upper, .trim:
            return try typed(op, operands, allowed: [ERPK_T_TEXT], result: ERPK_T_TEXT, node)
        case .length where operands.first?.type == ERPK_T_JSON:
            return result(.elements, operands.map { materialised($0) }, ERPK_T_NUMBER, node)
        case .isPart where operands.at(1)?.type == ERPK_T_JSON: return try element(operands, node)
        case .length: return try typed(op, operands, allowed: [ERPK_T_TEXT], result: ERPK_T_NUMBER, node)
        case .startsWith, .endsWith, .contains, .isPart:
            return try typed(op, operands, allowed: [ERPK_T_TEXT], result: ERPK_T_BOOL, node)
        case .negate: return try typed(.subtract, operands, allowed: [ERPK_T_NUMBER], result: ERPK_T_NUMBER, node)
        case .floor, .ceiling: return try typed(op, operands, allowed: [ERPK_T_NUMBER], result: ERPK_T_NUMBER, node)
        case .truthy: return try truth(operands, node)
        default: return try sameMoment(op, operands, node)
        }
    }

    /// The literal text of an argument that may be nothing else.
    func literalText(_ index: Int?, of node: RuleNode, _ name: StaticString) throws(RuleFault) -> [UInt8] {
        guard let index, let argument = nodes.at(index), case .literal(let kind, let text) = argument.shape,
            kind == .string || kind == .number
        else { throw RuleFault(ERPK_MALFORMED, at: node.path, [UInt8](name) + [UInt8](" must be a literal")) }
        return text
    }

    /// `in` of a list in JSON; what to look for says which type the elements are read as.
    private mutating func element(_ operands: [Operand], _ node: RuleNode) throws(RuleFault) -> Operand {
        let needle = try unified([Operand](operands.prefix(1)), allowed: Self.plain, at: node.path)
        try refuseMap(node)
        let list = operands.dropFirst().map { materialised($0) }
        return result(.isElement, needle.operands + list, ERPK_T_BOOL, node, kind: needle.type)
    }

    /// `!!`: a boolean itself, a number that is not 0, a text or a list of JSON that is not empty.
    private mutating func truth(_ operands: [Operand], _ node: RuleNode) throws(RuleFault) -> Operand {
        if operands.first?.type == ERPK_T_JSON {
            let count = result(.elements, operands.map { materialised($0) }, ERPK_T_NUMBER, node)
            let zero = builder.constant(.number(Decimal.zero))
            let none = Operand(reference: zero, type: ERPK_T_NUMBER, path: node.path)
            return result(.notEqual, [count, none], ERPK_T_BOOL, node, kind: ERPK_T_NUMBER)
        }
        let united = try unified(operands, allowed: [ERPK_T_BOOL, ERPK_T_NUMBER, ERPK_T_TEXT], at: node.path)
        guard let operand = united.operands.first, united.type != ERPK_T_BOOL else {
            return united.operands.first ?? result(.coalesce, united.operands, ERPK_T_BOOL, node)
        }
        if united.type == ERPK_T_NULL {
            // A truth that is unknown, no written null: == of it is no null test.
            var unknown = try literal(.null, [], at: node.path)
            unknown.type = ERPK_T_BOOL
            unknown.isNullLiteral = false
            return unknown
        }
        let isNumber = united.type == ERPK_T_NUMBER
        let nothing =
            isNumber
            ? builder.constant(.number(Decimal.zero)) : builder.constant(.text(nil, length: 0, type: ERPK_T_TEXT))
        let other = Operand(reference: nothing, type: united.type, path: node.path)
        return result(.notEqual, [operand, other], ERPK_T_BOOL, node, kind: united.type)
    }

    private mutating func substring(_ node: RuleNode) throws(RuleFault) -> Operand {
        var texts: [Operand] = []
        var counts: [Operand] = []
        for (position, argument) in node.arguments.enumerated() {
            let operand = try compile(argument)
            if position == 0 { texts.append(operand) } else { counts.append(operand) }
        }
        texts = try unified(texts, allowed: [ERPK_T_TEXT], at: node.path).operands
        counts = try unified(counts, allowed: [ERPK_T_NUMBER], at: node.path).operands
        return result(.substring, texts + counts, ERPK_T_TEXT, node)
    }

    private mutating func pattern(_ op: Operator, _ node: RuleNode) throws(RuleFault) -> Operand {
        let pattern = try literalText(node.arguments.at(1), of: node, "the pattern")
        let path = node.arguments.at(1).flatMap { nodes.at($0)?.path } ?? node.path
        guard op == .like || pattern.count <= Int(ERPK_MAX_PATTERN_BYTES) else {
            throw RuleFault(ERPK_MALFORMED, at: path, "the pattern is longer than 1000 bytes")
        }
        if op == .like, LikePattern.endsInEscape(pattern) {
            throw RuleFault(ERPK_MALFORMED, at: path, "the pattern ends with its escape character")
        }
        let subject = try compile(node.arguments.at(0) ?? -1)
        var operands = try unified([subject], allowed: [ERPK_T_TEXT], at: node.path).operands
        let constant = builder.constant(.text(nil, length: 0, type: ERPK_T_TEXT), text: pattern)
        operands.append(Operand(reference: constant, type: ERPK_T_TEXT, path: path))
        return result(op, operands, ERPK_T_BOOL, node)
    }

    private mutating func rounding(_ node: RuleNode) throws(RuleFault) -> Operand {
        var op = Operator.round
        var places = Decimal.zero
        if node.arguments.count > 1 {
            let text = try literalText(node.arguments.at(1), of: node, "the number of decimals")
            guard case .number(let number) = Decimal.parse(text), let whole = number.whole, whole >= 0, whole <= 18
            else { throw RuleFault(ERPK_MALFORMED, at: node.path, "decimals are a number from 0 to 18") }
            places = Decimal(trusted: Int128(whole), scale: 0, display: 0)
        }
        if node.arguments.count > 2 {
            let mode = try literalText(node.arguments.at(2), of: node, "the way of rounding")
            if mode.equals("half_even") {
                op = .roundEven
            } else if !mode.equals("half_up") {
                throw RuleFault(ERPK_MALFORMED, at: node.path, "numbers are rounded \"half_up\" or \"half_even\"")
            }
        }
        let operand = try compile(node.arguments.at(0) ?? -1)
        var operands = try unified([operand], allowed: [ERPK_T_NUMBER], at: node.path).operands
        operands.append(Operand(reference: builder.constant(.number(places)), type: ERPK_T_NUMBER, path: node.path))
        return result(op, operands, ERPK_T_NUMBER, node)
    }

    // MARK: - Casts

    private mutating func duration(_ node: RuleNode) throws(RuleFault) -> Operand {
        let text = try literalText(node.arguments.at(0), of: node, "a duration")
        guard let value = DurationReader.read(text) else {
            throw RuleFault(
                ERPK_TYPE, at: node.path, ErpKernel.text("'", text, "' is not a duration"),
                hint: [UInt8]("write it as P1Y2M3DT4H5M6S"))
        }
        return Operand(reference: builder.constant(value), type: ERPK_T_DURATION, path: node.path)
    }

    private mutating func cast(_ op: Operator, _ node: RuleNode) throws(RuleFault) -> Operand {
        let wanted = Self.target(of: op)
        let operand = try compile(node.arguments.at(0) ?? -1)
        if node.arguments.count > 1 {
            let zone = try literalText(node.arguments.at(1), of: node, "the time zone")
            var operands = try unified([operand], allowed: [ERPK_T_TIMESTAMPTZ], at: node.path).operands
            let constant = builder.constant(.text(nil, length: 0, type: ERPK_T_TEXT), text: zone)
            operands.append(Operand(reference: constant, type: ERPK_T_TEXT, path: node.path))
            return result(op, operands, wanted, node)
        }
        switch operand.type {
        case ERPK_T_DATE where wanted == ERPK_T_TIMESTAMP, ERPK_T_TIMESTAMP where wanted == ERPK_T_DATE:
            return result(op, [operand], wanted, node)
        case ERPK_T_TIMESTAMPTZ where wanted == ERPK_T_DATE:
            throw RuleFault(
                ERPK_TYPE, at: node.path, [UInt8]("the date of a timestamptz depends on the time zone"),
                hint: [UInt8]("name it: {\"date\": [x, \"Europe/Berlin\"]}"))
        default: break
        }
        let isLiteral = operand.quoted != nil
        var united = try unified([operand], allowed: [wanted], at: node.path).operands.first ?? operand
        if isLiteral { builder.markTyped(united.reference) }
        united.type = wanted
        united.isNullLiteral = false
        return united
    }

    private static func target(of op: Operator) -> Int32 {
        switch op {
        case .asDate: ERPK_T_DATE
        case .asTimestamp: ERPK_T_TIMESTAMP
        case .asTimestamptz: ERPK_T_TIMESTAMPTZ
        case .asNumber: ERPK_T_NUMBER
        case .asText: ERPK_T_TEXT
        case .asBoolean: ERPK_T_BOOL
        default: ERPK_T_UUID
        }
    }
}
