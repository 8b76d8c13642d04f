internal import Glibc

/// Small files: keys, states, proofs.
public enum Files {
    /// The whole file, when it is at most a megabyte long.
    public static func read(_ path: String) throws(SourceFault) -> [UInt8] {
        let source = try FileSource(path: path)
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        var count = 0
        while count < bytes.count {
            let read = try source.read(into: &bytes, from: count)
            if read == 0 { return Array(bytes[..<count]) }
            count += read
        }
        throw SourceFault(message: "\(path): the file is too large")
    }

    public static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Puts a file into its place whole or not at all, and lasting.
    public static func replace(_ path: String, _ text: String) throws(SourceFault) {
        let fresh = "\(path).new"
        let descriptor = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw SourceFault(path: fresh) }
        defer { close(descriptor) }
        try write(descriptor, Array(text.utf8), fresh)
        guard fsync(descriptor) == 0, rename(fresh, path) == 0 else { throw SourceFault(path: path) }
    }

    /// Writes all bytes to a descriptor.
    public static func write(_ descriptor: Int32, _ bytes: [UInt8], _ path: String) throws(SourceFault) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.write(descriptor, buffer.baseAddress?.advanced(by: written), buffer.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw SourceFault(path: path) }
            written += count
        }
    }
}
