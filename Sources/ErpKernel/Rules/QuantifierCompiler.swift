// Compiles a quantifier's `where` and body into a block of its own: one straight run for each row.

internal import CErpKernel

extension RuleCompiler {
    /// Gives each quantifier of the rule its number in the program, so that its row's names can point to it.
    mutating func declareQuantifiers() throws(RuleFault) {
        for (position, node) in quantifiers.enumerated() {
            builder.quantifiers.append(
                Quantifier(
                    kind: node.kind, flags: node.flags, ordinal: position &+ 1, rule: builder.rules.count,
                    parent: node.parent == 0 ? -1 : firstQuantifier &+ node.parent &- 1, relation: node.relation,
                    alias: node.alias))
        }
        for (position, node) in quantifiers.enumerated() {
            _ = try resolved(node.relation, scope: position &+ 1, at: node.path, isRelation: true)
        }
    }

    /// A name of the row of quantifier `ordinal` of the rule.
    mutating func inner(_ name: [UInt8], _ ordinal: Int, at path: [UInt8]) throws(RuleFault) -> Operand {
        let entry = try resolved(name, scope: ordinal, at: path)
        let owner = firstQuantifier &+ ordinal &- 1
        let isJSON = Int32(entry.type) == ERPK_T_JSON
        let slot = isJSON ? builder.lateSlot(entry, of: owner) : builder.slot(entry, as: entry.type, of: owner)
        if entry.is_fact != 0 { builder.emit(.fetch, [slot]) }
        return Operand(reference: slot, type: Int32(entry.type), path: path)
    }

    mutating func quantifier(_ ordinal: Int, at path: [UInt8]) throws(RuleFault) -> Operand {
        let index = firstQuantifier &+ ordinal &- 1
        guard let node = quantifiers.at(ordinal &- 1), var compiled = builder.quantifiers.at(index) else {
            throw RuleFault(ERPK_INTERNAL, at: path, "quantifier out of range")
        }
        compiled.source = try list(node, at: path)
        if node.kind == ERPK_Q_REDUCE {
            let initial = try self.initial(node, at: path)
            compiled.initial = initial.reference
            compiled.type = initial.type
        }
        builder.quantifiers.replace(at: index, with: compiled)
        let around = scope
        scope = index
        builder.beginBlock()
        if node.kind == ERPK_Q_REDUCE { builder.emit(.carried, []) }
        let probes = try selection(node, at: path, of: index)
        let skip = builder.emit(.jumpIfFalse, [probes.condition])
        let collected = try self.collected(node)
        let body: Operand
        if let collected { body = collected } else { body = try self.body(node, at: path) }
        builder.land(skip)
        let code = builder.endBlock()
        scope = around
        compiled = builder.quantifiers.at(index) ?? compiled
        if collected != nil { compiled.flags |= UInt32(ERPK_Q_MAPPED) }
        compiled.condition = probes.condition
        compiled.body = body.reference
        compiled.type = body.type
        compiled.probes = probes.pairs
        compiled.code = code
        // The values that an index is asked for have to be there before the rows are.
        for pair in probes.pairs where builder.isName(pair.outer) { builder.emit(.fetch, [pair.outer]) }
        let type = Quantifier.valueType(compiled.kind, body.type)
        let slot = builder.slot(ofQuantifier: index, type: type, parent: compiled.parent)
        compiled.slot = slot
        builder.quantifiers.replace(at: index, with: compiled)
        builder.emit(.fetch, [slot])
        return Operand(reference: slot, type: type, path: path, isList: compiled.kind == ERPK_Q_LIST)
    }

    /// The conditions of `where`, each true or the row is dropped, and the equalities an index may answer.
    private mutating func selection(
        _ node: QuantifierNode, at path: [UInt8], of number: Int
    ) throws(RuleFault) -> (condition: Reference, pairs: [(inner: Reference, outer: Reference)]) {
        let written = node.steps + (node.condition >= 0 ? [ListStep(node: node.condition, isMap: false)] : [])
        guard !written.isEmpty else { return (builder.constant(.bool(true)), []) }
        var pairs: [(inner: Reference, outer: Reference)] = []
        var groups: [[Reference]] = []
        var jumps: [Reference] = []
        for (position, step) in written.enumerated() {
            if step.isMap {
                if let guarded = try map(step.node) { groups.append([guarded]) }
                continue
            }
            var tests: [Reference] = []
            let all = conjuncts(of: step.node)
            for (index, conjunct) in all.enumerated() {
                let operand = try boolean(try compile(conjunct), at: nodes.at(conjunct)?.path ?? path)
                if let pair = builder.probe(operand.reference, of: number) { pairs.append(pair) }
                let test = builder.emit(.isTrue, [operand.reference])
                tests.append(test)
                let isLast = position == written.count &- 1 && index == all.count &- 1
                if !isLast { jumps.append(builder.emit(.jumpIfFalse, [test])) }
            }
            groups.append(tests)
        }
        for jump in jumps { builder.land(jump) }
        // What a filter could not judge is not asked of the conditions around it.
        var whole: Reference?
        for tests in groups.reversed() {
            guard let first = tests.first else { continue }
            let own = tests.count == 1 ? first : builder.emit(.and, tests)
            whole =
                whole.map {
                    builder.emit(.ifElse, [own, $0, builder.constant(.bool(false))], kind: ERPK_T_BOOL)
                } ?? own
        }
        return (whole ?? builder.constant(.bool(true)), pairs)
    }

    /// The register of the list, which has to be JSON.
    private mutating func list(_ node: QuantifierNode, at path: [UInt8]) throws(RuleFault) -> Reference? {
        guard node.source >= 0 else { return nil }
        let operand = try compile(node.source)
        let isNull = operand.type == ERPK_T_NULL && operand.quoted == nil
        guard operand.type == ERPK_T_JSON || isNull else {
            throw RuleFault(ERPK_TYPE, at: node.path, text("needs a list, not ", typeName(operand.type)))
        }
        return materialised(operand).reference
    }

    private func conjuncts(of index: Int) -> [Int] {
        guard let node = nodes.at(index), case .call(.and) = node.shape else { return [index] }
        var result: [Int] = []
        for argument in node.arguments { result += conjuncts(of: argument) }
        return result
    }

    private mutating func body(_ node: QuantifierNode, at path: [UInt8]) throws(RuleFault) -> Operand {
        guard node.body >= 0 else {
            return Operand(reference: builder.constant(.bool(true)), type: ERPK_T_BOOL, path: path)
        }
        let operand = try compile(node.body)
        let allowed: [Int32]
        switch node.kind {
        case ERPK_Q_EXISTS, ERPK_Q_FORALL, ERPK_Q_EXISTS_ONE: allowed = [ERPK_T_BOOL]
        case ERPK_Q_SUM, ERPK_Q_AVG: allowed = [ERPK_T_NUMBER]
        case ERPK_Q_REDUCE: allowed = [builder.quantifiers.at(scope)?.type ?? ERPK_T_NUMBER]
        case ERPK_Q_MIN, ERPK_Q_MAX: allowed = Self.ordered
        case ERPK_Q_COUNT: return materialised(operand)
        default: allowed = Self.plain
        }
        let united = try unified([operand], allowed: allowed, at: nodes.at(node.body)?.path ?? path)
        var body = united.operands.first ?? operand
        body.type = united.type
        return body
    }
}

extension Quantifier {
    /// Type of the whole for a body of that type.
    static func valueType(_ kind: Int32, _ body: Int32) -> Int32 {
        if isLogical(kind) { return ERPK_T_BOOL }
        switch kind {
        case ERPK_Q_LOOKUP, ERPK_Q_MIN, ERPK_Q_MAX, ERPK_Q_REDUCE: return body
        case ERPK_Q_LIST: return ERPK_T_JSON
        default: return ERPK_T_NUMBER
        }
    }
}
