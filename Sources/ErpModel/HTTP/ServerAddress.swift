/// Where a model's server is, from an address that leaves no room for two readings.
///
/// `https://host[:port][/path]`, or `http://` to this machine alone, since a key must not cross a network in the clear.
/// Names, passwords, queries, fragments, escapes and anything outside a short list of characters are refused, so that
/// libcurl cannot see another host than this does.
public struct ServerAddress: Equatable, Sendable {
    /// Without a slash at the end.
    public let text: String
    /// Whether the server is this machine.
    public let isLoopback: Bool

    public init(_ text: String) throws(ModelError) {
        let (isSecure, rest) = try ServerAddress.scheme(text)
        let slash = rest.utf8.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
        guard let host = ServerAddress.host(rest[..<slash]) else {
            throw ServerAddress.refusal("\(text) names no host, or has characters that an address must not have")
        }
        guard rest[slash...].utf8.allSatisfy({ ServerAddress.isWord($0) || $0 == UInt8(ascii: "/") }) else {
            throw ServerAddress.refusal("the path of \(text) has characters that an address must not have")
        }
        isLoopback = ServerAddress.isLoopback(host)
        guard isSecure || isLoopback else {
            throw ServerAddress.refusal("\(text) is not encrypted: use https, http is for this machine alone")
        }
        var bytes = Array(text.utf8)[...]
        while bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
        self.text = String(decoding: bytes, as: UTF8.self)
    }

    private static func scheme(_ text: String) throws(ModelError) -> (isSecure: Bool, rest: Substring) {
        if text.hasPrefix("https://") { return (true, text.dropFirst(8)) }
        if text.hasPrefix("http://") { return (false, text.dropFirst(7)) }
        throw refusal("\(text) is no address: https://host/path is expected")
    }

    /// The host of `host[:port]` or `[v6][:port]`; nil when it is none.
    private static func host(_ authority: Substring) -> Substring? {
        var host = authority
        if let bracket = authority.utf8.firstIndex(of: UInt8(ascii: "]")) {
            host = authority[...bracket]
            let inside = host.dropFirst().dropLast()
            guard host.hasPrefix("["), !inside.isEmpty, inside.utf8.allSatisfy({ $0 == 0x3A || isHexadecimal($0) })
            else { return nil }
        } else {
            host = authority.prefix { $0 != ":" }
            guard !host.isEmpty, host.utf8.allSatisfy(isWord) else { return nil }
        }
        let port = authority[host.endIndex...]
        if port.isEmpty { return host }
        guard port.hasPrefix(":"), let number = UInt16(port.dropFirst()), number > 0 else { return nil }
        return host
    }

    private static func isLoopback(_ host: Substring) -> Bool {
        if host == "localhost" || host == "[::1]" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127"
            && parts.allSatisfy { part in
                UInt8(part).map { String($0) == part } ?? false
            }
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        Character(UnicodeScalar(byte)).isHexDigit
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default:
            false
        }
    }

    private static func refusal(_ message: String) -> ModelError { ModelError(.misconfigured, message) }
}
