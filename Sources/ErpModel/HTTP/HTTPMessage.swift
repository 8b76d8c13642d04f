/// A POST of JSON.
struct HTTPRequest {
    let url: String
    /// The caller's own headers, such as the key; content type and length are added.
    let headers: [(name: String, value: String)]
    let body: JSONText
    /// Set when the address is this machine's own, which no proxy may see.
    let isLoopback: Bool
    /// A file of certificate authorities to trust instead of the system's.
    let authorities: String?
}

/// The status and headers of a reply.
struct HTTPHead: Equatable, Sendable {
    var status: Int
    var headers: [(name: String, value: String)] = []

    /// The value of a header; names have no case.
    subscript(name: String) -> String? {
        headers.first { $0.name == name.lowercased() }?.value
    }

    static func == (left: HTTPHead, right: HTTPHead) -> Bool {
        left.status == right.status && left.headers.elementsEqual(right.headers, by: ==)
    }
}

/// Collects the header lines of a reply; a further status line, after 100 Continue, begins anew.
struct HTTPHeadReader: Equatable, Sendable {
    private(set) var head = HTTPHead(status: 0)
    private(set) var isComplete = false

    mutating func read(_ line: [UInt8]) {
        let line = line[...].trimmingSpace
        if line.starts(with: "HTTP/".utf8) {
            let words = String(decoding: line, as: UTF8.self).split(separator: " ")
            head = HTTPHead(status: words.dropFirst().first.flatMap { Int($0) } ?? 0)
            isComplete = false
        } else if line.isEmpty {
            isComplete = head.status >= 200
        } else if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
            let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
            head.headers.append((name, String(decoding: line[(colon + 1)...].trimmingSpace, as: UTF8.self)))
        }
    }
}

/// How long a call may take and how much may come back.
public struct HTTPLimits: Equatable, Sendable {
    public var connectMilliseconds: Int64
    /// Between two arrivals of bytes; a model that thinks sends pings.
    public var idleMilliseconds: Int64
    public var responseBytes: Int
}

/// Why a call brought no reply, or not all of one.
struct HTTPFailure: Error, Equatable {
    enum Kind: Equatable {
        case unreachable, insecure, timedOut, cancelled, tooLarge
    }

    let kind: Kind
    let message: String
}
