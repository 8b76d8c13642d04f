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

    /// A separator and the note after it are one write, of which a crash of the machine may have kept a part.
    private func recover() throws(SourceFault) {
        let size = lseek(descriptor, 0, SEEK_END)
        guard size > 0 else { return }
        let tail = try read(from: max(0, size - 8_192))
        let parts = tail.split(separator: Array("\n--\n".utf8), omittingEmptySubsequences: false)
        let last = parts.last ?? []
        for torn in ["", "-", "--"] where last.ends(with: Array(torn.utf8)) {
            guard let whole = SignedCheckpoint(noteBytes: last.dropLast(torn.utf8.count)) else { continue }
            try cut(torn.utf8.count, from: size)
            latest = whole
            return
        }
        let before = parts.count > 1 ? SignedCheckpoint(noteBytes: parts[parts.count - 2] + [0x0A]) : nil
        guard CheckpointFile.beginsNote(last), before != nil || parts.count == 1 else {
            throw SourceFault(message: "\(path): the newest checkpoint cannot be read")
        }
        try cut(before == nil ? last.count : last.count + "--\n".utf8.count, from: size)
        latest = before
    }

    private static func beginsNote(_ bytes: ArraySlice<UInt8>) -> Bool {
        let origin = Array("headless-erp/audit/".utf8)
        return bytes.count < 1_024 && bytes.prefix(origin.count).elementsEqual(origin.prefix(bytes.count))
    }

    private func cut(_ count: Int, from size: off_t) throws(SourceFault) {
        guard count > 0 else { return }
        guard ftruncate(descriptor, size - off_t(count)) == 0, fsync(descriptor) == 0 else {
            throw SourceFault(path: path)
        }
    }

    private func read(from offset: off_t) throws(SourceFault) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 8_192)
        let count = pread(descriptor, &bytes, bytes.count, offset)
        guard count >= 0 else { throw SourceFault(path: path) }
        return Array(bytes[..<count])
    }
}

extension ArraySlice where Element: Equatable {
    fileprivate func ends(with suffix: [Element]) -> Bool { self.suffix(suffix.count).elementsEqual(suffix) }
}
