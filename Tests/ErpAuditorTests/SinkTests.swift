import AuditVerifier
import Foundation
import Testing

@testable import ErpAuditor

struct SinkTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "erp-auditor-\(UUID().uuidString)")

    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    private func path(_ name: String) -> String { folder.appending(path: name).path }

    private func remove() { try? FileManager.default.removeItem(at: folder) }

    private func checkpoint(_ size: UInt64) throws -> SignedCheckpoint {
        let digest = try #require(Digest(repeatElement(UInt8(truncatingIfNeeded: size), count: 32)))
        let checkpoint = Checkpoint(
            ledger: "6f1c1e5e-2f0a-4d0c-9a7b-3c5d7e9f1a2b",
            size: size,
            root: digest,
            row: digest,
            time: "2026-11-21T15:00:00Z",
            previous: nil
        )
        return SignedCheckpoint(checkpoint: checkpoint, keyName: "test", signature: [UInt8](repeating: 1, count: 64))
    }

    private func notes(_ path: String) throws -> [UInt64] {
        var reader = NoteReader(try FileSource(path: path))
        var sizes: [UInt64] = []
        while let note = try reader.next() { sizes.append(note.checkpoint.size) }
        return sizes
    }

    @Test("a file goes on from its newest note")
    func goesOn() throws {
        defer { remove() }
        for size in 1...40 as ClosedRange<UInt64> {
            let file = try CheckpointFile(path("notes"))
            #expect(file.latest?.checkpoint.size == (size == 1 ? nil : size - 1))
            try file.append(checkpoint(size))
        }
        #expect(try notes(path("notes")) == Array(1...40))
    }

    @Test("a note that a crash left unfinished is cut off, wherever it ended")
    func torn() throws {
        defer { remove() }
        let (first, second) = (try checkpoint(1), try checkpoint(2))
        let whole = Array(first.note.utf8)
        let added = Array("--\n\(second.note)".utf8)
        for length in 0...added.count {
            try Data(whole + added[..<length]).write(to: folder.appending(path: "notes"))
            let file = try CheckpointFile(path("notes"))
            #expect(file.latest == (length == added.count ? second : first), "\(length) bytes")
            try file.append(checkpoint(3))
            #expect(try notes(path("notes")) == (length == added.count ? [1, 2, 3] : [1, 3]), "\(length) bytes")
        }
        for length in 0..<whole.count {
            try Data(whole[..<length]).write(to: folder.appending(path: "notes"))
            #expect(try CheckpointFile(path("notes")).latest == nil, "\(length) bytes")
            #expect(try Files.read(path("notes")) == [])
        }
    }

    @Test("a file that is not one of checkpoints is left alone")
    func foreign() throws {
        defer { remove() }
        for times in [1, 200] {
            let text = String(repeating: "something else\n", count: times)
            try Data(text.utf8).write(to: folder.appending(path: "notes"))
            #expect(throws: SourceFault.self) { try CheckpointFile(path("notes")) }
            #expect(try Files.read(path("notes")) == Array(text.utf8))
        }
    }

    @Test("one auditor holds a file at a time")
    func lock() throws {
        defer { remove() }
        let file = try CheckpointFile(path("notes"))
        #expect(throws: SourceFault.self) { try CheckpointFile(path("notes")) }
        #expect(file.latest == nil)
    }

    @Test("the repository follows the file, also over many notes that it missed")
    func git() throws {
        defer { remove() }
        let file = try CheckpointFile(path("notes"))
        for size in 1...2 as ClosedRange<UInt64> {
            try file.append(checkpoint(size))
            try GitSink(path("notes.git")).follow(file)
            #expect(try GitSink(path("notes.git")).latest() == file.latest)
        }
        for size in 3...45 as ClosedRange<UInt64> { try file.append(checkpoint(size)) }
        try GitSink(path("notes.git")).follow(file)
        try GitSink(path("notes.git")).follow(file)
        let log = try Subprocess(
            ["git", "-C", path("notes.git"), "log", "--reverse", "--format=%B--", "main"], input: "")
        var reader = NoteReader(ByteArraySource(log.finish().output))
        var sizes: [UInt64] = []
        while let note = try reader.next() { sizes.append(note.checkpoint.size) }
        #expect(sizes == Array(1...45))
    }

    @Test("a repository that holds what the file does not is told")
    func contradiction() throws {
        defer { remove() }
        let file = try CheckpointFile(path("notes"))
        try file.append(checkpoint(1))
        try file.append(checkpoint(2))
        try GitSink(path("notes.git")).follow(file)
        let other = try CheckpointFile(path("other"))
        try other.append(checkpoint(1))
        try other.append(checkpoint(3))
        #expect(throws: SourceFault.self) { try GitSink(path("notes.git")).follow(other) }
    }

    @Test("a repository with a remote is pushed")
    func push() throws {
        defer { remove() }
        let file = try CheckpointFile(path("notes"))
        try file.append(checkpoint(1))
        _ = try GitSink(path("remote.git"))
        let sink = try GitSink(path("notes.git"))
        let add = ["git", "-C", path("notes.git"), "remote", "add", "origin", path("remote.git")]
        #expect(try Subprocess(add, input: "").finish().status == 0)
        try sink.follow(file)
        #expect(sink.finishPush() == 0)
        #expect(try GitSink(path("remote.git")).latest() == file.latest)
    }

    @Test("a private key that others may read is refused, and so is what is no key")
    func key() throws {
        defer { remove() }
        let made = try Subprocess(["openssl", "genpkey", "-algorithm", "ed25519", "-out", path("key.pem")], input: "")
        #expect(made.finish().status == 0)
        chmod(path("key.pem"), 0o600)
        let key = try SigningKey.read(path("key.pem"))
        #expect(SigningKey.name(of: key).hasPrefix("erp-auditor-"))
        for mode: mode_t in [0o640, 0o604] {
            chmod(path("key.pem"), mode)
            #expect(throws: SourceFault.self) { try SigningKey.read(path("key.pem")) }
        }
        try Data("no key".utf8).write(to: folder.appending(path: "none.pem"))
        chmod(path("none.pem"), 0o600)
        #expect(throws: SourceFault.self) { try SigningKey.read(path("none.pem")) }
        #expect(throws: SourceFault.self) { try SigningKey.read(path("missing.pem")) }
    }
}
