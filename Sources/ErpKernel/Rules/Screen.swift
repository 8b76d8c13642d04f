// Many rules often depend on few conditions. A rule is closed when its verdict depends on values of the row alone: on the
// truth of the atoms, which are the registers its logical frame reads. Rows whose atoms are alike get the same verdict from
// every closed rule, so the shim may remember which combinations all of them let pass.

internal import CErpKernel

/// Which rules are closed, and over which atoms.
struct Screen {
    private(set) var isClosed: [Bool] = []
    /// Distinct registers' references, in the order of their first use.
    private(set) var atoms = DistinctList<Reference>()

    init(_ builder: ProgramBuilder) {
        for rule in builder.rules {
            var read: [Reference] = []
            let closed = rule.broken == 0 && Screen.collect(rule, builder, into: &read)
            isClosed.append(closed)
            guard closed else { continue }
            for reference in read {
                var hash = WordHash()
                hash.add(UInt64(truncatingIfNeeded: reference.index) &<< 2 | UInt64(reference.space.rawValue))
                _ = atoms.add(reference, hash: hash.value, isSame: { $0 == $1 })
            }
        }
    }

    var closedCount: Int { isClosed.reduce(0) { $1 ? $0 &+ 1 : $0 } }

    /// For each rule the next one that is not closed, and the first of them.
    var chain: (first: Int, next: [Int]) {
        var next = [Int](repeating: isClosed.count, count: isClosed.count)
        var open = isClosed.count
        for index in stride(from: isClosed.count &- 1, through: 0, by: -1) {
            next.replace(at: index, with: open)
            if isClosed.at(index) == false { open = index }
        }
        return (open, next)
    }

    /// The atoms of a rule; false when it needs more than the row, or compares what is no truth value.
    private static func collect(_ rule: ProgramBuilder.Rule, _ builder: ProgramBuilder, into read: inout [Reference])
        -> Bool
    {
        guard rule.type == ERPK_T_BOOL || rule.type == ERPK_T_NULL else { return false }
        for index in rule.first..<(rule.last < rule.first ? rule.first : rule.last) {
            guard let instruction = builder.code.at(index) else { return false }
            guard instruction.op.isJump || instruction.op.family == .logical else { return false }
            for argument in instruction.arguments where argument.space != .code || argument.index < rule.first {
                guard isRowValue(argument, builder) else { return false }
                if argument.space != .constant { read.append(argument) }
            }
        }
        if rule.root.space != .code || rule.root.index < rule.first {
            guard isRowValue(rule.root, builder) else { return false }
            if rule.root.space != .constant { read.append(rule.root) }
        }
        return true
    }

    private static func isRowValue(_ reference: Reference, _ builder: ProgramBuilder) -> Bool {
        reference.space != .slot || builder.slots.at(reference.index)?.fact == 0
    }
}
