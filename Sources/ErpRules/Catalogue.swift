/// The types that conditions know.
public enum ValueType: String, Hashable, Sendable {
    case number, text, boolean, date, timestamp, timestamptz, uuid, json, duration, other
}

/// A column as far as analysis needs it.
public struct Column: Hashable, Sendable {
    public let name: String
    public let type: ValueType
    /// The type as SQL writes it.
    public let sqlType: String
    public let comment: String?
    public let isNotNull: Bool
    let isInteger: Bool
    /// Digits before and after the point; nil when any number may be stored.
    let digits: Digits?
    let maximumLength: Int?
    let labels: [String]
    let generated: String?
    /// The table and column that a single-column foreign key points to.
    public let reference: Reference?

    public struct Reference: Hashable, Sendable {
        public let table: String
        public let column: String
        /// Whether the row referred to is certainly there when rules are judged.
        let isCertain: Bool
    }
}

/// A table with what its stored rows are known to satisfy.
public struct Table: Sendable {
    public let name: String
    public let comment: String?
    public let columns: [Column]
    /// The conditions of CHECK constraints, as SQL.
    let checks: [String]

    public func column(_ name: String) -> Column? {
        columns.first { $0.name == name }
    }
}

/// The tables that rules can name, as `Catalogue.sql` reads them.
public struct Catalogue: Sendable {
    public let tables: [String: Table]

    public init?(_ text: String) {
        guard let json = JSONValue(text) else { return nil }
        var tables: [String: Table] = [:]
        for entry in json.elements {
            guard let name = entry["name"]?.text else { return nil }
            tables[name] = Table(
                name: name,
                comment: entry["comment"]?.text,
                columns: entry["columns"]?.elements.compactMap(Column.init) ?? [],
                checks: entry["checks"]?.elements.compactMap(\.text) ?? []
            )
        }
        self.tables = tables
    }

    /// The column at the end of a path and the table it is in; nil when the path does not resolve.
    public func resolve(_ table: String, _ path: [String]) -> (table: Table, column: Column, rest: [String])? {
        guard var current = tables[table] else { return nil }
        for (index, step) in path.enumerated() {
            guard let column = current.column(step) else { return nil }
            let rest = Array(path[(index + 1)...])
            if rest.isEmpty || column.type == .json { return (current, column, rest) }
            guard let reference = column.reference, let next = tables[reference.table] else { return nil }
            current = next
        }
        return nil
    }
}

extension Column {
    init?(_ json: JSONValue) {
        guard let name = json["name"]?.text, let type = json["type"]?.text, let base = json["base"]?.text else {
            return nil
        }
        self.name = name
        self.type = ValueType(rawValue: type) ?? .other
        sqlType = json["sql"]?.text ?? base
        comment = json["comment"]?.text
        isNotNull = json["not_null"]?.bool ?? false
        isInteger = ["int2", "int4", "int8"].contains(base)
        maximumLength = json["length"]?.integer
        labels = json["labels"]?.elements.compactMap(\.text) ?? []
        generated = json["generated"]?.text
        switch base {
        case "int2": digits = Digits(whole: 5, scale: 0)
        case "int4": digits = Digits(whole: 10, scale: 0)
        case "int8": digits = Digits(whole: 19, scale: 0)
        default:
            if let precision = json["precision"]?.integer, let scale = json["scale"]?.integer, scale >= 0 {
                digits = Digits(whole: max(precision - scale, 0), scale: scale)
            } else {
                digits = nil
            }
        }
        reference = json["reference"].flatMap { found in
            guard let table = found["table"]?.text, let column = found["column"]?.text else { return nil }
            return Reference(table: table, column: column, isCertain: found["certain"]?.bool ?? false)
        }
    }
}

extension Catalogue {
    /// One row, one column: what `init` reads. Domains count as their base type, with the NOT NULL of either.
    public static let sql = """
        WITH RECURSIVE base (oid, type, typmod, not_null) AS (
            SELECT t.oid, t.oid, -1, false FROM pg_catalog.pg_type AS t
            UNION ALL
            SELECT b.oid, t.typbasetype, t.typtypmod, b.not_null OR t.typnotnull
            FROM base AS b JOIN pg_catalog.pg_type AS t ON t.oid = b.type AND t.typtype = 'd'
        ), col AS (
            SELECT a.*, t.typname, t.typtype, b.type AS base_type, b.not_null AS domain_not_null,
                CASE WHEN b.typmod <> -1 THEN b.typmod ELSE a.atttypmod END AS modifier
            FROM pg_catalog.pg_attribute AS a
            JOIN base AS b ON b.oid = a.atttypid
            JOIN pg_catalog.pg_type AS t ON t.oid = b.type AND t.typtype <> 'd'
            WHERE a.attnum > 0 AND NOT a.attisdropped
        )
        SELECT jsonb_agg(jsonb_build_object(
            'name', n.nspname || '.' || c.relname,
            'comment', obj_description(c.oid, 'pg_class'),
            'columns', (SELECT jsonb_agg(jsonb_build_object(
                'name', a.attname, 'base', a.typname, 'sql', format_type(a.atttypid, a.atttypmod),
                'comment', col_description(c.oid, a.attnum),
                'type', CASE
                    WHEN a.typtype = 'e' THEN 'text'
                    WHEN a.typname IN ('int2', 'int4', 'int8', 'numeric', 'float4', 'float8') THEN 'number'
                    WHEN a.typname IN ('text', 'varchar', 'bpchar', 'name') THEN 'text'
                    WHEN a.typname = 'bool' THEN 'boolean'
                    WHEN a.typname IN ('date', 'timestamp', 'timestamptz', 'uuid') THEN a.typname::text
                    WHEN a.typname IN ('json', 'jsonb') THEN 'json'
                    ELSE 'other' END,
                'not_null', a.attnotnull OR a.domain_not_null,
                'precision', CASE WHEN a.typname = 'numeric' AND a.modifier > 4 THEN ((a.modifier - 4) >> 16) & 65535 END,
                'scale', CASE WHEN a.typname = 'numeric' AND a.modifier > 4 THEN ((((a.modifier - 4) & 2047) # 1024) - 1024) END,
                'length', CASE WHEN a.typname IN ('varchar', 'bpchar') AND a.modifier > 4 THEN a.modifier - 4 END,
                'labels', (SELECT jsonb_agg(e.enumlabel) FROM pg_catalog.pg_enum AS e WHERE e.enumtypid = a.base_type),
                'generated', (SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_catalog.pg_attrdef AS d
                    WHERE a.attgenerated = 's' AND d.adrelid = c.oid AND d.adnum = a.attnum),
                'reference', (SELECT jsonb_build_object(
                        'table', fn.nspname || '.' || fc.relname, 'column', fa.attname,
                        'certain', f.convalidated AND NOT f.condeferrable)
                    FROM pg_catalog.pg_constraint AS f
                    JOIN pg_catalog.pg_class AS fc ON fc.oid = f.confrelid
                    JOIN pg_catalog.pg_namespace AS fn ON fn.oid = fc.relnamespace
                    JOIN pg_catalog.pg_attribute AS fa ON fa.attrelid = f.confrelid AND fa.attnum = f.confkey[1]
                    WHERE f.conrelid = c.oid AND f.contype = 'f' AND f.conkey = ARRAY[a.attnum]
                    ORDER BY f.conname LIMIT 1)
                ) ORDER BY a.attnum)
                FROM col AS a WHERE a.attrelid = c.oid),
            'checks', (SELECT jsonb_agg(pg_get_expr(k.conbin, k.conrelid)) FROM pg_catalog.pg_constraint AS k
                WHERE k.conrelid = c.oid AND k.contype = 'c' AND k.convalidated)))
        FROM pg_catalog.pg_class AS c
        JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
        AND n.nspname <> 'information_schema' AND left(n.nspname, 3) <> 'pg_'
        """
}
