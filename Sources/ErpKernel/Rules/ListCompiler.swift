// Compiles what `map` and `reduce` bring into a quantifier's block.

internal import CErpKernel

extension RuleCompiler {
    /// Computes what a map gives, once for its block; returns what is true unless that is an error: it is the element's, even
    /// where nobody asks for the element.
    mutating func map(_ index: Int) throws(RuleFault) -> Reference? {
        let operand = try compile(index)
        guard !operand.isList else {
            throw RuleFault(ERPK_MALFORMED, at: operand.path, "\"map\" cannot make lists of lists")
        }
        // JSON, a quoted text and null take their type where the element is used.
        guard operand.type != ERPK_T_JSON, operand.quoted == nil, operand.type != ERPK_T_NULL else { return nil }
        mapped.append((index, operand))
        guard builder.constant(at: operand.reference) == nil else { return nil }
        let yes = builder.constant(.bool(true))
        let test = builder.emit(.isNull, [operand.reference])
        return builder.emit(.ifElse, [test, yes, yes], kind: ERPK_T_BOOL)
    }

    /// The element as a map gave it; in the block of a quantifier inside it is computed again.
    mutating func mapped(_ index: Int, _ ordinal: Int, at path: [UInt8]) throws(RuleFault) -> Operand {
        if scope == firstQuantifier &+ ordinal &- 1 {
            for known in mapped where known.node == index { return known.operand }
        } else if ranges(index) {
            throw RuleFault(
                ERPK_LIMIT, at: path, "what a map reads from other rows or lists cannot be read in a list inside")
        }
        return try compile(index)
    }

    private func ranges(_ index: Int) -> Bool {
        guard let node = nodes.at(index) else { return false }
        switch node.shape {
        case .quantifier: return true
        case .mapped(let value, _): return ranges(value)
        default: return node.arguments.contains { ranges($0) }
        }
    }

    /// A name below a mapped value.
    mutating func member(_ name: Int, of whole: Int, at path: [UInt8]) throws(RuleFault) -> Operand {
        let type: Int32
        switch nodes.at(whole)?.shape {
        case .name(let text): type = Int32(try resolved(text, scope: 0, at: path).type)
        case .inner(let text, let scope, _): type = Int32(try resolved(text, scope: scope, at: path).type)
        default: type = ERPK_T_JSON
        }
        guard type == ERPK_T_JSON || type == ERPK_T_NULL else {
            throw RuleFault(
                ERPK_UNKNOWN_NAME, at: path, text("the element is a ", typeName(type), " and has no members"))
        }
        return try compile(name)
    }

    /// What the accumulator of `reduce` begins with says its type.
    mutating func initial(_ node: QuantifierNode, at path: [UInt8]) throws(RuleFault) -> Operand {
        let kinds = [ERPK_T_NUMBER, ERPK_T_TEXT, ERPK_T_BOOL]
        let united = try unified([try compile(node.initial)], allowed: kinds, at: path)
        guard let operand = united.operands.first, united.type != ERPK_T_NULL else {
            throw RuleFault(ERPK_TYPE, at: path, "needs number or text or boolean to begin with, not null")
        }
        return operand
    }

    /// The first instruction of its block keeps it.
    func accumulator(_ ordinal: Int, at path: [UInt8]) throws(RuleFault) -> Operand {
        let index = firstQuantifier &+ ordinal &- 1
        guard scope == index, let type = builder.quantifiers.at(index)?.type else {
            throw RuleFault(ERPK_LIMIT, at: path, "the accumulator cannot be read in a quantifier inside")
        }
        return Operand(reference: Reference(space: .code, index: 0), type: type, path: path)
    }

    /// `in` reads a list as it stands in the row.
    func refuseMap(_ node: RuleNode) throws(RuleFault) {
        guard let list = nodes.at(node.arguments.at(1) ?? -1), case .quantifier(let ordinal) = list.shape,
            quantifiers.at(ordinal &- 1)?.steps.contains(where: { $0.isMap }) == true
        else { return }
        throw RuleFault(
            ERPK_MALFORMED, at: list.path, [UInt8]("\"in\" cannot look into a map"),
            hint: [UInt8]("{\"some\": [{\"map\": …}, {\"==\": [{\"var\": \"\"}, …]}]}"))
    }
}
