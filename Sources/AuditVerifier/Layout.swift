/// The columns of a table as row images hold them.
struct Layout: Equatable {
    let table: String
    let columns: [String]
    let types: [String]

    /// Reads the JSON of a layout record.
    init(json bytes: [UInt8]) throws(FormatFault) {
        guard let json = JSON(bytes), let table = json["table"]?.string, let columns = json["columns"]?.strings,
            let types = json["types"]?.strings, columns.count == types.count, columns.count <= 0xFFFF
        else { throw FormatFault("a layout is no JSON object with table, columns and types") }
        self.table = table
        self.columns = columns
        self.types = types
    }

    /// `H("LY1" || value(table) || u16 count || (value(column) || value(type))*)`.
    func hash(_ hasher: Hasher) -> Digest {
        var encoding = Array("LY1".utf8)
        func append(_ text: String) {
            let utf8 = Array(text.utf8)
            encoding.append(ValueType.text.rawValue)
            for shift in [24, 16, 8, 0] { encoding.append(UInt8(truncatingIfNeeded: utf8.count >> shift)) }
            encoding += utf8
        }
        append(table)
        encoding.append(UInt8(truncatingIfNeeded: columns.count >> 8))
        encoding.append(UInt8(truncatingIfNeeded: columns.count))
        for (column, type) in zip(columns, types) {
            append(column)
            append(type)
        }
        return hasher.hash(encoding)
    }
}
