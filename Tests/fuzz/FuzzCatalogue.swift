import CErpKernel

/// The columns, old values and facts that every fuzzed rule may name: at least one of each type.
struct FuzzCatalogue {
    /// What a name of the row stands for. A fact's column is the one it is looked up by.
    struct Entry {
        let type: Int32
        let fact: Int32
        /// Numbers of the new row's columns begin at 1; 0 is any other value.
        let column: Int
    }

    private static let columns: [(String, Int32)] = [
        ("a", ERPK_T_NUMBER), ("b", ERPK_T_NUMBER), ("n", ERPK_T_NUMBER), ("p", ERPK_T_NUMBER), ("q", ERPK_T_NUMBER),
        ("age", ERPK_T_NUMBER), ("total", ERPK_T_NUMBER), ("limit", ERPK_T_NUMBER), ("tier", ERPK_T_TEXT),
        ("cold", ERPK_T_BOOL), ("day", ERPK_T_DATE), ("at", ERPK_T_TIMESTAMP), ("seen", ERPK_T_TIMESTAMPTZ),
        ("id", ERPK_T_UUID), ("data", ERPK_T_OPAQUE), ("none", ERPK_T_NULL),
    ]
    private static let facts: [(String, Int32)] = [
        ("customer_id.customer_tier", ERPK_T_TEXT), ("old.c.tier", ERPK_T_TEXT), ("tx.now", ERPK_T_TIMESTAMPTZ),
        ("tx.operation", ERPK_T_TEXT), ("agent.role_name", ERPK_T_TEXT),
        ("agent.financial_authority_limit", ERPK_T_NUMBER), ("q.limit", ERPK_T_NUMBER), ("tier.share", ERPK_T_NUMBER),
    ]

    private let entries: [[UInt8]: Entry]

    init() {
        var entries: [[UInt8]: Entry] = [:]
        for (index, column) in Self.columns.enumerated() {
            let entry = Entry(type: column.1, fact: ERPK_FACT_NONE, column: index + 1)
            entries[Array(column.0.utf8)] = entry
            entries[Array("new.\(column.0)".utf8)] = entry
            entries[Array("old.\(column.0)".utf8)] = Entry(type: column.1, fact: ERPK_FACT_NONE, column: 0)
        }
        for fact in Self.facts {
            let first = fact.0.prefix { $0 != "." }
            let column = Self.columns.firstIndex { $0.0 == first }.map { $0 + 1 } ?? 0
            entries[Array(fact.0.utf8)] = Entry(type: fact.1, fact: ERPK_FACT_NAME, column: column)
        }
        self.entries = entries
    }

    func entry(_ name: [UInt8]) -> Entry? { entries[name] }

    /// The decimals of a column, -1 for numeric without any said: integers, amounts and plain ones.
    static func scale(ofColumn number: Int) -> Int16 { [-1, 0, 2][number % 3] }
}
