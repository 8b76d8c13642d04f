/// A provider's key. It has no description: neither a log nor a dump can show it.
public struct ModelKey: Equatable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    let secret: String

    /// Takes a key without the white space around it; nil when it could not stand in a header.
    init?(_ text: String) {
        let bytes = Array(text.utf8)[...].trimmingSpace
        guard !bytes.isEmpty, bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        secret = String(decoding: bytes, as: UTF8.self)
    }

    public var description: String { "key" }
    public var debugDescription: String { "key" }
    public var customMirror: Mirror { Mirror(self, children: []) }

    /// A text without the key in it, should a server have repeated it.
    func removed(from text: String) -> String {
        text.replacing(secret, with: "…")
    }
}
