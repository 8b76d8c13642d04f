internal import Glibc

/// Why a helper outside could not do its part.
struct ToolError: Error, Equatable {
    let message: String

    init(_ message: String) {
        self.message = message
    }
}

/// The solver, run as a process for each question.
struct Z3 {
    let path: String

    /// Finds the program named by ERP_Z3, or z3 in PATH; nil without one.
    init?(environment: (String) -> String?) {
        if let named = environment("ERP_Z3") {
            guard access(named, X_OK) == 0 else { return nil }
            path = named
            return
        }
        let directories = (environment("PATH") ?? "/usr/bin:/bin").split(separator: ":")
        guard let directory = directories.first(where: { access("\($0)/z3", X_OK) == 0 }) else { return nil }
        path = "\(directory)/z3"
    }

    /// What z3 prints for a script of SMT-LIB.
    func run(_ script: String) throws(ToolError) -> String {
        var template = Array("/tmp/erp-rules-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw ToolError("no temporary file can be made") }
        let file = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer {
            close(descriptor)
            unlink(file)
        }
        var rest = Array(script.utf8)[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard written > 0 else { throw ToolError("a temporary file cannot be written") }
            rest = rest.dropFirst(written)
        }
        return try output(of: ["z3", "-smt2", "-T:20", file])
    }

    private func output(of arguments: [String]) throws(ToolError) -> String {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw ToolError("no pipe can be made") }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        posix_spawn_file_actions_addclose(&actions, ends[0])
        posix_spawn_file_actions_addclose(&actions, ends[1])
        var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var process = pid_t()
        let status = posix_spawn(&process, path, &actions, nil, &pointers, environ)
        close(ends[1])
        defer { close(ends[0]) }
        guard status == 0 else { throw ToolError("\(path) cannot be run") }
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(ends[0], &buffer, buffer.count)
            guard count > 0 else { break }
            text += buffer[..<count]
        }
        var ended: Int32 = 0
        waitpid(process, &ended, 0)
        return String(decoding: text, as: UTF8.self)
    }
}
