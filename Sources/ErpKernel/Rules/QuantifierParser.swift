// Parses quantifiers and aggregates over relations: {"exists": {"in": R, "as": "e", "where": .., "satisfies": ..}}.

internal import CErpKernel

/// A quantifier as written.
struct QuantifierNode {
    let kind: Int32
    var flags: UInt32
    /// The enclosing quantifier's number, 0 for none; numbers begin at 1.
    let parent: Int
    let relation: [UInt8]
    let alias: [UInt8]
    let path: [UInt8]
    /// Nodes, or -1.
    var condition = -1
    var body = -1
    /// The list, or -1 for a relation; what is done with its elements before, in order.
    var source = -1
    var steps: [ListStep] = []
    /// What the accumulator of `reduce` begins with.
    var initial = -1
}

/// A `filter` or `map` around a list: the condition, or the value that is the element from there on.
struct ListStep {
    let node: Int
    let isMap: Bool
    /// Nodes and levels that each use of the value stands for.
    var size = 0
    var height = 0
}

extension RuleParser {
    /// Quantifiers nested deeper are RP103.
    static var quantifierLevels: Int { 2 }

    /// The quantifier an object of one key stands for, or nil.
    mutating func quantifier(_ key: [UInt8], _ json: Int, at pointer: [UInt8], depth: Int) throws(RuleFault) -> Int? {
        guard let kind = Quantifier.named(key) else { return nil }
        guard document[json].kind == .object else {
            return kind == ERPK_Q_EXISTS ? try presence(json, at: pointer) : nil
        }
        // {"min": {"var": "x"}} is the scalar operator.
        if kind == ERPK_Q_MIN || kind == ERPK_Q_MAX, document[json].count == 1 { return nil }
        guard level < RuleParser.quantifierLevels else {
            throw RuleFault(ERPK_LIMIT, at: pointer, "quantifiers are nested deeper than 2 levels")
        }
        try checkKeys(json, kind, at: pointer)
        let list = document.member(json, "in").flatMap { document[$0].kind == .object ? $0 : nil }
        let relation = list == nil ? try word(json, "in", at: pointer) : []
        let alias = list == nil || document.member(json, "as") != nil ? try alias(json, at: pointer) : []
        var node = QuantifierNode(
            kind: kind, flags: try nulls(json, at: pointer), parent: scopes.last ?? 0, relation: relation,
            alias: alias, path: extend(pointer, "in"))
        let ordinal = try open(&node, list, at: extend(pointer, "in"), depth: depth)
        if let condition = document.member(json, "where") {
            node.condition = try self.node(condition, at: extend(pointer, "where"), depth: depth &+ 1)
        } else {
            node.flags |= UInt32(ERPK_Q_NO_WHERE)
        }
        let key: StaticString = Quantifier.isLogical(kind) ? "satisfies" : "of"
        if let body = document.member(json, key) {
            node.body = try self.node(body, at: extend(pointer, key), depth: depth &+ 1)
        } else {
            node.flags |= UInt32(ERPK_Q_NO_BODY)
        }
        _ = scopes.popLast()
        _ = bare.popLast()
        quantifiers.replace(at: ordinal &- 1, with: node)
        return add(.quantifier(ordinal), at: pointer)
    }

    private var level: Int { scopes.count }

    /// {"exists": "a.b"} or a list of names: each is not null.
    private mutating func presence(_ json: Int, at pointer: [UInt8]) throws(RuleFault) -> Int {
        let isList = document[json].kind == .array
        var tests: [Int] = []
        for (child, path) in isList ? elements(json, pointer) : [(json, pointer)] {
            guard document[child].kind == .string else {
                throw RuleFault(
                    ERPK_MALFORMED, at: path, "\"exists\" takes names, or {\"in\": table, \"as\": alias, ..}")
            }
            tests.append(add(.call(.isNotNull), at: path, [try name(document[child].text, at: path)]))
        }
        guard !tests.isEmpty else {
            throw RuleFault(ERPK_MALFORMED, at: pointer, "empty \"exists\": nothing to judge")
        }
        return tests.count == 1 ? tests.first ?? 0 : add(.call(.and), at: pointer, tests)
    }

    private func checkKeys(_ json: Int, _ kind: Int32, at path: [UInt8]) throws(RuleFault) {
        var allowed: [StaticString] = ["in", "as", "where"]
        let isList = document.member(json, "in").map { document[$0].kind == .object } ?? false
        var needed: [StaticString] = isList ? ["in"] : ["in", "as"]
        if Quantifier.isLogical(kind) {
            allowed.append("satisfies")
            if kind == ERPK_Q_FORALL { needed.append("satisfies") }
        } else {
            allowed.append("of")
            if kind != ERPK_Q_COUNT { needed.append("of") }
            if kind != ERPK_Q_COUNT && kind != ERPK_Q_LOOKUP { allowed.append("nulls") }
        }
        for child in document.children(json) {
            var known = false
            for key in allowed where document[child].key.equals(key) { known = true }
            if !known { throw RuleFault(ERPK_MALFORMED, at: path, text("unknown key \"", document[child].key, "\"")) }
        }
        for key in needed where document.member(json, key) == nil {
            throw RuleFault(ERPK_MALFORMED, at: path, text("the node lacks \"", [UInt8](key), "\""))
        }
    }

    private func nulls(_ json: Int, at path: [UInt8]) throws(RuleFault) -> UInt32 {
        guard document.member(json, "nulls") != nil else { return 0 }
        let choice = try word(json, "nulls", at: path)
        if choice.equals("skip") { return UInt32(ERPK_Q_SKIP_NULLS) }
        if choice.equals("unknown") { return 0 }
        throw RuleFault(ERPK_MALFORMED, at: extend(path, "nulls"), "\"nulls\" is \"unknown\" or \"skip\"")
    }

    private func alias(_ json: Int, at path: [UInt8]) throws(RuleFault) -> [UInt8] {
        let alias = try word(json, "as", at: path)
        var sound = true
        for (position, byte) in alias.enumerated() {
            let letter = byte >= 0x61 && byte <= 0x7A || byte == 0x5F
            if !letter, position == 0 || byte < 0x30 || byte > 0x39 { sound = false }
        }
        for word in ["new", "old", "agent", "tx", "row"] as [StaticString] where alias.equals(word) { sound = false }
        guard sound, alias.count <= 63 else {
            throw RuleFault(
                ERPK_MALFORMED, at: extend(path, "as"),
                "an alias is letters a to z, digits and _, and none of new, old, agent, tx, row")
        }
        return alias
    }

    /// The innermost quantifier that a name belongs to: by its alias, else the elements without an alias around it.
    func scope(of name: [UInt8]) -> (ordinal: Int, member: [UInt8])? {
        if let aliased = aliased(name) { return aliased }
        for root in ["new.", "old.", "agent.", "tx."] as [StaticString] {
            let prefix = [UInt8](root)
            if [UInt8](name.prefix(prefix.count)) == prefix { return nil }
        }
        guard let element = bare.last, element > 0 else { return nil }
        return (element, name)
    }

    /// The innermost quantifier whose alias a name begins with, and the name without it.
    private func aliased(_ name: [UInt8]) -> (ordinal: Int, member: [UInt8])? {
        for ordinal in scopes.reversed() {
            guard let node = quantifiers.at(ordinal &- 1), !node.alias.isEmpty else { continue }
            if let member = RuleParser.member(of: name, below: node.alias) { return (ordinal, member) }
        }
        return nil
    }

    /// The innermost `reduce` whose accumulator a name reads, and what follows it.
    func accumulator(_ name: [UInt8]) -> (ordinal: Int, member: [UInt8])? {
        guard let member = accumulated(name) else { return nil }
        for ordinal in scopes.reversed() {
            guard let node = quantifiers.at(ordinal &- 1) else { continue }
            if node.kind == ERPK_Q_REDUCE { return (ordinal, member) }
            if node.alias.equals("accumulator") { return nil }
        }
        return nil
    }

    private func accumulated(_ name: [UInt8]) -> [UInt8]? {
        RuleParser.member(of: name, below: [UInt8]("accumulator"))
    }

    /// What follows the alias and its dot.
    private static func member(of name: [UInt8], below alias: [UInt8]) -> [UInt8]? {
        guard name.count >= alias.count, [UInt8](name.prefix(alias.count)) == alias else { return nil }
        if name.count == alias.count { return [] }
        return name.at(alias.count) == 0x2E ? [UInt8](name.dropFirst(alias.count &+ 1)) : nil
    }
}
