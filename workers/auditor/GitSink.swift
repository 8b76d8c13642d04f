internal import AuditVerifier
internal import ErpClient
internal import Glibc

/// The second sink: a git repository with one commit for each checkpoint, whose message and only file it is.
///
/// Commits are made without a work tree or an index, so that nothing lies about half done after a crash.
final class GitSink {
    private static let branch = "refs/heads/main"
    /// Notes go through a pipe of 64 KiB in one write.
    private static let notesAtOnce = 20
    private static let pushSeconds: Int64 = 60

    private let directory: String
    private var push: (process: pid_t, deadline: Moment)?

    /// Opens the repository, or makes a bare one.
    init(_ directory: String) throws(SourceFault) {
        self.directory = directory
        if !Files.exists("\(directory)/HEAD"), !Files.exists("\(directory)/.git") {
            _ = try GitSink.run(["init", "-q", "--bare", "-b", "main", directory])
        }
    }

    /// The newest checkpoint that is committed.
    func latest() throws(SourceFault) -> SignedCheckpoint? {
        let known = try git(["for-each-ref", GitSink.branch])
        guard !known.isEmpty else { return nil }
        let message = try git(["log", "-1", "--format=%B", GitSink.branch])
        // git ends a message with newlines of its own.
        let note = message.reversed().drop { $0 == 0x0A }.reversed() + [0x0A]
        guard let latest = SignedCheckpoint(noteBytes: note[...]) else {
            throw SourceFault(message: "\(directory): the newest commit is no checkpoint")
        }
        return latest
    }

    /// Brings the repository to where the file is, whatever a crash left undone, and pushes where a remote is set.
    func follow(_ file: CheckpointFile) throws(SourceFault) {
        guard let newest = file.latest else { return }
        let committed = try latest()
        if committed != newest { try commit(try missing(after: committed, in: file)) }
        try startPush()
    }

    private func missing(
        after committed: SignedCheckpoint?,
        in file: CheckpointFile
    ) throws(SourceFault) -> [SignedCheckpoint] {
        var missing: [SignedCheckpoint] = []
        var isFound = committed == nil
        var notes = NoteReader(try FileSource(path: file.path))
        do throws(CheckFault) {
            while let note = try notes.next() {
                if isFound { missing.append(note) }
                if note == committed { isFound = true }
            }
        } catch {
            throw SourceFault(message: "\(file.path): \(error)")
        }
        guard isFound else {
            throw SourceFault(
                message: "\(directory) holds a checkpoint that \(file.path) does not: somebody changed one")
        }
        return missing
    }

    private func commit(_ notes: [SignedCheckpoint]) throws(SourceFault) {
        var rest = notes[...]
        while !rest.isEmpty {
            let isFirst = try git(["for-each-ref", GitSink.branch]).isEmpty
            var script = ""
            for (index, note) in rest.prefix(GitSink.notesAtOnce).enumerated() {
                let data = "data \(note.note.utf8.count)\n\(note.note)\n"
                script += "commit \(GitSink.branch)\n"
                script += "committer erp-auditor <erp-auditor@localhost> \(Glibc.time(nil)) +0000\n\(data)"
                if index == 0, !isFirst { script += "from \(GitSink.branch)^0\n" }
                script += "M 100644 inline checkpoint\n\(data)"
            }
            _ = try git(["fast-import", "--quiet", "--done"], input: script + "done\n")
            rest = rest.dropFirst(GitSink.notesAtOnce)
        }
    }

    private func git(_ arguments: [String], input: String = "") throws(SourceFault) -> [UInt8] {
        try GitSink.run(["-C", directory] + arguments, input: input)
    }

    private static func run(_ arguments: [String], input: String = "") throws(SourceFault) -> [UInt8] {
        let child = try Subprocess(["git"] + arguments, input: input)
        let (status, output) = child.finish()
        guard status == 0 else {
            throw SourceFault(message: "git \(arguments.joined(separator: " ")) ended with status \(status)")
        }
        return output
    }
}

extension GitSink {
    /// Pushing may take long and fail: it never holds sealing up, and the next push brings what this one did not.
    private func startPush() throws(SourceFault) {
        guard push == nil, try !git(["remote"]).isEmpty else { return }
        let child = try Subprocess(["git", "-C", directory, "push", "-q", "origin", GitSink.branch], input: "")
        push = (child.process, Moment.now().advanced(milliseconds: GitSink.pushSeconds * 1_000))
    }

    /// What came of a push; nil while none has ended.
    func pushEnded(at now: Moment) -> Int32? {
        guard let running = push else { return nil }
        if running.deadline < now { kill(running.process, SIGKILL) }
        var status: Int32 = 0
        guard waitpid(running.process, &status, WNOHANG) != 0 else { return nil }
        push = nil
        return status
    }

    /// Lets a push under way end before the program does.
    func finishPush() -> Int32? {
        guard let running = push else { return nil }
        while true {
            if let status = pushEnded(at: .now()) { return status }
            _ = waitForSockets([], until: min(running.deadline, Moment.now().advanced(milliseconds: 50)))
        }
    }
}
