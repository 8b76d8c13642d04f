internal import CLibPQ

/// The rows of one statement; owns the libpq result and frees it.
public final class PostgresResult {
    let pointer: OpaquePointer

    init(owning pointer: OpaquePointer) {
        self.pointer = pointer
    }

    deinit {
        PQclear(pointer)
    }

    /// Number of rows.
    public var count: Int { Int(PQntuples(pointer)) }

    /// Column names in order.
    public var columns: [String] {
        (0..<PQnfields(pointer)).map { index in
            PQfname(pointer, index).map { String(cString: $0) } ?? ""
        }
    }

    /// The rows in order.
    public var rows: [PostgresRow] {
        (0..<count).map { PostgresRow(result: self, index: Int32($0)) }
    }

    /// The first row, when there is one.
    public var first: PostgresRow? {
        count > 0 ? PostgresRow(result: self, index: 0) : nil
    }

    /// The command tag of the statement, such as `INSERT 0 1`.
    public var commandTag: String { String(cString: PQcmdStatus(pointer)) }
}

/// One row of a result, decoded column by column.
public struct PostgresRow {
    let result: PostgresResult
    let index: Int32

    /// The text of a column, nil when the value is NULL or the column does not exist.
    public func text(_ column: Int) -> String? {
        let field = Int32(truncatingIfNeeded: column)
        guard field >= 0, field < PQnfields(result.pointer), PQgetisnull(result.pointer, index, field) == 0,
            let bytes = PQgetvalue(result.pointer, index, field)
        else { return nil }
        let length = Int(PQgetlength(result.pointer, index, field))
        return bytes.withMemoryRebound(to: UInt8.self, capacity: length) {
            String(decoding: UnsafeBufferPointer(start: $0, count: length), as: UTF8.self)
        }
    }

    /// The bytes of a `bytea` column, nil when the value is NULL or not in the form `\x…`.
    public func bytes(_ column: Int) -> [UInt8]? {
        let field = Int32(truncatingIfNeeded: column)
        guard field >= 0, field < PQnfields(result.pointer), PQgetisnull(result.pointer, index, field) == 0,
            let text = PQgetvalue(result.pointer, index, field)
        else { return nil }
        let length = Int(PQgetlength(result.pointer, index, field))
        return text.withMemoryRebound(to: UInt8.self, capacity: length) {
            hexBytes(UnsafeBufferPointer(start: $0, count: length))
        }
    }

    /// Decodes a column that must not be NULL.
    public func decode<Value: PostgresDecodable>(
        _ column: Int,
        as type: Value.Type = Value.self
    ) throws(PostgresError) -> Value {
        guard let text = text(column) else {
            throw PostgresError(.dataException, "column \(name(column)) is null or absent")
        }
        guard let value = Value(postgresText: text) else {
            throw PostgresError(.dataException, "column \(name(column)) cannot be read as \(type)", detail: text)
        }
        return value
    }

    /// Decodes a column that may be NULL.
    public func decodeIfPresent<Value: PostgresDecodable>(
        _ column: Int,
        as type: Value.Type = Value.self
    ) throws(PostgresError) -> Value? {
        text(column) == nil ? nil : try decode(column, as: type)
    }

    /// Decodes a column by name that must not be NULL.
    public func decode<Value: PostgresDecodable>(
        _ column: String,
        as type: Value.Type = Value.self
    ) throws(PostgresError) -> Value {
        try decode(number(of: column), as: type)
    }

    /// Decodes a column by name that may be NULL.
    public func decodeIfPresent<Value: PostgresDecodable>(
        _ column: String,
        as type: Value.Type = Value.self
    ) throws(PostgresError) -> Value? {
        try decodeIfPresent(number(of: column), as: type)
    }

    private func number(of column: String) throws(PostgresError) -> Int {
        let number = PQfnumber(result.pointer, "\"\(column)\"")
        guard number >= 0 else {
            throw PostgresError(.dataException, "the result has no column \(column)")
        }
        return Int(number)
    }

    private func name(_ column: Int) -> String {
        PQfname(result.pointer, Int32(truncatingIfNeeded: column)).map { String(cString: $0) } ?? "\(column)"
    }
}

/// Reads `\x` and pairs of hexadecimal digits.
private func hexBytes(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x61...0x66: digit - 0x61 + 10
        default: nil
        }
    }
    guard text.count >= 2, text.count % 2 == 0, text[0] == UInt8(ascii: "\\"), text[1] == UInt8(ascii: "x") else {
        return nil
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count / 2 - 1)
    for index in stride(from: 2, to: text.count, by: 2) {
        guard let high = value(text[index]), let low = value(text[index + 1]) else { return nil }
        bytes.append(high << 4 | low)
    }
    return bytes
}
