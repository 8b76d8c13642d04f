// Which types go together, and what a quoted literal or a JSON value becomes beside them.

internal import CErpKernel

extension RuleCompiler {
    static var ordered: [Int32] {
        [ERPK_T_NUMBER, ERPK_T_TEXT, ERPK_T_DATE, ERPK_T_TIMESTAMP, ERPK_T_TIMESTAMPTZ]
    }

    static var plain: [Int32] { ordered + [ERPK_T_BOOL, ERPK_T_UUID] }

    mutating func typed(
        _ op: Operator, _ operands: [Operand], allowed: [Int32], result type: Int32?, _ node: RuleNode
    ) throws(RuleFault) -> Operand {
        let united = try unified(operands, allowed: allowed, at: node.path)
        return result(op, united.operands, type ?? united.type, node, kind: united.type)
    }

    mutating func result(
        _ op: Operator, _ operands: [Operand], _ type: Int32, _ node: RuleNode, kind: Int32 = 0
    ) -> Operand {
        let reference = builder.emit(op, operands.map { $0.reference }, kind: kind)
        return Operand(reference: reference, type: type, path: node.path)
    }

    mutating func boolean(_ operand: Operand, at path: [UInt8]) throws(RuleFault) -> Operand {
        try unified([operand], allowed: [ERPK_T_BOOL], at: path).operands.first ?? operand
    }

    /// A null, a quoted literal and JSON go with every type; the others must agree and be allowed.
    mutating func unified(
        _ operands: [Operand], allowed: [Int32], at path: [UInt8]
    ) throws(RuleFault) -> (type: Int32, operands: [Operand]) {
        var common: Int32?
        var sawQuoted = false
        var sawJSON = 0
        for operand in operands {
            if operand.isList { throw RuleFault(ERPK_TYPE, at: path, needed(allowed, not: nil)) }
            if operand.quoted != nil { sawQuoted = true }
            if operand.type == ERPK_T_JSON { sawJSON = sawJSON &+ 1 }
            guard operand.quoted == nil, operand.type != ERPK_T_NULL, operand.type != ERPK_T_JSON else { continue }
            if let known = common, known != operand.type {
                throw RuleFault(
                    ERPK_TYPE, at: path,
                    typeName(known) + [UInt8](" and ") + typeName(operand.type) + [UInt8](" do not go together"))
            }
            common = operand.type
        }
        let type =
            common ?? (allowed.count == 1 ? allowed.first ?? ERPK_T_NULL : (sawQuoted ? ERPK_T_TEXT : ERPK_T_NULL))
        // Beside null alone nothing is read; two values of JSON could be anything.
        guard type != ERPK_T_NULL || sawJSON == 0 || sawJSON == 1 && operands.count > 1 else {
            throw RuleFault(
                ERPK_TYPE, at: path, [UInt8]("say which type"),
                hint: [UInt8]("{\"number\": …}, {\"text\": …}, {\"date\": …}"))
        }
        guard type == ERPK_T_NULL || allowed.contains(type) else {
            throw RuleFault(ERPK_TYPE, at: path, needed(allowed, not: type))
        }
        var adapted: [Operand] = []
        for operand in operands { adapted.append(try adapt(operand, to: type)) }
        return (type, adapted)
    }

    /// As `unified`, for what hands one of its operands on: beside null alone a JSON value would be handed on unread.
    mutating func unifiedValues(
        _ operands: [Operand], allowed: [Int32], at path: [UInt8]
    ) throws(RuleFault) -> (type: Int32, operands: [Operand]) {
        let united = try unified(operands, allowed: allowed, at: path)
        if united.type == ERPK_T_NULL, operands.contains(where: { $0.type == ERPK_T_JSON }) {
            throw RuleFault(
                ERPK_TYPE, at: path, [UInt8]("say which type"),
                hint: [UInt8]("{\"number\": …}, {\"text\": …}, {\"date\": …}"))
        }
        return united
    }

    private func needed(_ allowed: [Int32], not type: Int32?) -> [UInt8] {
        var message = [UInt8]("needs ")
        for (position, name) in allowed.enumerated() {
            if position > 0 { message.append(" or ") }
            message += typeName(name)
        }
        message.append(", not ")
        return message + (type.map { typeName($0) } ?? [UInt8]("list"))
    }

    /// A quoted literal takes the type of its neighbours when its text is an unambiguous constant of that type.
    mutating func adapt(_ operand: Operand, to type: Int32) throws(RuleFault) -> Operand {
        if operand.type == ERPK_T_JSON { return settled(operand, as: type == ERPK_T_NULL ? ERPK_T_JSON : type) }
        guard let quoted = operand.quoted else { return operand }
        var adapted = operand
        adapted.quoted = nil
        adapted.type = type
        if type == ERPK_T_TEXT || type == ERPK_T_NULL {
            adapted.type = ERPK_T_TEXT
            return adapted
        }
        if type == ERPK_T_NUMBER {
            switch Decimal.parse(quoted) {
            case .number(let number):
                builder.setConstant(operand.reference, .number(number))
                return adapted
            case .tooLong: throw RuleFault(ERPK_ARITHMETIC, at: operand.path, "the number needs more than 38 digits")
            case .notANumber: break
            }
        } else {
            var reader = LiteralReader(quoted)
            if let value = reader.read(type) {
                builder.setConstant(operand.reference, value)
                return adapted
            }
        }
        throw RuleFault(ERPK_TYPE, at: operand.path, text("'", quoted, "' is not a ") + typeName(type))
    }

    /// JSON read as a type.
    private mutating func settled(_ operand: Operand, as type: Int32) -> Operand {
        builder.settle(operand.reference, as: type)
        var typed = operand
        typed.type = type
        return typed
    }

    /// Without neighbours a quoted literal is text, and JSON is only asked whether it is there.
    mutating func materialised(_ operand: Operand) -> Operand {
        if operand.type == ERPK_T_JSON { return settled(operand, as: ERPK_T_JSON) }
        guard operand.quoted != nil else { return operand }
        var text = operand
        text.quoted = nil
        text.type = ERPK_T_TEXT
        return text
    }
}

func typeName(_ type: Int32) -> [UInt8] {
    switch type {
    case ERPK_T_BOOL: [UInt8]("boolean")
    case ERPK_T_NUMBER: [UInt8]("number")
    case ERPK_T_TEXT: [UInt8]("text")
    case ERPK_T_DATE: [UInt8]("date")
    case ERPK_T_TIMESTAMP: [UInt8]("timestamp")
    case ERPK_T_TIMESTAMPTZ: [UInt8]("timestamptz")
    case ERPK_T_UUID: [UInt8]("uuid")
    case ERPK_T_OPAQUE: [UInt8]("other")
    case ERPK_T_JSON: [UInt8]("json")
    case ERPK_T_DURATION: [UInt8]("duration")
    default: [UInt8]("null")
    }
}
