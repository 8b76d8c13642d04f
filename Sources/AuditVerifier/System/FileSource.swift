internal import Glibc

/// A file, or standard input under the name `-`, as a source of bytes.
public final class FileSource: ByteSource {
    private let descriptor: Int32
    private let path: String

    public init(path: String) throws(SourceFault) {
        self.path = path
        descriptor = path == "-" ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SourceFault(path: path) }
    }

    deinit {
        close(descriptor)
    }

    public func read(into buffer: inout [UInt8], from start: Int) throws(SourceFault) -> Int {
        while true {
            let count = buffer.withUnsafeMutableBytes { bytes in
                Glibc.read(descriptor, bytes.baseAddress?.advanced(by: start), bytes.count - start)
            }
            if count >= 0 { return count }
            guard errno == EINTR else { throw SourceFault(path: path) }
        }
    }
}

extension SourceFault {
    /// What errno says of a file.
    public init(path: String) {
        self.init(message: "\(path): \(String(cString: strerror(errno)))")
    }
}
