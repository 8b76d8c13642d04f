import CErpKernel

/// The names of a program's rules, numbered as the shim's table of names does it: equal names of one relation have one
/// key. Beside the catalogue's there are paths into JSON and names of quantifiers' rows, with a type that follows from them.
struct FuzzNames {
    private struct Known: Hashable {
        let text: [UInt8]
        let relation: [UInt8]?
        let member: [UInt8]
        let isRelation: Bool
    }

    private struct Use {
        let offset: Int
        let length: Int
        let key: UInt32
        let type: Int32
        let fact: Int32
        let scope: UInt16
    }

    private let catalogue: FuzzCatalogue
    private var keys: [Known: UInt32] = [:]
    /// By key the number of the column, 0 for any other name.
    private(set) var columns: [Int] = []
    private var pool: [UInt8] = []
    private var uses: [[Use]] = []
    /// The relations of the rule at hand by scope, empty for a list.
    private var relations: [Int: [UInt8]] = [:]

    init(_ catalogue: FuzzCatalogue) { self.catalogue = catalogue }

    /// Adds the names of one more rule; a rule that cannot be read has none.
    mutating func add(_ ast: UnsafeBufferPointer<UInt8>) {
        var fault = erpk_fault()
        var needed: UInt32 = 0
        var listing = [UInt8](repeating: 0, count: 512)
        let status = erpk_scan(ast.baseAddress, UInt32(ast.count), &listing, UInt32(listing.count), &needed, &fault)
        expect(status == fault.code)
        if Int(needed) > listing.count {
            listing = [UInt8](repeating: 0, count: Int(needed))
            expect(erpk_scan(ast.baseAddress, UInt32(ast.count), &listing, needed, &needed, &fault) == status)
        }
        uses.append([])
        relations = [:]
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
        if isRelation { relations[number] = name }
        let entry: FuzzCatalogue.Entry
        if isRelation {
            entry = FuzzCatalogue.Entry(type: ERPK_T_NULL, fact: ERPK_FACT_QUANTIFIER, column: 0)
        } else if let relation = relations[number] {
            entry = self.entry(ofRow: member, isList: relation.isEmpty)
        } else if let known = catalogue.entry(name) ?? document(name) {
            entry = known
        } else {
            return
        }
        let known = Known(text: name, relation: relations[number], member: member, isRelation: isRelation)
        let key = keys[known] ?? UInt32(columns.count)
        if Int(key) == columns.count {
            keys[known] = key
            columns.append(entry.column)
        }
        uses[uses.count - 1].append(
            Use(
                offset: pool.count, length: name.count, key: key, type: entry.type, fact: entry.fact,
                scope: UInt16(number)))
        pool += name
    }

    /// `doc.x` lies in a document.
    private func document(_ name: [UInt8]) -> FuzzCatalogue.Entry? {
        let path = name.starts(with: Array("new.".utf8)) ? name.dropFirst(4) : name[...]
        guard path.starts(with: Array("doc".utf8)) else { return nil }
        return FuzzCatalogue.Entry(type: ERPK_T_JSON, fact: ERPK_FACT_NONE, column: 0)
    }

    /// `x.y` of a row lies behind a foreign key; the last letter of others is their type.
    private func entry(ofRow member: [UInt8], isList: Bool) -> FuzzCatalogue.Entry {
        if isList { return FuzzCatalogue.Entry(type: ERPK_T_JSON, fact: ERPK_FACT_NONE, column: 0) }
        if let document = document(member) { return document }
        return FuzzCatalogue.Entry(
            type: Self.type(named: member.last ?? 0), fact: member.contains(0x2E) ? ERPK_FACT_NAME : ERPK_FACT_NONE,
            column: 0)
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

    /// Calls with the names of each rule, which lie still meanwhile.
    func with<T>(_ body: ([UnsafeBufferPointer<erpk_name>]) -> T) -> T {
        pool.withUnsafeBufferPointer { pool in
            let all = uses.joined().map { use in
                erpk_name(
                    text: pool.baseAddress.map { $0 + use.offset }, length: UInt32(use.length), key: use.key,
                    type: UInt8(use.type), is_fact: UInt8(use.fact), scope: use.scope)
            }
            return all.withUnsafeBufferPointer { all in
                var start = 0
                return body(
                    uses.map { own in
                        defer { start += own.count }
                        return UnsafeBufferPointer(rebasing: all[start..<start + own.count])
                    })
            }
        }
    }
}
