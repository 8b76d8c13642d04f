// Parses lists in JSON: as the source of a quantifier, and all, some, none and reduce over one.

internal import CErpKernel

/// A `filter` or `map` around a list as it stands in the document.
private struct WrittenStep {
    let json: Int
    let path: [UInt8]
    let isMap: Bool
    let depth: Int
}

extension RuleParser {
    /// Opens a quantifier's scope; a list is read outside of it, the filters around the list inside.
    mutating func open(
        _ node: inout QuantifierNode, _ list: Int?, at pointer: [UInt8], depth: Int
    ) throws(RuleFault) -> Int {
        var written: [WrittenStep] = []
        if let list {
            guard scopes.count < RuleParser.quantifierLevels else {
                throw RuleFault(ERPK_LIMIT, at: pointer, "quantifiers are nested deeper than 2 levels")
            }
            node.source = try source(list, at: pointer, depth: depth &+ 1, &written)
        }
        quantifiers.append(node)
        let ordinal = quantifiers.count
        scopes.append(ordinal)
        bare.append(ordinal)
        for written in written.reversed() {
            node.steps.append(try step(written.json, isMap: written.isMap, at: written.path, depth: written.depth))
            quantifiers.replace(at: ordinal &- 1, with: node)
        }
        _ = bare.popLast()
        bare.append(node.source >= 0 && node.alias.isEmpty ? ordinal : bare.last ?? 0)
        return ordinal
    }

    /// The list itself, below the filters and maps around it, the outermost first.
    private mutating func source(
        _ json: Int, at path: [UInt8], depth: Int, _ steps: inout [WrittenStep]
    ) throws(RuleFault) -> Int {
        let child = document[json].firstChild
        guard document[json].kind == .object, document[json].count == 1,
            RuleParser.isStep(document[child].key)
        else { return try node(json, at: path, depth: depth) }
        let isMap = document[child].key.count == 3
        let pointer = path + [0x2F] + document[child].key
        let parts = document[child].kind == .array ? elements(child, pointer) : []
        guard let list = parts.first, let body = parts.at(1), parts.count == 2 else {
            throw RuleFault(
                ERPK_MALFORMED, at: pointer,
                isMap ? "\"map\" takes a list and a value" : "\"filter\" takes a list and a condition")
        }
        guard depth <= Int(ERPK_MAX_DEPTH) else {
            throw RuleFault(ERPK_LIMIT, at: path, "the rule is nested deeper than 64 levels")
        }
        steps.append(WrittenStep(json: body.0, path: body.1, isMap: isMap, depth: depth &+ 1))
        return try source(list.0, at: list.1, depth: depth &+ 1, &steps)
    }

    /// Whether it is `filter` or `map`, which range over a list without being a value themselves.
    static func isStep(_ key: [UInt8]) -> Bool {
        key.equals(anyCaseOf: "filter") || key.equals(anyCaseOf: "map")
    }

    /// The element of a quantifier's list, or a member of it: that of the outermost map around the list.
    mutating func element(
        _ name: [UInt8], _ ordinal: Int, _ member: [UInt8], at path: [UInt8]
    ) throws(RuleFault) -> Int {
        guard let map = quantifiers.at(ordinal &- 1)?.steps.last(where: { $0.isMap }) else {
            return add(.inner(name, scope: ordinal, member: member), at: path)
        }
        guard member.isEmpty else { return try self.member(member, of: map.node, at: path) }
        try use(map)
        return add(.mapped(map.node, scope: ordinal), at: path)
    }

    /// A member of a mapped value, which has to be JSON.
    private mutating func member(_ member: [UInt8], of index: Int, at path: [UInt8]) throws(RuleFault) -> Int {
        let found: Int
        switch nodes.at(index)?.shape {
        case .inner(let name, let scope, let own):
            let whole = own.isEmpty ? member : own + [0x2E] + member
            found = add(
                .inner(name.isEmpty ? whole : name + [0x2E] + member, scope: scope, member: whole), at: path)
        case .name(let name): found = add(.name(name + [0x2E] + member), at: path)
        case .mapped(let before, _): return try self.member(member, of: before, at: path)
        case .member(_, let before): return try self.member(member, of: before, at: path)
        case .literal(.null, _): return index
        default: throw RuleFault(ERPK_UNKNOWN_NAME, at: path, "the element is no json and has no members")
        }
        return add(.member(of: index, found), at: path)
    }

    /// `filter` or `map` where a list is asked for.
    mutating func filtered(_ json: Int, at path: [UInt8], depth: Int) throws(RuleFault) -> Int {
        var node = QuantifierNode(
            kind: ERPK_Q_LIST, flags: UInt32(ERPK_Q_NO_WHERE | ERPK_Q_NO_BODY), parent: scopes.last ?? 0, relation: [],
            alias: [], path: path)
        // The list is the node itself.
        let ordinal = try open(&node, json, at: path, depth: depth &- 1)
        _ = scopes.popLast()
        _ = bare.popLast()
        quantifiers.replace(at: ordinal &- 1, with: node)
        return add(.quantifier(ordinal), at: path)
    }

    /// `all`, `some`, `none` of JsonLogic, or nil.
    mutating func listOperator(_ key: [UInt8], _ json: Int, at pointer: [UInt8], depth: Int) throws(RuleFault) -> Int? {
        if key.equals(anyCaseOf: "reduce") { return try reduced(json, at: pointer, depth: depth) }
        let isAll = key.equals(anyCaseOf: "all")
        let isNone = key.equals(anyCaseOf: "none")
        guard isAll || isNone || key.equals(anyCaseOf: "some") else { return nil }
        let parts = document[json].kind == .array ? elements(json, pointer) : []
        guard let list = parts.first, let condition = parts.at(1), parts.count == 2 else {
            throw RuleFault(ERPK_MALFORMED, at: pointer, text("\"", key, "\" takes a list and a condition"))
        }
        var node = QuantifierNode(
            kind: isAll ? ERPK_Q_FORALL : ERPK_Q_EXISTS,
            flags: UInt32(ERPK_Q_NO_WHERE) | (isAll ? UInt32(ERPK_Q_NEEDS_ROW) : 0), parent: scopes.last ?? 0,
            relation: [], alias: [], path: list.1)
        let ordinal = try open(&node, list.0, at: list.1, depth: depth)
        node.body = try self.node(condition.0, at: condition.1, depth: depth &+ 1)
        _ = scopes.popLast()
        _ = bare.popLast()
        quantifiers.replace(at: ordinal &- 1, with: node)
        let found = add(.quantifier(ordinal), at: pointer)
        return isNone ? add(.call(.not), at: pointer, [found]) : found
    }

    /// {"reduce": [list, value, initial]}: the value reads `current` and `accumulator`.
    private mutating func reduced(_ json: Int, at pointer: [UInt8], depth: Int) throws(RuleFault) -> Int {
        let parts = document[json].kind == .array ? elements(json, pointer) : []
        guard let list = parts.first, let body = parts.at(1), let initial = parts.at(2), parts.count == 3 else {
            throw RuleFault(ERPK_MALFORMED, at: pointer, "\"reduce\" takes a list, a value and what it begins with")
        }
        var node = QuantifierNode(
            kind: ERPK_Q_REDUCE, flags: UInt32(ERPK_Q_NO_WHERE), parent: scopes.last ?? 0, relation: [],
            alias: [UInt8]("current"), path: list.1)
        node.initial = try self.node(initial.0, at: initial.1, depth: depth &+ 1)
        let ordinal = try open(&node, list.0, at: list.1, depth: depth)
        node.body = try self.node(body.0, at: body.1, depth: depth &+ 1)
        _ = scopes.popLast()
        _ = bare.popLast()
        quantifiers.replace(at: ordinal &- 1, with: node)
        return add(.quantifier(ordinal), at: pointer)
    }
}
