// Types of the operators of dates and times.

internal import CErpKernel

extension RuleCompiler {
    private static var moments: [Int32] { [ERPK_T_DATE, ERPK_T_TIMESTAMP, ERPK_T_TIMESTAMPTZ] }

    /// Nil for an operator of something else.
    mutating func calendar(_ op: Operator, _ node: RuleNode) throws(RuleFault) -> Operand? {
        switch op {
        case .daysBetween:
            let operands = [try compile(node.arguments.at(0) ?? -1), try compile(node.arguments.at(1) ?? -1)]
            return try typed(op, operands, allowed: [ERPK_T_DATE], result: ERPK_T_NUMBER, node)
        case .year, .month, .day, .weekday:
            let operand = try compile(node.arguments.at(0) ?? -1)
            return try typed(op, [operand], allowed: Self.moments, result: ERPK_T_NUMBER, node)
        case .startOfToday:
            let operand = try compile(node.arguments.at(0) ?? -1)
            return try typed(op, [operand], allowed: [ERPK_T_DATE], result: ERPK_T_TIMESTAMPTZ, node)
        case .dateAdd, .momentAdd: return try adding(op, node)
        case .truncate:
            let moment = try compile(node.arguments.at(0) ?? -1)
            let united = try unified([moment], allowed: [ERPK_T_TIMESTAMP, ERPK_T_TIMESTAMPTZ], at: node.path)
            let unit = try unit(node.arguments.at(1), of: node, isDate: false)
            return result(op, united.operands + [unit], united.type, node, kind: united.type)
        default: return nil
        }
    }

    private mutating func adding(_ op: Operator, _ node: RuleNode) throws(RuleFault) -> Operand {
        let moment = try compile(node.arguments.at(0) ?? -1)
        let allowed = op == .dateAdd ? [ERPK_T_DATE] : [ERPK_T_TIMESTAMP, ERPK_T_TIMESTAMPTZ]
        let united = try unified([moment], allowed: allowed, at: node.path)
        let count = try compile(node.arguments.at(1) ?? -1)
        let counts = try unified([count], allowed: [ERPK_T_NUMBER], at: node.path).operands
        let unit = try unit(node.arguments.at(2), of: node, isDate: op == .dateAdd)
        return result(op, united.operands + counts + [unit], united.type, node, kind: united.type)
    }

    private mutating func unit(_ index: Int?, of node: RuleNode, isDate: Bool) throws(RuleFault) -> Operand {
        let word = try literalText(index, of: node, "the unit")
        guard let unit = CalendarUnit(word), !isDate || unit.isOfDate else {
            let units: StaticString =
                isDate
                ? "the unit is day, week, month or year"
                : "the unit is year, month, week, day, hour, minute or second"
            throw RuleFault(ERPK_MALFORMED, at: node.path, units)
        }
        let constant = builder.constant(.text(nil, length: 0, type: ERPK_T_TEXT), text: word)
        return Operand(reference: constant, type: ERPK_T_TEXT, path: node.path)
    }

    /// `+` and `-` with a date, a timestamp or a duration among the operands; nil when all are numbers.
    mutating func calendarSum(_ op: Operator, _ operands: [Operand], _ node: RuleNode) throws(RuleFault) -> Operand? {
        var common: Int32?
        for operand in operands where Self.moments.contains(operand.type) { common = common ?? operand.type }
        let hasDuration = operands.contains { $0.type == ERPK_T_DURATION }
        guard let type = common else {
            guard hasDuration else { return nil }
            throw RuleFault(
                ERPK_TYPE, at: node.path, [UInt8]("a duration is added to a date or timestamp"),
                hint: [UInt8]("say which type: {\"date\": …}, {\"timestamp\": …}, {\"timestamptz\": …}"))
        }
        if op == .subtract, !hasDuration, operands.count == 2 { return try difference(operands, type, node) }
        guard let first = operands.first, operands.count > 1, first.type == type else {
            throw RuleFault(ERPK_TYPE, at: node.path, "only a duration is added to a date or timestamp")
        }
        var sum = first
        for operand in operands.dropFirst() {
            guard operand.type == ERPK_T_DURATION else {
                throw RuleFault(
                    ERPK_TYPE, at: node.path, [UInt8]("only a duration is added to a ") + typeName(type),
                    hint: [UInt8]("{\"duration\": \"P1D\"}, or date_add and datetime_add"))
            }
            if type == ERPK_T_DATE, builder.constant(at: operand.reference)?.low != 0 {
                throw RuleFault(ERPK_TYPE, at: operand.path, "a date takes a duration of whole days")
            }
            sum = result(op == .add ? .plusDuration : .minusDuration, [sum, operand], type, node, kind: type)
        }
        return sum
    }

    private mutating func difference(
        _ operands: [Operand], _ type: Int32, _ node: RuleNode
    ) throws(RuleFault) -> Operand {
        guard type == ERPK_T_DATE else {
            throw RuleFault(
                ERPK_TYPE, at: node.path, [UInt8]("two timestamps have no difference"),
                hint: [UInt8]("use days_between with {\"date\": …} of each"))
        }
        return try typed(.minusDate, operands, allowed: [ERPK_T_DATE], result: ERPK_T_NUMBER, node)
    }

    /// `date==` and its kin are == and != of dates or timestamps.
    mutating func sameMoment(_ op: Operator, _ operands: [Operand], _ node: RuleNode) throws(RuleFault) -> Operand {
        let isDate = op == .dateEqual || op == .dateNotEqual
        let isEqual = op == .dateEqual || op == .momentEqual
        if let other = testedForNull(operands) {
            return result(isEqual ? .isNull : .isNotNull, [materialised(other)], ERPK_T_BOOL, node)
        }
        let allowed = isDate ? [ERPK_T_DATE] : [ERPK_T_TIMESTAMP, ERPK_T_TIMESTAMPTZ]
        return try typed(isEqual ? .equal : .notEqual, operands, allowed: allowed, result: ERPK_T_BOOL, node)
    }
}
