// Parses lists in JSON: as the source of a quantifier, and all, some and none over one.

internal import CErpKernel

extension RuleParser {
    /// Opens a quantifier's scope; a list is read outside of it, the filters around the list inside.
    mutating func open(
        _ node: inout QuantifierNode, _ list: Int?, at pointer: [UInt8], depth: Int
    ) throws(RuleFault) -> Int {
        var conditions: [(Int, [UInt8])] = []
        if let list {
            guard scopes.count < RuleParser.quantifierLevels else {
                throw RuleFault(ERPK_LIMIT, at: pointer, "quantifiers are nested deeper than 2 levels")
            }
            node.source = try source(list, at: pointer, depth: depth &+ 1, &conditions)
        }
        quantifiers.append(node)
        let ordinal = quantifiers.count
        scopes.append(ordinal)
        bare.append(ordinal)
        for (condition, path) in conditions.reversed() {
            node.filters.append(try self.node(condition, at: path, depth: depth &+ 1))
        }
        _ = bare.popLast()
        bare.append(node.source >= 0 && node.alias.isEmpty ? ordinal : bare.last ?? 0)
        return ordinal
    }

    /// The list itself, below the filters around it, the outermost first.
    private mutating func source(
        _ json: Int, at path: [UInt8], depth: Int, _ filters: inout [(Int, [UInt8])]
    ) throws(RuleFault) -> Int {
        guard let filter = document.member(json, "filter"), document[json].count == 1 else {
            return try node(json, at: path, depth: depth)
        }
        let parts = document[filter].kind == .array ? elements(filter, extend(path, "filter")) : []
        guard let list = parts.first, let condition = parts.at(1), parts.count == 2 else {
            throw RuleFault(ERPK_MALFORMED, at: extend(path, "filter"), "\"filter\" takes a list and a condition")
        }
        guard depth <= Int(ERPK_MAX_DEPTH) else {
            throw RuleFault(ERPK_LIMIT, at: path, "the rule is nested deeper than 64 levels")
        }
        filters.append(condition)
        return try source(list.0, at: list.1, depth: depth &+ 1, &filters)
    }

    /// `filter` where a list is asked for.
    mutating func filtered(_ json: Int, at path: [UInt8], depth: Int) throws(RuleFault) -> Int {
        var node = QuantifierNode(
            kind: ERPK_Q_LIST, flags: UInt32(ERPK_Q_NO_WHERE | ERPK_Q_NO_BODY), parent: scopes.last ?? 0, relation: [],
            alias: [], path: path)
        let ordinal = try open(&node, json, at: path, depth: depth)
        _ = scopes.popLast()
        _ = bare.popLast()
        quantifiers.replace(at: ordinal &- 1, with: node)
        return add(.quantifier(ordinal), at: path)
    }

    /// `all`, `some`, `none` of JsonLogic, or nil.
    mutating func listOperator(_ key: [UInt8], _ json: Int, at pointer: [UInt8], depth: Int) throws(RuleFault) -> Int? {
        let lower = key.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }
        guard lower.equals("all") || lower.equals("some") || lower.equals("none") else { return nil }
        let parts = document[json].kind == .array ? elements(json, pointer) : []
        guard let list = parts.first, let condition = parts.at(1), parts.count == 2 else {
            throw RuleFault(ERPK_MALFORMED, at: pointer, text("\"", key, "\" takes a list and a condition"))
        }
        let isAll = lower.equals("all")
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
        return lower.equals("none") ? add(.call(.not), at: pointer, [found]) : found
    }
}
