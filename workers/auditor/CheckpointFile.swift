internal import AuditVerifier
internal import Glibc

/// The first sink: an append-only file, written before any other, from which the auditor knows what it has signed.
final class CheckpointFile {
    private let descriptor: Int32
    let path: String
    /// The newest note; nil for an empty file.
    private(set) var latest: SignedCheckpoint?

    /// Opens or makes the file and cuts off a note that a crash left unfinished; one auditor at a time.
    init(_ path: String) throws(SourceFault) {
        self.path = path
        descriptor = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw SourceFault(path: path) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw SourceFault(message: "\(path): another auditor holds it")
        }
        try recover()
    }

    deinit {
        close(descriptor)
    }

    /// Adds a note, lasting when it returns; a note that does not fit any more leaves the file as it was.
    func append(_ checkpoint: SignedCheckpoint) throws(SourceFault) {
        let end = lseek(descriptor, 0, SEEK_END)
        do throws(SourceFault) {
            let separator = latest == nil ? "" : "\(SignedCheckpoint.separator)\n"
            try Files.write(descriptor, Array((separator + checkpoint.note).utf8), path)
            guard fsync(descriptor) == 0 else { throw SourceFault(path: path) }
        } catch {
            ftruncate(descriptor, end)
            throw error
        }
        latest = checkpoint
    }

    private func recover() throws(SourceFault) {
        let size = lseek(descriptor, 0, SEEK_END)
        let separator = Array("\n\(SignedCheckpoint.separator)\n".utf8)
        let tail = try read(from: max(0, size - 8_192))
        let parts = tail.split(separator: separator, omittingEmptySubsequences: false)
        guard let last = parts.last, size > 0 else { return }
        if let whole = SignedCheckpoint(noteBytes: last) {
            latest = whole
            return
        }
        // A separator and what follows it were one write; a crash of the machine may have kept a part of it.
        let before = parts.count > 1 ? SignedCheckpoint(noteBytes: parts[parts.count - 2] + [0x0A]) : nil
        guard before != nil || parts.count == 1, last.count < 1_024 else {
            throw SourceFault(message: "\(path): the last checkpoints cannot be read")
        }
        let torn = before == nil ? last.count : last.count + separator.count - 1
        guard ftruncate(descriptor, size - off_t(torn)) == 0, fsync(descriptor) == 0 else {
            throw SourceFault(path: path)
        }
        latest = before
    }

    private func read(from offset: off_t) throws(SourceFault) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 8_192)
        let count = pread(descriptor, &bytes, bytes.count, offset)
        guard count >= 0 else { throw SourceFault(path: path) }
        return Array(bytes[..<count])
    }
}
