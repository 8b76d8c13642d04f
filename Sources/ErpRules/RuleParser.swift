/// Brings the three surface forms of a condition into one tree.
///
/// The database checks rules; this parser only has to understand what was accepted there. What it does not know
/// becomes an opaque node, never an error.
public struct RuleParser: Sendable {
    /// The conditions that `rule_ref` may name.
    public let references: [String: JSONValue]

    public init(references: [String: JSONValue] = [:]) {
        self.references = references
    }

    /// The tree of a condition.
    public func parse(_ json: JSONValue) -> RuleNode {
        node(json, depth: 0)
    }

    private func node(_ json: JSONValue, depth: Int) -> RuleNode {
        switch json {
        case .null: return .null
        case .boolean(let value): return .boolean(value)
        case .number(let digits): return .number(digits)
        case .string(let text): return .quoted(text)
        case .array: return .opaque("list", json.json)
        case .object(let members):
            guard depth < 200 else { return .opaque("depth", json.json) }
            return typed(json, depth) ?? short(json, depth) ?? single(members, json, depth)
        }
    }

    private func typed(_ json: JSONValue, _ depth: Int) -> RuleNode? {
        guard json.members.count > 1, let kind = json["type"]?.text else { return nil }
        switch kind {
        case "field": return (json["path"] ?? json["name"])?.text.flatMap(RuleName.init).map(RuleNode.name)
        case "agent_attr": return json["name"]?.text.map { .name(RuleName(.agent, [$0])) }
        case "literal": return json["value"].map { node($0, depth: depth + 1) }
        case "not": return json["operand"].map { call("not", [$0], depth, json) }
        case "implies":
            guard let first = json["antecedent"] ?? json["left"], let second = json["consequent"] ?? json["right"]
            else {
                return nil
            }
            return call("implies", [first, second], depth, json)
        default: return nil
        }
    }

    private func short(_ json: JSONValue, _ depth: Int) -> RuleNode? {
        guard let operation = (json["operator"] ?? json["op"])?.text else { return nil }
        if let operands = json["operands"] { return call(operation, operands.elements, depth, json) }
        if let operand = json["operand"] { return call(operation, [operand], depth, json) }
        guard let left = json["left"] else { return nil }
        return call(operation, [left] + (json["right"].map { [$0] } ?? []), depth, json)
    }

    private func single(_ members: [JSONValue.Member], _ json: JSONValue, _ depth: Int) -> RuleNode {
        guard members.count == 1, let member = members.first else { return .opaque("object", json.json) }
        switch member.name {
        case "field", "var":
            let written = member.value.text ?? member.value.elements.first?.text
            return written.flatMap(RuleName.init).map(RuleNode.name) ?? .opaque("var", json.json)
        case "agent_attr": return member.value.text.map { .name(RuleName(.agent, [$0])) } ?? .opaque("var", json.json)
        case "literal": return node(member.value, depth: depth + 1)
        case "rule_ref":
            guard let name = member.value.text, let referred = references[name] else {
                return .opaque("rule_ref", json.json)
            }
            return node(referred, depth: depth + 40)
        default:
            guard case .array(let arguments) = member.value else {
                return call(member.name, [member.value], depth, json)
            }
            return call(member.name, arguments, depth, json)
        }
    }

    private func call(_ spelling: String, _ arguments: [JSONValue], _ depth: Int, _ json: JSONValue) -> RuleNode {
        let lower = spelling.lowercased()
        let operation = RuleParser.synonyms[lower] ?? lower
        if operation == "in" { return membership(arguments, depth, json) }
        if operation == "exists", let names = nullTests(arguments) { return names }
        guard RuleParser.understood.contains(operation), RuleParser.fits(operation, arguments.count) else {
            return .opaque(operation, json.json)
        }
        return .call(operation, arguments.map { node($0, depth: depth + 1) })
    }

    /// Membership in a written list; anything else asked with `in` is a free value.
    private func membership(_ arguments: [JSONValue], _ depth: Int, _ json: JSONValue) -> RuleNode {
        guard arguments.count == 2 else { return .opaque("in", json.json) }
        let written = arguments[1]["literal"] ?? (arguments[1]["type"]?.text == "literal" ? arguments[1]["value"] : nil)
        guard case .array(let elements) = written ?? arguments[1], !elements.isEmpty else {
            return .opaque("in", json.json)
        }
        let list = RuleNode.call("list", elements.map { node($0, depth: depth + 1) })
        return .call("in", [node(arguments[0], depth: depth + 1), list])
    }

    /// `{"exists": ["a", "b"]}`: each has a value.
    private func nullTests(_ arguments: [JSONValue]) -> RuleNode? {
        let names = arguments.compactMap { $0.text.flatMap(RuleName.init) }
        guard !names.isEmpty, names.count == arguments.count else { return nil }
        return .call("and", names.map { .call("is_not_null", [.name($0)]) })
    }

    private static func fits(_ operation: String, _ count: Int) -> Bool {
        switch operation {
        case "==", "!=", "===", "!==", "implies", "iff", "%", "days_between": count == 2
        case "<", "<=", ">", ">=": count == 2 || count == 3
        case "between", "date_add": count == 3
        case "not", "is_null", "is_not_null", "abs", "neg", "floor", "ceil", "!!": count == 1
        case "round": (1...3).contains(count)
        case "now", "today", "start_of_today": count == 0
        case "date", "timestamp", "timestamptz", "number", "text", "boolean", "uuid", "duration": count == 1
        case "/", "if": count >= 2
        default: count >= 1
        }
    }

    private static let synonyms = [
        "!": "not", "=": "==", "eq": "==", "<>": "!=", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">=",
        "?:": "if", "??": "coalesce", "decimal": "number", "date==": "==", "date!=": "!=", "datetime==": "==",
        "datetime!=": "!=", "datetime_add": "date_add",
    ]

    private static let understood: Set<String> = [
        "and", "or", "not", "implies", "iff", "xor", "if", "coalesce", "==", "!=", "===", "!==", "<", "<=", ">", ">=",
        "between", "is_null", "is_not_null", "+", "-", "*", "/", "%", "min", "max", "abs", "neg", "floor", "ceil",
        "round", "!!", "now", "today", "start_of_today", "date", "timestamp", "timestamptz", "number", "text",
        "boolean", "uuid", "duration", "days_between", "date_add",
    ]
}
