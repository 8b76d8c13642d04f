import CErpKernel

/// Rules compiled as the shim asks for it, with each rule's fault; a size that changes is a fault of the kernel.
struct FuzzProgram {
    var bytes: [UInt8]
    let faults: [erpk_fault]
    /// By key of a name the number of its column.
    let columns: [Int]

    init(_ catalogue: FuzzCatalogue, _ rules: [(ast: UnsafeBufferPointer<UInt8>, flags: UInt32)]) {
        var names = FuzzNames(catalogue)
        for rule in rules { names.add(rule.ast) }
        columns = names.columns
        (bytes, faults) = names.with { names in
            Self.compiled(
                zip(rules, names).map { rule, names in
                    erpk_rule(
                        ast: rule.ast.baseAddress, ast_length: UInt32(rule.ast.count), flags: rule.flags,
                        names: names.baseAddress, name_count: UInt32(names.count))
                })
        }
    }

    private static func compiled(_ rules: [erpk_rule]) -> (bytes: [UInt8], faults: [erpk_fault]) {
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
