/// The command line of erp-audit.
struct AuditOptions: Equatable {
    enum Command: String {
        case verify, prove, check, show
    }

    struct Invalid: Error, Equatable {
        let message: String
    }

    var command: Command
    var file: String
    var checkpoints: String?
    var keys: [String] = []
    var state: String?
    var isPart = false
    var position: UInt64?
    var size: UInt64?

    init(_ arguments: [String]) throws(Invalid) {
        guard let name = arguments.first, let command = Command(rawValue: name) else {
            throw Invalid(message: "the command is verify, prove, check or show; try --help")
        }
        self.command = command
        var files: [String] = []
        file = ""
        var rest = arguments.dropFirst()
        while let argument = rest.popFirst() {
            switch argument {
            case "--checkpoints": checkpoints = try AuditOptions.value(of: argument, &rest)
            case "--key": keys.append(try AuditOptions.value(of: argument, &rest))
            case "--state": state = try AuditOptions.value(of: argument, &rest)
            case "--part": isPart = true
            case "--position": position = try AuditOptions.number(of: argument, &rest)
            case "--size": size = try AuditOptions.number(of: argument, &rest)
            default:
                guard argument == "-" || !argument.hasPrefix("-") else {
                    throw Invalid(message: "unknown option \(argument); try --help")
                }
                files.append(argument)
            }
        }
        guard files.count == 1, let only = files.first else { throw Invalid(message: "one file is needed") }
        file = only
        try check()
    }

    private func check() throws(Invalid) {
        if checkpoints != nil, keys.isEmpty { throw Invalid(message: "--checkpoints needs --key: who signed them?") }
        switch command {
        case .prove, .show:
            if position == nil { throw Invalid(message: "\(command.rawValue) needs --position") }
        case .check:
            if checkpoints == nil { throw Invalid(message: "check needs --checkpoints") }
        case .verify:
            break
        }
    }

    private static func value(of option: String, _ rest: inout ArraySlice<String>) throws(Invalid) -> String {
        guard let value = rest.popFirst() else { throw Invalid(message: "\(option) needs a value") }
        return value
    }

    private static func number(of option: String, _ rest: inout ArraySlice<String>) throws(Invalid) -> UInt64 {
        guard let number = UInt64(try value(of: option, &rest)), number > 0 else {
            throw Invalid(message: "\(option) needs a whole number from 1 on")
        }
        return number
    }
}
