internal import AuditVerifier
internal import ErpClient
internal import Glibc

/// Writes an export file: slices of `erp.audit_export` under one header, so that the server never holds all of it at once.
final class Exporter {
    private static let leavesAtOnce: UInt64 = 10_000
    private static let bufferBytes = 1 << 20

    private let path: String
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var layouts: Set<[UInt8]> = []

    /// Opens a file of its own beside the one that it becomes; `-` is standard output.
    init(_ path: String) throws(SourceFault) {
        self.path = path
        descriptor =
            path == "-" ? dup(STDOUT_FILENO) : open("\(path).new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SourceFault(path: path) }
    }

    deinit {
        close(descriptor)
    }

    /// Writes positions `first` to `last` of a ledger.
    func write(_ database: AuditDatabase, ledger: String, first: UInt64, last: UInt64) throws(StepError) {
        let header = """
            {"format": 1, "ledger": \(jsonString(ledger)), "exported_at": "\(utcNow())", "first": \(first), "last": \(last)}
            """
        try put(Array("EAX1".utf8))
        try put(record("H", Array(header.utf8)))
        var next = first
        while next <= last {
            let end = min(last, next + Exporter.leavesAtOnce - 1)
            try copy(database, next, end)
            next = end + 1
        }
        let count = last + 1 - first
        try put(record("E", (0..<8).map { UInt8(truncatingIfNeeded: count >> (56 - 8 * $0)) }))
        try finish()
    }

    private func copy(_ database: AuditDatabase, _ first: UInt64, _ last: UInt64) throws(StepError) {
        let portal = try askDatabase { () throws(PostgresError) in
            try ExportPortal(database.connection, first: first, last: last)
        }
        defer { portal.close() }
        while true {
            let records = try askDatabase { () throws(PostgresError) in try portal.next() }
            if records.isEmpty { return }
            for record in records {
                switch record.first {
                case UInt8(ascii: "L"), UInt8(ascii: "B"): try put(record)
                // Every slice names all layouts.
                case UInt8(ascii: "Y"): if layouts.insert(record).inserted { try put(record) }
                default: break
                }
            }
        }
    }

    private func record(_ type: Character, _ bytes: [UInt8]) -> [UInt8] {
        [type.asciiValue ?? 0] + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: bytes.count >> $0) } + bytes
    }

    private func put(_ bytes: [UInt8]) throws(StepError) {
        buffer += bytes
        if buffer.count >= Exporter.bufferBytes { try flush() }
    }

    private func flush() throws(StepError) {
        try writeSink { () throws(SourceFault) in try Files.write(descriptor, buffer, path) }
        buffer.removeAll(keepingCapacity: true)
    }

    private func finish() throws(StepError) {
        try flush()
        guard path != "-" else { return }
        guard fsync(descriptor) == 0, rename("\(path).new", path) == 0 else {
            throw .sink(SourceFault(path: path).message)
        }
    }
}
