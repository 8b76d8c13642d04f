internal import Glibc

/// Text in and out.
struct Terminal {
    /// Writes without buffering, so that the two streams keep their order in a log.
    func write(_ text: String, to descriptor: Int32 = STDOUT_FILENO) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    func say(_ line: String) {
        write("\(line)\n")
    }

    /// One line typed by a person; nil when there is nobody.
    func ask(_ question: String) -> String? {
        write(question)
        return readLine()
    }

    /// The text of a file, `-` being standard input; nil when it cannot be read.
    func read(_ file: String) -> String? {
        let descriptor = file == "-" ? STDIN_FILENO : open(file, O_RDONLY)
        guard descriptor >= 0 else { return nil }
        defer { if file != "-" { close(descriptor) } }
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            guard count >= 0 else { return nil }
            guard count > 0 else { return String(decoding: text, as: UTF8.self) }
            text += buffer[..<count]
        }
    }
}
