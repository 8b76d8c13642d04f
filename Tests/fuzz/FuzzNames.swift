import CErpKernel

/// The names that one rule uses beyond the catalogue's own: paths into JSON, and those of quantifiers' rows, any of them
/// with a type that follows from the name.
struct FuzzNames {
    private var pool: [UInt8] = []
    /// Scopes whose rows are elements of a list.
    private var lists: Set<Int> = []
    private var entries: [(offset: Int, length: Int, key: UInt32, type: Int32, fact: Int32, scope: UInt16)] = []

    init(_ ast: UnsafeBufferPointer<UInt8>) {
        var fault = erpk_fault()
        var needed: UInt32 = 0
        var listing = [UInt8](repeating: 0, count: 1_024)
        let status = erpk_scan(ast.baseAddress, UInt32(ast.count), &listing, UInt32(listing.count), &needed, &fault)
        expect(status == fault.code)
        if Int(needed) > listing.count {
            listing = [UInt8](repeating: 0, count: Int(needed))
            expect(erpk_scan(ast.baseAddress, UInt32(ast.count), &listing, needed, &needed, &fault) == status)
        }
        guard status == ERPK_OK else { return }
        let fields = listing.prefix(Int(needed)).split(separator: 0, omittingEmptySubsequences: false)
        for index in stride(from: 0, to: fields.count - 3, by: 4) {
            add([UInt8](fields[index]), [UInt8](fields[index + 1]), [UInt8](fields[index + 2]))
        }
    }

    private mutating func add(_ scope: [UInt8], _ name: [UInt8], _ member: [UInt8]) {
        let isRelation = scope.first == 0x3D
        let number = Int(String(decoding: scope.drop { $0 == 0x3D }, as: UTF8.self)) ?? 0
        guard number <= UInt16.max else { return }
        if isRelation, name.isEmpty { lists.insert(number) }
        let (type, fact) = isRelation ? (ERPK_T_NULL, ERPK_FACT_QUANTIFIER) : kind(member, number)
        guard let type else { return }
        // By the name, so that equal names share a slot.
        let key = 1_000 + member.reduce(UInt32(number)) { ($0 &* 31 &+ UInt32($1)) & 0xFF_FFFF }
        entries.append((pool.count, name.count, key, type, fact, UInt16(number)))
        pool += name
    }

    /// `x.y` of a row lies behind a foreign key, `doc.x` in a document; the last letter of others is their type.
    private func kind(_ member: [UInt8], _ scope: Int) -> (Int32?, Int32) {
        if lists.contains(scope) { return (ERPK_T_JSON, ERPK_FACT_NONE) }
        let path = member.starts(with: Array("new.".utf8)) ? member.dropFirst(4) : member[...]
        if path.starts(with: Array("doc".utf8)) { return (ERPK_T_JSON, ERPK_FACT_NONE) }
        guard scope > 0 else { return (nil, ERPK_FACT_NONE) }
        let isPath = member.contains(0x2E)
        return (Self.type(named: member.last ?? 0), isPath ? ERPK_FACT_NAME : ERPK_FACT_NONE)
    }

    private static func type(named byte: UInt8) -> Int32 {
        switch byte {
        case 0x31: ERPK_T_TEXT
        case 0x32: ERPK_T_BOOL
        case 0x33: ERPK_T_DATE
        case 0x34: ERPK_T_TIMESTAMPTZ
        case 0x35: ERPK_T_UUID
        case 0x36: ERPK_T_JSON
        case 0x37: ERPK_T_OPAQUE
        case 0x38: ERPK_T_NULL
        default: ERPK_T_NUMBER
        }
    }

    /// Calls with the catalogue's names and these.
    func with<T>(_ catalogue: [erpk_name], _ body: (UnsafeBufferPointer<erpk_name>) -> T) -> T {
        pool.withUnsafeBufferPointer { pool in
            let own = entries.map { entry in
                erpk_name(
                    text: pool.baseAddress.map { $0 + entry.offset }, length: UInt32(entry.length), key: entry.key,
                    type: UInt8(entry.type), is_fact: UInt8(entry.fact), scope: entry.scope)
            }
            return (catalogue + own).withUnsafeBufferPointer(body)
        }
    }
}
