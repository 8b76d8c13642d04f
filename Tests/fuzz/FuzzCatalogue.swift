import CErpKernel

/// The columns, old values and facts that every fuzzed rule may name: at least one of each type.
struct FuzzCatalogue {
    private static let columns: [(String, Int32)] = [
        ("a", ERPK_T_NUMBER), ("b", ERPK_T_NUMBER), ("n", ERPK_T_NUMBER), ("p", ERPK_T_NUMBER), ("q", ERPK_T_NUMBER),
        ("age", ERPK_T_NUMBER), ("total", ERPK_T_NUMBER), ("limit", ERPK_T_NUMBER), ("tier", ERPK_T_TEXT),
        ("cold", ERPK_T_BOOL), ("day", ERPK_T_DATE), ("at", ERPK_T_TIMESTAMP), ("seen", ERPK_T_TIMESTAMPTZ),
        ("id", ERPK_T_UUID), ("data", ERPK_T_OPAQUE), ("none", ERPK_T_NULL),
    ]
    private static let facts: [(String, Int32)] = [
        ("customer_id.customer_tier", ERPK_T_TEXT), ("old.c.tier", ERPK_T_TEXT), ("tx.now", ERPK_T_TIMESTAMPTZ),
        ("tx.operation", ERPK_T_TEXT), ("agent.role_name", ERPK_T_TEXT),
        ("agent.financial_authority_limit", ERPK_T_NUMBER),
    ]

    /// Owns the texts that the names point into; lives as long as the process.
    let names: [erpk_name]

    init() {
        var names: [erpk_name] = []
        for (key, column) in Self.columns.enumerated() {
            // `new.x` is `x`, so both share a slot.
            names.append(Self.name(column.0, column.1, key: key, isFact: false))
            names.append(Self.name("new." + column.0, column.1, key: key, isFact: false))
            names.append(Self.name("old." + column.0, column.1, key: 100 + key, isFact: false))
        }
        for (key, fact) in Self.facts.enumerated() {
            names.append(Self.name(fact.0, fact.1, key: 200 + key, isFact: true))
        }
        self.names = names
    }

    private static func name(_ text: String, _ type: Int32, key: Int, isFact: Bool) -> erpk_name {
        let bytes = Array(text.utf8)
        let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: bytes.count)
        copy.initialize(from: bytes, count: bytes.count)
        return erpk_name(
            text: UnsafePointer(copy), length: UInt32(bytes.count), key: UInt32(key), type: UInt8(type),
            is_fact: isFact ? 1 : 0, scope: 0)
    }

    /// The program of some rules as the shim asks for it, and each rule's fault; a size that changes is a fault.
    func program(_ rules: [(ast: UnsafeBufferPointer<UInt8>, flags: UInt32)]) -> (bytes: [UInt8], faults: [erpk_fault])
    {
        let own = rules.map { FuzzNames($0.ast) }
        return resolved(own[...], of: rules[...], [])
    }

    /// Every rule's names have to stay where they are until all rules are compiled.
    private func resolved(
        _ own: ArraySlice<FuzzNames>, of rest: ArraySlice<(ast: UnsafeBufferPointer<UInt8>, flags: UInt32)>,
        _ rules: [erpk_rule]
    ) -> (bytes: [UInt8], faults: [erpk_fault]) {
        guard let next = own.first, let rule = rest.first else { return compiled(rules) }
        return next.with(names) { names in
            let resolved = erpk_rule(
                ast: rule.ast.baseAddress, ast_length: UInt32(rule.ast.count), flags: rule.flags,
                names: names.baseAddress, name_count: UInt32(names.count))
            return self.resolved(own.dropFirst(), of: rest.dropFirst(), rules + [resolved])
        }
    }

    private func compiled(_ rules: [erpk_rule]) -> (bytes: [UInt8], faults: [erpk_fault]) {
        var faults = [erpk_fault](repeating: erpk_fault(), count: rules.count)
        var needed: UInt32 = 0
        var bytes = [UInt8](repeating: 0, count: 4_096)
        expect(erpk_compile(rules, UInt32(rules.count), &bytes, UInt32(bytes.count), &needed, &faults) == ERPK_OK)
        if Int(needed) > bytes.count {
            let first = needed
            bytes = [UInt8](repeating: 0, count: Int(needed))
            expect(erpk_compile(rules, UInt32(rules.count), &bytes, needed, &needed, &faults) == ERPK_OK)
            expect(first == needed)
        }
        return ([UInt8](bytes.prefix(Int(needed))), faults)
    }
}
