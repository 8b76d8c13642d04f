internal import Glibc

/// What a program may know of its surroundings: variables and files.
public struct ModelEnvironment: Sendable {
    let variable: @Sendable (String) -> String?
    let file: @Sendable (String) -> String?

    public init(
        variable: @escaping @Sendable (String) -> String?,
        file: @escaping @Sendable (String) -> String?
    ) {
        self.variable = variable
        self.file = file
    }

    /// The process's own.
    public static let process = ModelEnvironment(
        variable: { name in getenv(name).map { String(cString: $0) } },
        file: { path in read(path) }
    )

    /// The key of a name: the systemd credential of that name, or else the environment variable; nil when there is none.
    ///
    /// A name begins with ERP_MODEL_KEY, so that settings cannot send any other variable to a server.
    func key(_ name: String) throws(ModelError) -> ModelKey? {
        guard name.hasPrefix("ERP_MODEL_KEY"), name.utf8.allSatisfy(ModelEnvironment.isNamed) else {
            throw ModelError(.misconfigured, "\(name) names no key: ERP_MODEL_KEY, or a name that begins with it, does")
        }
        let credential = variable("CREDENTIALS_DIRECTORY").flatMap { file("\($0)/\(name)") }
        guard let text = credential ?? variable(name), !text.isEmpty else { return nil }
        guard let key = ModelKey(text) else {
            throw ModelError(.misconfigured, "\(name) holds spaces or characters that no key has")
        }
        return key
    }

    private static func isNamed(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "_")
    }

    private static func read(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            guard count >= 0 else { return nil }
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(contentsOf: buffer[..<count])
        }
    }
}
