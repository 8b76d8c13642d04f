/// Small constructors of SMT-LIB terms that fold constants.
enum SMT {
    static let yes = "true"
    static let no = "false"

    static func not(_ term: String) -> String {
        switch term {
        case yes: no
        case no: yes
        default: "(not \(term))"
        }
    }

    static func and(_ terms: [String]) -> String {
        let needed = terms.filter { $0 != yes }
        if needed.contains(no) { return no }
        return needed.isEmpty ? yes : needed.count == 1 ? needed[0] : "(and \(needed.joined(separator: " ")))"
    }

    static func or(_ terms: [String]) -> String {
        let needed = terms.filter { $0 != no }
        if needed.contains(yes) { return yes }
        return needed.isEmpty ? no : needed.count == 1 ? needed[0] : "(or \(needed.joined(separator: " ")))"
    }

    static func implies(_ first: String, _ second: String) -> String { or([not(first), second]) }

    static func equal(_ first: String, _ second: String) -> String { first == second ? yes : "(= \(first) \(second))" }

    static func choose(_ test: String, _ first: String, _ second: String) -> String {
        switch test {
        case yes: first
        case no: second
        default: first == second ? first : "(ite \(test) \(first) \(second))"
        }
    }

    static func integer(_ value: Int) -> String { value < 0 ? "(- \(value.magnitude))" : "\(value)" }

    /// Ten to a power, as a Real.
    static func power(_ exponent: Int) -> String { "1" + String(repeating: "0", count: exponent) + ".0" }

    static func sort(of type: ValueType) -> String {
        switch type {
        case .number, .text, .uuid: "Real"
        case .boolean: "Bool"
        case .date, .timestamp, .timestamptz, .duration, .json, .other: "Int"
        }
    }

    static func zero(of type: ValueType) -> String {
        switch sort(of: type) {
        case "Real": "0.0"
        case "Bool": no
        default: "0"
        }
    }
}

/// An expression of SMT-LIB as the solver prints it.
indirect enum SExpression: Hashable {
    case atom(String)
    case list([SExpression])

    /// All expressions of a text.
    static func parse(_ text: String) -> [SExpression] {
        var stack: [[SExpression]] = [[]]
        var word = ""
        var quote: Character?
        func closed(_ stack: [[SExpression]], _ word: String) -> [[SExpression]] {
            guard !word.isEmpty, let last = stack.last else { return stack }
            return stack.dropLast() + [last + [.atom(word)]]
        }
        for character in text {
            if let open = quote {
                word.append(character)
                if character == open { quote = nil }
            } else if character == "\"" || character == "|" {
                quote = character
                word.append(character)
            } else if character == "(" {
                stack = closed(stack, word) + [[]]
                word = ""
            } else if character == ")" {
                stack = closed(stack, word)
                word = ""
                guard stack.count > 1, let done = stack.popLast() else { return [] }
                stack[stack.count - 1].append(.list(done))
            } else if character.isWhitespace {
                stack = closed(stack, word)
                word = ""
            } else {
                word.append(character)
            }
        }
        return closed(stack, word).first ?? []
    }
}
