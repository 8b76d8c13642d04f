internal import CLibPQ

/// An error reported by PostgreSQL, or by libpq about the connection to it.
///
/// A failure of the connection itself carries class 08, so that a caller decides by `sqlState` alone.
public struct PostgresError: Error, Equatable, Sendable, CustomStringConvertible {
    public var sqlState: SQLState
    public var message: String
    public var detail: String?
    public var hint: String?
    public var schema: String?
    public var table: String?
    public var column: String?
    public var constraint: String?
    /// The first function or statement context, as the server wrote it.
    public var context: String?
    /// One-based character offset into the statement that failed.
    public var position: Int?

    public init(_ sqlState: SQLState, _ message: String, detail: String? = nil, hint: String? = nil) {
        self.sqlState = sqlState
        self.message = message
        self.detail = detail
        self.hint = hint
    }

    public var description: String {
        var text = "\(sqlState): \(message)"
        if let detail { text += "; detail: \(detail)" }
        if let hint { text += "; hint: \(hint)" }
        return text
    }
}

extension PostgresError {
    init(result: OpaquePointer?) {
        func field(_ code: Character) -> String? {
            guard let scalar = code.asciiValue, let text = PQresultErrorField(result, Int32(scalar)) else { return nil }
            return String(cString: text)
        }
        let primary = field("M") ?? String(cString: PQresultErrorMessage(result))
        self.init(
            field("C").map(SQLState.init(rawValue:)) ?? .connectionFailure,
            PostgresError.firstLine(primary),
            detail: field("D"),
            hint: field("H")
        )
        schema = field("s")
        table = field("t")
        column = field("c")
        constraint = field("n")
        context = field("W")
        position = (field("P") ?? field("p")).flatMap { Int($0) }
    }

    init(connection: OpaquePointer?, _ sqlState: SQLState) {
        self.init(sqlState, PostgresError.firstLine(String(cString: PQerrorMessage(connection))))
    }

    private static func firstLine(_ text: String) -> String {
        var end = text.utf8.endIndex
        while end > text.utf8.startIndex, text.utf8[text.utf8.index(before: end)] == 10 {
            end = text.utf8.index(before: end)
        }
        return String(decoding: text.utf8[..<end].map { $0 == 10 ? 32 : $0 }, as: UTF8.self)
    }
}
