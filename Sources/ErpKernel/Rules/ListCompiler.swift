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
        mapped.append((index, operand, nil))
        guard builder.constant(at: operand.reference) == nil else { return nil }
        let yes = builder.constant(.bool(true))
        let test = builder.emit(.isNull, [operand.reference])
        return builder.emit(.ifElse, [test, yes, yes], kind: ERPK_T_BOOL)
    }

    /// The element as a map gave it; in the block of a quantifier inside it is computed again, but kept for that block where
    /// it took rows or a list of its own.
    mutating func mapped(_ index: Int, _ ordinal: Int, at path: [UInt8]) throws(RuleFault) -> Operand {
        let owner = firstQuantifier &+ ordinal &- 1
        for (position, known) in mapped.enumerated() where known.node == index {
            if scope == owner { return known.operand }
            guard ranges(index) else { continue }
            let slot = known.kept ?? builder.keptSlot("element", type: known.operand.type, of: owner)
            if known.kept == nil {
                builder.keepOutside(known.operand.reference, in: slot)
                mapped.replace(at: position, with: (index, known.operand, slot))
            }
            return Operand(reference: slot, type: known.operand.type, path: path)
        }
        return try compile(index)
    }

    /// What a list that a map makes has for each element, nil where JSON from elsewhere stands for all of them.
    mutating func collected(_ node: QuantifierNode) throws(RuleFault) -> Operand? {
        guard node.kind == ERPK_Q_LIST, let map = node.steps.last(where: { $0.isMap }) else { return nil }
        for known in mapped where known.node == map.node { return known.operand }
        let operand = try compile(map.node)
        guard operand.type != ERPK_T_JSON || builder.isOwnJSON(operand.reference, of: scope) else { return nil }
        return materialised(operand)
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

    /// The first instruction of its block keeps it, and puts it into a slot where a block inside reads it.
    mutating func accumulator(_ ordinal: Int, at path: [UInt8]) throws(RuleFault) -> Operand {
        let index = firstQuantifier &+ ordinal &- 1
        guard var reduce = builder.quantifiers.at(index) else {
            throw RuleFault(ERPK_INTERNAL, at: path, "quantifier out of range")
        }
        guard scope != index else {
            return Operand(reference: Reference(space: .code, index: 0), type: reduce.type, path: path)
        }
        let slot = reduce.carried ?? builder.keptSlot("accumulator", type: reduce.type, of: index)
        if reduce.carried == nil, let grown = builder.quantifiers.at(index) {
            reduce = grown
            reduce.carried = slot
            builder.quantifiers.replace(at: index, with: reduce)
            builder.keepCarried(in: slot)
        }
        return Operand(reference: slot, type: reduce.type, path: path)
    }

    /// A map that gives JSON of the row itself makes a list that can be counted only.
    func refuseMap(_ node: RuleNode) throws(RuleFault) {
        guard let list = nodes.at(node.arguments.at(1) ?? -1), case .quantifier(let ordinal) = list.shape,
            quantifiers.at(ordinal &- 1)?.steps.contains(where: { $0.isMap }) == true,
            let made = builder.quantifiers.at(firstQuantifier &+ ordinal &- 1),
            made.flags & UInt32(ERPK_Q_MAPPED) == 0
        else { return }
        throw RuleFault(
            ERPK_TYPE, at: list.path, [UInt8]("say which type"),
            hint: [UInt8]("{\"number\": …}, {\"text\": …}, {\"date\": …}"))
    }
}
