internal import AuditVerifier
internal import Glibc

/// A program run beside this one, found in PATH.
struct Subprocess {
    let process: pid_t
    private let output: Int32

    /// Starts it; the input goes into a pipe at once, so it has at most 64 KiB.
    init(_ arguments: [String], input: String) throws(SourceFault) {
        var (into, from): ([Int32], [Int32]) = ([0, 0], [0, 0])
        guard pipe(&into) == 0, pipe(&from) == 0 else { throw SourceFault(path: "pipe") }
        for end in into + from { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer {
            close(into[0])
            close(from[1])
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, into[0], STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, from[1], STDOUT_FILENO)
        // Signals that this program takes through a descriptor must end the child.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var started = pid_t()
        let status = posix_spawnp(&started, arguments[0], &actions, &attributes, &pointers, environ)
        process = started
        output = from[0]
        if status == 0 { try? Files.write(into[1], Array(input.utf8), "pipe") }
        close(into[1])
        guard status == 0 else {
            close(output)
            throw SourceFault(message: "\(arguments[0]): \(String(cString: strerror(status)))")
        }
    }

    /// Waits for its end: its status and what it printed.
    func finish() -> (status: Int32, output: [UInt8]) {
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(output, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            text += buffer[..<count]
        }
        close(output)
        var status: Int32 = 0
        waitpid(process, &status, 0)
        return (status, text)
    }
}
