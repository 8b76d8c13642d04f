// Writes a flat program from the tables that were gathered; what makes it sound is told in ProgramLayout.

internal import CErpKernel

extension ProgramBuilder {
    private func register(_ reference: Reference?, from first: Int = 0) -> UInt32 {
        guard let reference else { return 0 }
        let base: Int
        switch reference.space {
        case .slot, .late: base = 0
        case .constant: base = slots.count
        case .code: base = slots.count &+ constants.count &+ first
        }
        return UInt32(truncatingIfNeeded: base &+ reference.index)
    }

    /// The tables are written in the order of the header; see `ProgramLayout`.
    func write(to output: inout Output) {
        var bytes: [UInt8] = []
        var slotTable = Table()
        for slot in slots {
            slotTable.append(slot.key)
            slotTable.append(UInt32(truncatingIfNeeded: bytes.count))
            slotTable.append(UInt32(truncatingIfNeeded: slot.name.count))
            slotTable.append(UInt32(slot.type) | UInt32(slot.fact) &<< 8)
            slotTable.append(slot.scope)
            bytes.append(contentsOf: slot.name)
        }
        var constantTable = Table()
        for constant in constants {
            var value = constant.value
            if value.isValue, value.type == UInt8(ERPK_T_TEXT) {
                value.length = UInt32(truncatingIfNeeded: constant.text.count)
                value.low = UInt64(bytes.count)
                bytes.append(contentsOf: constant.text)
            }
            constantTable.append(value)
        }
        var codeTable = Table()
        var argumentTable = Table()
        for instruction in code { append(instruction, from: 0, to: &codeTable, &argumentTable) }
        let screen = Screen(self)
        let chain = screen.chain
        var atomTable = Table()
        for atom in screen.atoms.elements { atomTable.append(register(atom)) }
        var ruleTable = Table()
        for (index, rule) in rules.enumerated() {
            ruleTable.append(rule.flags)
            ruleTable.append(UInt32(truncatingIfNeeded: rule.broken))
            ruleTable.append(UInt32(truncatingIfNeeded: rule.first))
            ruleTable.append(UInt32(truncatingIfNeeded: rule.last))
            ruleTable.append(register(rule.root))
            ruleTable.append(UInt32(truncatingIfNeeded: rule.type))
            ruleTable.append(UInt32(screen.isClosed.at(index) == true ? 1 : 0))
            ruleTable.append(UInt32(truncatingIfNeeded: chain.next.at(index) ?? rules.count))
        }
        var quantifierTable = Table()
        var probeTable = Table()
        var first = code.count
        var firsts: [Int] = []
        for quantifier in quantifiers {
            firsts.append(first)
            let initial = quantifier.initial.map { register($0, from: firsts.at(quantifier.parent) ?? 0) }
            append(quantifier, first, initial, to: &quantifierTable, &probeTable, &bytes)
            for instruction in quantifier.code { append(instruction, from: first, to: &codeTable, &argumentTable) }
            first = first &+ quantifier.code.count
        }
        let tables = [
            slotTable.bytes, constantTable.bytes, codeTable.bytes, argumentTable.bytes, ruleTable.bytes,
            atomTable.bytes, quantifierTable.bytes, probeTable.bytes, bytes,
        ]
        output.append(header(tables, argumentTable.bytes.count / 4, [screen.closedCount, chain.first]))
        for table in tables { output.append(table) }
    }

    private func append(
        _ quantifier: Quantifier, _ first: Int, _ initial: UInt32?, to table: inout Table, _ probes: inout Table,
        _ bytes: inout [UInt8]
    ) {
        table.append(
            UInt32(truncatingIfNeeded: quantifier.kind) & 0xFF | (quantifier.flags & 0xFF) &<< 8
                | UInt32(truncatingIfNeeded: quantifier.ordinal) &<< 16)
        table.append(UInt32(truncatingIfNeeded: quantifier.type))
        table.append(register(quantifier.slot))
        for number in [quantifier.rule, quantifier.parent &+ 1, first, first &+ quantifier.code.count] {
            table.append(UInt32(truncatingIfNeeded: number))
        }
        table.append(quantifier.source.map { register($0) } ?? UInt32(ERPK_NO_REGISTER))
        table.append(initial ?? UInt32(ERPK_NO_REGISTER))
        for reference in [quantifier.condition, quantifier.body] { table.append(register(reference, from: first)) }
        for text in [quantifier.relation, quantifier.alias] {
            table.append(UInt32(truncatingIfNeeded: bytes.count))
            table.append(UInt32(truncatingIfNeeded: text.count))
            bytes.append(contentsOf: text)
        }
        table.append(UInt32(truncatingIfNeeded: probes.bytes.count / MemoryLayout<erpk_probe>.size))
        table.append(UInt32(truncatingIfNeeded: quantifier.probes.count))
        for probe in quantifier.probes {
            probes.append(register(probe.inner))
            probes.append(register(probe.outer))
        }
    }

    private func append(
        _ instruction: Instruction, from first: Int, to code: inout Table, _ arguments: inout Table
    ) {
        let registers = instruction.arguments.map { register($0, from: first) }
        var a = registers.first ?? 0
        var b = registers.at(1) ?? 0
        switch instruction.op {
        case .jump, .jumpIfFalse, .jumpIfTrue, .jumpUnlessNull:
            b = UInt32(truncatingIfNeeded: first &+ instruction.target)
        default:
            if registers.count > 2 {
                a = UInt32(truncatingIfNeeded: arguments.bytes.count / 4)
                b = 0
                for register in registers { arguments.append(register) }
            }
        }
        code.append(
            UInt32(instruction.op.rawValue) | UInt32(truncatingIfNeeded: instruction.kind & 0xFF) &<< 8
                | UInt32(truncatingIfNeeded: registers.count) &<< 16)
        code.append(a)
        code.append(b)
    }

    /// Offsets follow the order of `tables`, which is the order in which they lie.
    private func header(_ tables: [[UInt8]], _ argumentCount: Int, _ screen: [Int]) -> [UInt8] {
        var offset = MemoryLayout<erpk_program>.size
        var offsets: [Int] = []
        for table in tables {
            offsets.append(offset)
            offset = offset &+ table.count
        }
        let facts = slots.reduce(0) { $1.fact != 0 ? $0 &+ 1 : $0 }
        let all = quantifiers.reduce(code.count) { $0 &+ $1.code.count }
        var header = Table()
        header.append(ProgramLayout.magic)
        let counts = [
            offset, slots.count, constants.count, all, argumentCount, rules.count, tables.last?.count ?? 0,
        ]
        let places = Array(offsets.prefix(5)) + [offsets.last ?? 0]
        let (atoms, probes) = (tables.at(5)?.count ?? 0, tables.at(7)?.count ?? 0)
        let sizes = [facts, slots.count &+ constants.count &+ all, preludeCount, atoms / 4, offsets.at(5) ?? 0]
        let rows = [quantifiers.count, probes / MemoryLayout<erpk_probe>.size, offsets.at(6) ?? 0, offsets.at(7) ?? 0]
        for number in counts + places + sizes + screen + [0] + rows {
            header.append(UInt32(truncatingIfNeeded: number))
        }
        return header.bytes
    }

    /// Bytes of one table in the byte order of the machine, as the C structs lie.
    private struct Table {
        var bytes: [UInt8] = []

        mutating func append(_ value: UInt32) {
            for shift in [0, 8, 16, 24] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: value &>> shift)) }
        }

        mutating func append(_ value: UInt64) {
            append(UInt32(truncatingIfNeeded: value))
            append(UInt32(truncatingIfNeeded: value &>> 32))
        }

        mutating func append(_ value: erpk_value) {
            append(
                UInt32(value.state) | UInt32(value.type) &<< 8
                    | UInt32(UInt16(bitPattern: value.scale)) &<< 16)
            append(value.length)
            append(UInt64(0))
            append(value.low)
            append(UInt64(bitPattern: value.high))
        }
    }
}
