/// What erp-rules was asked to do.
struct RulesOptions: Equatable {
    enum Command: Equatable {
        case check(rule: String)
        case compare(rule: String, file: String)
        case ask(question: String)
        case askFile(String)
        case compile(text: String, table: String)
    }

    struct Invalid: Error, Equatable {
        let message: String
    }

    let command: Command
    /// Stores without asking.
    let isConfirmed: Bool
    /// The name of the rule to store.
    let name: String?

    /// Reads the arguments; an option's value follows it or an equals sign.
    init(_ arguments: [String]) throws(Invalid) {
        var words: [String] = []
        var values: [String: String] = [:]
        var isConfirmed = false
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if argument == "--yes" {
                isConfirmed = true
            } else if argument.hasPrefix("--") {
                let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard ["--with", "--file", "--table", "--name"].contains(String(parts[0])) else {
                    throw Invalid(message: "unknown option \(parts[0])")
                }
                guard let value = parts.count == 2 ? String(parts[1]) : rest.popFirst() else {
                    throw Invalid(message: "\(argument) needs a value")
                }
                values[String(parts[0])] = value
            } else {
                words.append(argument)
            }
        }
        self.isConfirmed = isConfirmed
        name = values["--name"]
        command = try RulesOptions.command(words, values)
    }

    private static func command(_ words: [String], _ values: [String: String]) throws(Invalid) -> Command {
        switch (words.first, words.count) {
        case ("check", 2): return .check(rule: words[1])
        case ("compare", 2):
            guard let file = values["--with"] else { throw Invalid(message: "compare needs --with FILE") }
            return .compare(rule: words[1], file: file)
        case ("ask", 1):
            guard let file = values["--file"] else { throw Invalid(message: "ask needs a question or --file FILE") }
            return .askFile(file)
        case ("ask", 2): return .ask(question: words[1])
        case ("compile", 2):
            guard let table = values["--table"] else { throw Invalid(message: "compile needs --table TABLE") }
            return .compile(text: words[1], table: table)
        default: throw Invalid(message: "one of check, compare, ask and compile is needed, with its argument")
        }
    }
}
