// Brings the three surface forms (typed, short, JsonLogic; they mix freely) into one tree.

internal import CErpKernel

/// A node of the one internal form.
struct RuleNode {
    enum Shape {
        case call(Operator)
        case name([UInt8])
        /// A name of the row of quantifier number `scope`: as written, and without the alias.
        case inner([UInt8], scope: Int, member: [UInt8])
        /// The value that `map` gives for the element of quantifier number `scope`: a node.
        case mapped(Int, scope: Int)
        /// A name below the one that `map` gives, which has to be JSON.
        case member(of: Int, Int)
        /// What `reduce`, quantifier number `scope`, came to before this element.
        case accumulator(scope: Int)
        /// Quantifier number `ordinal` of the rule.
        case quantifier(Int)
        case literal(JSONKind, [UInt8])
    }

    let shape: Shape
    let path: [UInt8]
    /// Indices of argument nodes; of `in` the needle, then the list's elements.
    let arguments: [Int]
}

/// Parses one rule into nodes; arguments come before the node that uses them.
struct RuleParser {
    let document: JSONDocument
    private(set) var nodes: [RuleNode] = []
    var quantifiers: [QuantifierNode] = []
    /// Numbers of the quantifiers around the node at hand.
    var scopes: [Int] = []
    /// Beside each the number of the quantifier whose elements names without an alias belong to, or 0.
    var bare: [Int] = []
    private var count = 0
    /// Levels of the node at hand, and of the deepest one so far.
    private var current = 0
    private var deepest = 0

    init(_ document: JSONDocument) { self.document = document }

    /// The root's index.
    mutating func parse() throws(RuleFault) -> Int {
        try node(0, at: [], depth: 1)
    }

    /// A name as scanning lists it.
    struct Name {
        let scope: Int
        let name: [UInt8]
        let member: [UInt8]
        let path: [UInt8]
    }

    /// The distinct names of the rule with the JSON pointer of their first use.
    var names: [Name] {
        var found: [Name] = []
        for node in nodes {
            let entry: Name
            switch node.shape {
            case .name(let name): entry = Name(scope: 0, name: name, member: name, path: node.path)
            case .inner(let name, let scope, let member):
                entry = Name(scope: scope, name: name, member: member, path: node.path)
            default: continue
            }
            var known = false
            for other in found where other.scope == entry.scope && other.name == entry.name { known = true }
            if !known { found.append(entry) }
        }
        return found
    }

    /// Literals that only the caller can judge.
    var foreignLiterals: [(kind: UInt8, text: [UInt8], path: [UInt8])] {
        var found: [(kind: UInt8, text: [UInt8], path: [UInt8])] = []
        for node in nodes {
            guard case .call(let op) = node.shape, op == .matches || op == .asDate,
                let argument = nodes.at(node.arguments.at(1) ?? -1), case .literal(.string, let text) = argument.shape
            else { continue }
            found.append((op == .matches ? 0x72 : 0x7A, text, argument.path))
        }
        return found
    }

    mutating func add(_ shape: RuleNode.Shape, at path: [UInt8], _ arguments: [Int] = []) -> Int {
        nodes.append(RuleNode(shape: shape, path: path, arguments: arguments))
        return nodes.count &- 1
    }

    private mutating func countNode() throws(RuleFault) {
        count &+= 1
        if count > Int(ERPK_MAX_NODES) { throw RuleFault(ERPK_LIMIT, at: [], "the rule has more than 4096 nodes") }
    }

    private mutating func reach(_ depth: Int, height: Int = 0) throws(RuleFault) {
        current = depth
        if depth &+ height > deepest { deepest = depth &+ height }
        guard depth &+ height <= Int(ERPK_MAX_DEPTH) else {
            throw RuleFault(ERPK_LIMIT, at: [], "the rule is nested deeper than 64 levels")
        }
    }

    /// A `filter` or `map` around a list.
    mutating func step(_ json: Int, isMap: Bool, at path: [UInt8], depth: Int) throws(RuleFault) -> ListStep {
        let (counted, before) = (count, deepest)
        deepest = depth
        var step = ListStep(node: try node(json, at: path, depth: depth), isMap: isMap)
        step.size = count &- counted
        step.height = deepest &- depth &+ 1
        if before > deepest { deepest = before }
        if isMap { try use(step) }
        return step
    }

    /// What a map gives is written out wherever it is used, and once where it is tested for an error.
    mutating func use(_ step: ListStep) throws(RuleFault) {
        count &+= step.size
        try countNode()
        try reach(current, height: step.height)
    }

    mutating func node(_ json: Int, at path: [UInt8], depth: Int) throws(RuleFault) -> Int {
        guard depth <= Int(ERPK_MAX_DEPTH) else {
            throw RuleFault(ERPK_LIMIT, at: path, "the rule is nested deeper than 64 levels")
        }
        try countNode()
        try reach(depth)
        let value = document[json]
        switch value.kind {
        case .array: throw RuleFault(ERPK_MALFORMED, at: path, "a list may only be the second argument of in")
        case .object: break
        default: return try constant(value, at: path)
        }
        if document.member(json, "query") != nil { throw refused([UInt8]("query"), at: path) }
        if value.count > 1, let type = document.member(json, "type"), document[type].kind == .string {
            if let index = try typed(json, document[type].text, at: path, depth: depth) { return index }
        }
        let hasOperator = document.member(json, "op") != nil || document.member(json, "operator") != nil
        let hasArguments =
            document.member(json, "left") != nil || document.member(json, "operands") != nil
            || document.member(json, "operand") != nil
        if hasOperator, hasArguments { return try operatorNode(json, nil, at: path, depth: depth) }
        guard value.count == 1 else {
            throw RuleFault(ERPK_MALFORMED, at: path, "not a rule node: neither one operator nor a known type")
        }
        return try single(json, at: path, depth: depth)
    }

    private mutating func typed(_ json: Int, _ type: [UInt8], at path: [UInt8], depth: Int) throws(RuleFault) -> Int? {
        if type.equals("field") {
            let key: StaticString = document.member(json, "path") != nil ? "path" : "name"
            try expect(json, ["type", key], at: path)
            return try name(word(json, key, at: path), at: path)
        }
        if type.equals("agent_attr") {
            try expect(json, ["type", "name"], at: path)
            return try name([UInt8]("agent.") + word(json, "name", at: path), at: path)
        }
        if type.equals("literal") {
            try expect(json, ["type", "value"], at: path)
            return try literal(document.member(json, "value"), at: extend(path, "value"))
        }
        if type.equals("not") {
            try expect(json, ["type", "operand"], at: path)
            return try call([UInt8]("not"), nil, members(json, ["operand"], path), at: path, depth: depth)
        }
        if type.equals("implies") {
            let short = document.member(json, "left") != nil
            let keys: [StaticString] = short ? ["left", "right"] : ["antecedent", "consequent"]
            try expect(json, ["type"] + keys, at: path)
            return try call([UInt8]("implies"), nil, members(json, keys, path), at: path, depth: depth)
        }
        if type.equals("logical") { return try operatorNode(json, .logical, at: path, depth: depth) }
        if type.equals("comparison") { return try operatorNode(json, .comparison, at: path, depth: depth) }
        if type.equals("arithmetic") { return try operatorNode(json, .arithmetic, at: path, depth: depth) }
        return nil
    }

    private mutating func operatorNode(
        _ json: Int, _ family: Operator.Family?, at path: [UInt8], depth: Int
    ) throws(RuleFault) -> Int {
        let key: StaticString = document.member(json, "operator") != nil ? "operator" : "op"
        guard document.member(json, key) != nil else {
            throw RuleFault(ERPK_MALFORMED, at: path, "the node lacks \"operator\"")
        }
        let spelling = try word(json, key, at: path)
        let head: [StaticString] = family == nil ? [key] : [key, "type"]
        var arguments: [(Int, [UInt8])] = []
        if let operands = document.member(json, "operands") {
            try expect(json, head + ["operands"], at: path)
            let pointer = extend(path, "operands")
            guard document[operands].kind == .array else {
                throw RuleFault(ERPK_MALFORMED, at: pointer, "\"operands\" must be a list")
            }
            arguments = elements(operands, pointer)
        } else if document.member(json, "operand") != nil {
            try expect(json, head + ["operand"], at: path)
            arguments = members(json, ["operand"], path)
        } else if document.member(json, "right") != nil || document.member(json, "left") == nil {
            try expect(json, head + ["left", "right"], at: path)
            arguments = members(json, ["left", "right"], path)
        } else {
            try expect(json, head + ["left"], at: path)
            arguments = members(json, ["left"], path)
        }
        return try call(spelling, family, arguments, at: path, depth: depth)
    }

    /// An object of one key: a leaf or a JsonLogic operator.
    private mutating func single(_ json: Int, at path: [UInt8], depth: Int) throws(RuleFault) -> Int {
        let child = document[json].firstChild
        let key = document[child].key
        if key.equals("field") { return try name(word(json, "field", at: path), at: path) }
        if key.equals("agent_attr") {
            return try name([UInt8]("agent.") + word(json, "agent_attr", at: path), at: path)
        }
        if key.equals("literal") { return try literal(child, at: extend(path, "literal")) }
        if key.equals("var") {
            let value = document[child]
            if value.kind == .array, value.count == 1, document[value.firstChild].kind == .string {
                return try name(document[value.firstChild].text, at: path)
            }
            if value.kind == .string, value.text.isEmpty, let element = bare.last, element > 0 {
                return try self.element([], element, [], at: path)
            }
            return try name(word(json, "var", at: path), at: path)
        }
        var pointer = path
        pointer.append(0x2F)
        for byte in key {
            switch byte {
            case 0x7E: pointer.append("~0")
            case 0x2F: pointer.append("~1")
            default: pointer.append(byte)
            }
        }
        if let index = try quantifier(key, child, at: pointer, depth: depth) { return index }
        if RuleParser.isStep(key) { return try filtered(json, at: path, depth: depth) }
        if let index = try listOperator(key, child, at: pointer, depth: depth) { return index }
        let arguments = document[child].kind == .array ? elements(child, pointer) : [(child, pointer)]
        return try call(key, nil, arguments, at: path, depth: depth)
    }

    private mutating func call(
        _ spelling: [UInt8], _ family: Operator.Family?, _ arguments: [(Int, [UInt8])], at path: [UInt8], depth: Int
    ) throws(RuleFault) -> Int {
        guard let found = Operator.named(spelling) else { throw refused(spelling, at: path) }
        if let family, family != found.family {
            throw RuleFault(
                ERPK_MALFORMED, at: path, text("\"", spelling, "\" is not an operator of this type of node"))
        }
        if arguments.isEmpty, let index = try clock(found, at: path) { return index }
        guard !arguments.isEmpty else {
            throw RuleFault(ERPK_MALFORMED, at: path, text("empty \"", spelling, "\": nothing to judge"))
        }
        guard arguments.count >= found.arity.0, arguments.count <= found.arity.1 else {
            throw RuleFault(ERPK_MALFORMED, at: path, text("\"", spelling, "\" cannot take this number of arguments"))
        }
        let isPart = found == .isIn && !isList(arguments.at(1)?.0 ?? -1)
        var indices: [Int] = []
        for (position, argument) in arguments.enumerated() {
            if found == .isIn, !isPart, position == 1 {
                indices += try list(argument.0, at: argument.1, depth: depth &+ 1)
            } else {
                indices.append(try node(argument.0, at: argument.1, depth: depth &+ 1))
            }
        }
        return add(.call(isPart ? .isPart : found), at: path, indices)
    }

    /// `now`, `today` and the start of today are names of the transaction.
    private mutating func clock(_ op: Operator, at path: [UInt8]) throws(RuleFault) -> Int? {
        switch op {
        case .now: return try name([UInt8]("tx.now"), at: path)
        case .today: return try name([UInt8]("tx.today"), at: path)
        case .startOfToday: return add(.call(op), at: path, [try name([UInt8]("tx.today"), at: path)])
        default: return nil
        }
    }

    /// The fault of an operator that there is not.
    private func refused(_ spelling: [UInt8], at path: [UInt8]) -> RuleFault {
        if let instead = Operator.instead(of: spelling) {
            return RuleFault(
                ERPK_MALFORMED, at: path, text("the rule language has no \"", spelling, "\""), hint: [UInt8](instead))
        }
        let near = Operator.nearest(spelling)
        return RuleFault(
            ERPK_MALFORMED, at: path, text("unknown operator \"", spelling, "\""),
            hint: near == nil ? [] : text("did you mean \"", near ?? [], "\"?"))
    }

    /// Texts, and whatever gives one, are searched; anything else has to be a list.
    private func isList(_ json: Int) -> Bool {
        var source = json
        if let literal = document.member(json, "literal") {
            source = literal
        } else if let type = document.member(json, "type"), document[type].text.equals("literal") {
            source = document.member(json, "value") ?? json
        } else if document[json].kind == .object {
            return false
        }
        return document[source].kind != .string
    }

    private mutating func list(_ json: Int, at path: [UInt8], depth: Int) throws(RuleFault) -> [Int] {
        try countNode()
        var source = json
        if let literal = document.member(json, "literal") {
            try expect(json, ["literal"], at: path)
            source = literal
        } else if let type = document.member(json, "type"), document[type].text.equals("literal") {
            try expect(json, ["type", "value"], at: path)
            source = document.member(json, "value") ?? json
        }
        guard document[source].kind == .array, document[source].count > 0 else {
            throw RuleFault(
                ERPK_MALFORMED, at: path, "\"in\" needs a list that is not empty as its second argument")
        }
        var result: [Int] = []
        for element in elements(source, path) {
            let index = try node(element.0, at: element.1, depth: depth &+ 1)
            if case .literal(.null, _) = nodes.at(index)?.shape {
                throw RuleFault(
                    ERPK_MALFORMED, at: element.1, "null in a list makes every miss unknown; ask is_null separately")
            }
            result.append(index)
        }
        return result
    }

    private mutating func literal(_ json: Int?, at path: [UInt8]) throws(RuleFault) -> Int {
        let value = document[json ?? -1]
        guard value.kind != .array, value.kind != .object else {
            throw RuleFault(ERPK_MALFORMED, at: path, "a literal is a number, a text, true, false or null")
        }
        return try constant(value, at: path)
    }

    private mutating func constant(_ value: JSONNode, at path: [UInt8]) throws(RuleFault) -> Int {
        if value.kind == .number, case .tooLong = Decimal.parse(value.text) {
            throw RuleFault(ERPK_ARITHMETIC, at: path, "the number needs more than 38 digits")
        }
        return add(.literal(value.kind, value.text), at: path)
    }

    /// A dotted name; `new.x` is `x` where both exist, so the name keeps its spelling for the caller to resolve.
    mutating func name(_ name: [UInt8], at path: [UInt8]) throws(RuleFault) -> Int {
        var previous: UInt8 = 0x2E
        for byte in name {
            if byte == 0x2E, previous == 0x2E { throw RuleFault(ERPK_MALFORMED, at: path, "a field needs a name") }
            previous = byte
        }
        guard previous != 0x2E else { throw RuleFault(ERPK_MALFORMED, at: path, "a field needs a name") }
        if let accumulator = accumulator(name) {
            guard accumulator.member.isEmpty else {
                throw RuleFault(ERPK_UNKNOWN_NAME, at: path, "the accumulator has no members")
            }
            return add(.accumulator(scope: accumulator.ordinal), at: path)
        }
        if let inner = scope(of: name) {
            let isList = quantifiers.at(inner.ordinal &- 1).map { $0.source >= 0 } ?? false
            guard !inner.member.isEmpty || isList else {
                throw RuleFault(
                    ERPK_UNKNOWN_NAME, at: path, text("\"", name, "\" is a row; name one of its columns"))
            }
            return try element(name, inner.ordinal, inner.member, at: path)
        }
        return add(.name(name), at: path)
    }

    func word(_ json: Int, _ key: StaticString, at path: [UInt8]) throws(RuleFault) -> [UInt8] {
        let value = document[document.member(json, key) ?? -1]
        guard value.kind == .string, !value.text.isEmpty else {
            throw RuleFault(ERPK_MALFORMED, at: extend(path, key), text("\"", [UInt8](key), "\" must be a text"))
        }
        return value.text
    }

    private func expect(_ json: Int, _ keys: [StaticString], at path: [UInt8]) throws(RuleFault) {
        for key in keys where document.member(json, key) == nil {
            throw RuleFault(ERPK_MALFORMED, at: path, text("the node lacks \"", [UInt8](key), "\""))
        }
        for child in document.children(json) {
            var known = false
            for key in keys where document[child].key.equals(key) { known = true }
            if !known {
                throw RuleFault(ERPK_MALFORMED, at: path, text("unknown key \"", document[child].key, "\""))
            }
        }
    }

    func extend(_ path: [UInt8], _ key: StaticString) -> [UInt8] {
        path + [0x2F] + [UInt8](key)
    }

    private func members(_ json: Int, _ keys: [StaticString], _ path: [UInt8]) -> [(Int, [UInt8])] {
        var result: [(Int, [UInt8])] = []
        for key in keys {
            if let child = document.member(json, key) { result.append((child, extend(path, key))) }
        }
        return result
    }

    func elements(_ json: Int, _ path: [UInt8]) -> [(Int, [UInt8])] {
        var result: [(Int, [UInt8])] = []
        for (position, child) in document.children(json).enumerated() {
            result.append((child, path + [0x2F] + decimalText(position)))
        }
        return result
    }
}

func decimalText(_ value: Int) -> [UInt8] {
    var rest = value < 0 ? 0 : value
    var digits: [UInt8] = []
    repeat {
        digits.append(0x30 &+ UInt8(truncatingIfNeeded: rest % 10))
        rest = rest / 10
    } while rest > 0
    return digits.reversed()
}
