/// What erp-migrate was asked to do.
struct MigrateOptions: Equatable {
    enum Command: String, CaseIterable {
        case plan, apply, status
    }

    enum Seed: String, CaseIterable {
        case none, minimal, sample
    }

    enum Mode: String, CaseIterable {
        case native, portable
    }

    struct Invalid: Error, Equatable {
        let message: String
    }

    var command: Command
    var seed = Seed.minimal
    /// Nil follows what is installed, or native in an empty database.
    var mode: Mode?
    var sqlDirectory: String?

    /// Reads the arguments; an option's value follows it or an equals sign.
    init(_ arguments: [String]) throws(Invalid) {
        var words: [String] = []
        var options: [(name: String, value: String)] = []
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            guard argument.hasPrefix("--") else {
                words.append(argument)
                continue
            }
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let value = parts.count == 2 ? String(parts[1]) : rest.popFirst() else {
                throw Invalid(message: "\(argument) needs a value")
            }
            options.append((String(parts[0]), value))
        }
        guard words.count == 1, let command = Command(rawValue: words[0]) else {
            throw Invalid(message: "exactly one of plan, apply and status is needed")
        }
        self.command = command
        for (name, value) in options { try set(name, value) }
    }

    private mutating func set(_ name: String, _ value: String) throws(Invalid) {
        switch name {
        case "--seed": seed = try MigrateOptions.choice(name, value)
        case "--mode": mode = try MigrateOptions.choice(name, value) as Mode
        case "--sql-dir": sqlDirectory = value
        default: throw Invalid(message: "unknown option \(name)")
        }
    }

    private static func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String,
        _ value: String
    ) throws(Invalid) -> Choice where Choice.RawValue == String {
        guard let choice = Choice(rawValue: value) else {
            let names = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw Invalid(message: "\(name) is one of \(names)")
        }
        return choice
    }
}
