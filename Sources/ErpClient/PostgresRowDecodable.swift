/// A type that mirrors the rows of one public view.
public protocol PostgresRowDecodable {
    /// Name of the view.
    static var viewName: String { get }

    /// Reads the columns by name.
    init(row: PostgresRow) throws(PostgresError)
}

extension PostgresConnection {
    /// The rows of a view that meet a condition, with parameters from `$1` on.
    ///
    /// The condition is SQL and must come from the program, never from outside.
    public func rows<Row: PostgresRowDecodable>(
        of type: Row.Type = Row.self,
        where condition: String = "true",
        _ parameters: [String?] = []
    ) throws(PostgresError) -> [Row] {
        var rows: [Row] = []
        let sql = "SELECT * FROM public.\(Row.viewName) WHERE \(condition)"
        for row in try query(sql, parameters).rows { rows.append(try Row(row: row)) }
        return rows
    }
}
