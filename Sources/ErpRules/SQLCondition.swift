/// Reads the conditions that SQL writes plainly into the tree of a rule.
///
/// Comparisons, IN lists, null tests, BETWEEN, AND, OR, NOT, `+ - *` and harmless casts; anything else is an error, so
/// that nothing is understood by half.
public struct SQLCondition {
    private var tokens: [Token]
    private var index = 0

    private enum Token: Equatable {
        case word(String)
        case quotedName(String)
        case number(String)
        case text(String)
        case mark(String)
    }

    /// The tree of a condition, or why it cannot be had.
    public static func parse(_ sql: String) throws(RuleSyntaxError) -> RuleNode {
        var parser = SQLCondition(tokens: try tokenize(sql))
        let node = try parser.disjunction()
        guard parser.index == parser.tokens.count else { throw parser.unexpected() }
        return node
    }

    private func unexpected() -> RuleSyntaxError {
        guard index < tokens.count else { return RuleSyntaxError("the condition ends too early") }
        switch tokens[index] {
        case .word(let text), .quotedName(let text), .number(let text), .mark(let text):
            return RuleSyntaxError("\(text) is not understood here")
        case .text(let text): return RuleSyntaxError("'\(text)' is not understood here")
        }
    }

    private mutating func take(_ token: Token) -> Bool {
        guard index < tokens.count, tokens[index] == token else { return false }
        index += 1
        return true
    }

    private mutating func take(words: String...) -> Bool {
        guard index + words.count <= tokens.count,
            zip(tokens[index...], words).allSatisfy({ $0 == .word($1) })
        else { return false }
        index += words.count
        return true
    }

    private mutating func expect(_ mark: String) throws(RuleSyntaxError) {
        guard take(.mark(mark)) else { throw unexpected() }
    }

    private mutating func disjunction() throws(RuleSyntaxError) -> RuleNode {
        var parts = [try conjunction()]
        while take(words: "or") { parts.append(try conjunction()) }
        return parts.count == 1 ? parts[0] : .call("or", parts)
    }

    private mutating func conjunction() throws(RuleSyntaxError) -> RuleNode {
        var parts = [try negation()]
        while take(words: "and") { parts.append(try negation()) }
        return parts.count == 1 ? parts[0] : .call("and", parts)
    }

    private mutating func negation() throws(RuleSyntaxError) -> RuleNode {
        take(words: "not") ? .call("not", [try negation()]) : try comparison()
    }

    private mutating func comparison() throws(RuleSyntaxError) -> RuleNode {
        let left = try sum()
        if take(words: "is") { return try afterIs(left) }
        let negated = take(words: "not")
        if take(words: "in") {
            let list = try list(open: "(", close: ")")
            let found = RuleNode.call("in", [left, .call("list", list)])
            return negated ? .call("not", [found]) : found
        }
        if take(words: "between") {
            let low = try sum()
            guard take(words: "and") else { throw unexpected() }
            let found = RuleNode.call("between", [left, low, try sum()])
            return negated ? .call("not", [found]) : found
        }
        guard !negated else { throw unexpected() }
        for (mark, operation) in SQLCondition.comparisons where take(.mark(mark)) {
            if operation == "==", take(words: "any") {
                try expect("(")
                let list = try arrayList()
                try expect(")")
                return .call("in", [left, .call("list", list)])
            }
            return .call(operation, [left, try sum()])
        }
        return left
    }

    private mutating func afterIs(_ left: RuleNode) throws(RuleSyntaxError) -> RuleNode {
        let negated = take(words: "not")
        if take(words: "null") { return .call(negated ? "is_not_null" : "is_null", [left]) }
        if take(words: "distinct", "from") { return .call(negated ? "===" : "!==", [left, try sum()]) }
        if take(words: "true") { return .call(negated ? "!==" : "===", [left, .boolean(true)]) }
        if take(words: "false") { return .call(negated ? "!==" : "===", [left, .boolean(false)]) }
        throw unexpected()
    }

    private mutating func arrayList() throws(RuleSyntaxError) -> [RuleNode] {
        if take(.mark("(")) {
            let list = try arrayList()
            try expect(")")
            try cast(of: .null)
            return list
        }
        guard take(words: "array") else { throw unexpected() }
        let list = try list(open: "[", close: "]")
        try cast(of: .null)
        return list
    }

    private mutating func list(open: String, close: String) throws(RuleSyntaxError) -> [RuleNode] {
        try expect(open)
        var elements = [try sum()]
        while take(.mark(",")) { elements.append(try sum()) }
        try expect(close)
        guard !elements.contains(.null) else { throw RuleSyntaxError("null stands in a list") }
        return elements
    }

    private mutating func sum() throws(RuleSyntaxError) -> RuleNode {
        var node = try product()
        while true {
            if take(.mark("+")) {
                node = .call("+", [node, try product()])
            } else if take(.mark("-")) {
                node = .call("-", [node, try product()])
            } else {
                return node
            }
        }
    }

    private mutating func product() throws(RuleSyntaxError) -> RuleNode {
        var node = try primary()
        while take(.mark("*")) { node = .call("*", [node, try primary()]) }
        return node
    }

    private mutating func primary() throws(RuleSyntaxError) -> RuleNode {
        if take(.mark("-")) { return .call("-", [try primary()]) }
        let node: RuleNode
        if take(.mark("(")) {
            node = try disjunction()
            try expect(")")
        } else if take(words: "null") {
            node = .null
        } else if take(words: "true") {
            node = .boolean(true)
        } else if take(words: "false") {
            node = .boolean(false)
        } else {
            guard index < tokens.count else { throw unexpected() }
            switch tokens[index] {
            case .number(let digits): node = .number(digits)
            case .text(let text): node = .quoted(text)
            case .word(let word) where !SQLCondition.reserved.contains(word): node = try name()
            case .quotedName: node = try name()
            default: throw unexpected()
            }
            if case .name = node {} else { index += 1 }
        }
        try cast(of: node)
        return node
    }

    private mutating func name() throws(RuleSyntaxError) -> RuleNode {
        var path: [String] = []
        repeat {
            guard index < tokens.count else { throw unexpected() }
            switch tokens[index] {
            case .word(let word), .quotedName(let word): path.append(word)
            default: throw unexpected()
            }
            index += 1
        } while take(.mark("."))
        guard index == tokens.count || tokens[index] != .mark("("), let name = RuleName(path.joined(separator: "."))
        else { throw unexpected() }
        return .name(name)
    }

    /// Steps over casts that change no value: of literals to any plain type, of anything to text or numeric.
    private mutating func cast(of node: RuleNode) throws(RuleSyntaxError) {
        while take(.mark("::")) {
            var type: [String] = []
            while index < tokens.count, case .word(let word) = tokens[index], SQLCondition.typeWords.contains(word) {
                type.append(word)
                index += 1
            }
            if take(.mark("[")) { try expect("]") }
            let isLiteral =
                switch node {
                case .name, .call, .opaque: false
                default: true
                }
            guard !type.isEmpty, isLiteral || ["text", "numeric"].contains(type[0]) else { throw unexpected() }
        }
    }

    private static let comparisons = [
        ("=", "=="), ("==", "=="), ("<>", "!="), ("!=", "!="), ("<=", "<="), (">=", ">="), ("<", "<"), (">", ">"),
    ]
    private static let reserved: Set<String> = ["and", "or", "not", "is", "in", "between", "any", "array", "case"]
    private static let typeWords: Set<String> = [
        "text", "numeric", "integer", "bigint", "smallint", "date", "character", "varying", "bpchar", "boolean", "uuid",
        "timestamp", "with", "without", "time", "zone", "name",
    ]
}

extension SQLCondition {
    private static func tokenize(_ sql: String) throws(RuleSyntaxError) -> [Token] {
        var tokens: [Token] = []
        var rest = Substring(sql)
        while let first = rest.first {
            if first.isWhitespace {
                rest.removeFirst()
            } else if first.isLetter || first == "_" {
                let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "$" }
                tokens.append(.word(word.lowercased()))
                rest.removeFirst(word.count)
            } else if first.isNumber {
                let digits = rest.prefix { $0.isNumber || $0 == "." }
                tokens.append(.number(String(digits)))
                rest.removeFirst(digits.count)
            } else if first == "'" || first == "\"" {
                let text = try quoted(&rest, by: first)
                tokens.append(first == "'" ? .text(text) : .quotedName(text))
            } else if let mark = ["::", "<=", ">=", "<>", "!=", "=="].first(where: rest.hasPrefix) {
                tokens.append(.mark(mark))
                rest.removeFirst(2)
            } else {
                tokens.append(.mark(String(first)))
                rest.removeFirst()
            }
        }
        return tokens
    }

    private static func quoted(_ rest: inout Substring, by quote: Character) throws(RuleSyntaxError) -> String {
        rest.removeFirst()
        var text = ""
        while let character = rest.popFirst() {
            if character != quote {
                text.append(character)
            } else if rest.first == quote {
                text.append(quote)
                rest.removeFirst()
            } else {
                return text
            }
        }
        throw RuleSyntaxError("a quoted text does not end")
    }
}
