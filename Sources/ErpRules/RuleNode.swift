/// The name of a value that a rule reads: a side of the row and the columns that lead to the value.
public struct RuleName: Hashable, Sendable {
    public enum Root: String, Sendable {
        case row, new, old, agent, tx
    }

    public let root: Root
    public let path: [String]

    public init(_ root: Root, _ path: [String]) {
        self.root = root
        self.path = path
    }

    /// Splits a written name such as `old.customer_id.customer_tier`.
    public init?(_ text: String) {
        let segments = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard !segments.contains("") else { return nil }
        if segments.count > 1, let root = Root(rawValue: segments[0]), root != .row {
            self.init(root, Array(segments.dropFirst()))
        } else {
            self.init(.row, segments)
        }
    }

    /// The name in full.
    var label: String { (root == .row ? "" : "\(root.rawValue).") + path.joined(separator: ".") }

    /// The key of a fact of `erp.rule_evaluate`.
    public var written: String {
        let path = path.joined(separator: ".")
        return root == .row || root == .new ? path : "\(root.rawValue).\(path)"
    }
}

/// A rule's condition in its one internal form.
public indirect enum RuleNode: Hashable, Sendable {
    case null
    case boolean(Bool)
    case number(String)
    /// A text in quotes, which takes the type of its neighbours.
    case quoted(String)
    case name(RuleName)
    /// An operator in its main spelling; the list of `in` is the operator `list`.
    case call(String, [RuleNode])
    /// A form that analysis takes as a free value: its operator and its own text.
    case opaque(String, String)

    /// The node and everything below it.
    public var everything: [RuleNode] {
        guard case .call(_, let arguments) = self else { return [self] }
        return [self] + arguments.flatMap(\.everything)
    }

    /// Every name read, in the order of the text.
    public var names: [RuleName] {
        everything.compactMap { node in
            guard case .name(let name) = node else { return nil }
            return name
        }
    }

    /// The node as a rule writes it.
    public var json: JSONValue {
        switch self {
        case .null: .null
        case .boolean(let value): .boolean(value)
        case .number(let digits): .number(digits)
        case .quoted(let text): .string(text)
        case .name(let name): .object([JSONValue.Member("var", .string(name.label))])
        case .call("list", let elements): .array(elements.map(\.json))
        case .call(let operation, let arguments):
            .object([JSONValue.Member(operation, .array(arguments.map(\.json)))])
        case .opaque(_, let text): JSONValue(text) ?? .null
        }
    }

    /// The node with every name replaced.
    func renamed(_ rename: (RuleName) -> RuleName) -> RuleNode {
        switch self {
        case .name(let name): .name(rename(name))
        case .call(let operation, let arguments): .call(operation, arguments.map { $0.renamed(rename) })
        default: self
        }
    }
}

/// Why a text is no rule that can be analysed.
public struct RuleSyntaxError: Error, Equatable, Sendable {
    public let message: String

    public init(_ message: String) {
        self.message = message
    }
}
