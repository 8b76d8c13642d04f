import CErpKernel

@testable import ErpKernel

/// A given row: its member's value.
typealias RowOfValues = (_ member: [UInt8]) -> erpk_value

/// The names of one rule with their values and rows; runs its program as the shim does.
final class BenchScene {
    private struct Name {
        let scope: UInt16
        let text: [UInt8]
        let member: [UInt8]
        let value: erpk_value
        let isRelation: Bool
    }

    private var names: [Name] = []
    private var relations: [Int: [RowOfValues]] = [:]
    private var registers: [erpk_value] = []

    /// Adds an entry of the scan; a status when it cannot be resolved.
    func add(
        _ scope: [UInt8], _ text: [UInt8], _ member: [UInt8], _ resolve: ([UInt8]) -> erpk_value?,
        _ given: ([UInt8]) -> [RowOfValues]?
    ) -> Int32 {
        let number = Int(String(decoding: scope, as: UTF8.self).drop { $0 == "=" }) ?? 0
        var value = erpk_value.null(ERPK_T_NULL)
        if scope.first == 0x3D {
            guard let rows = given(text) else { return ERPK_UNKNOWN_NAME }
            relations[number] = rows
        } else if number == 0 {
            guard let found = resolve(text) else { return ERPK_UNKNOWN_NAME }
            value = found
        } else {
            for row in relations[number] ?? [] {
                let own = row(member)
                if own.isNull || own.type == value.type { continue }
                if value.type != UInt8(ERPK_T_NULL) { return ERPK_TYPE }
                value.type = own.type
            }
        }
        names.append(
            Name(
                scope: UInt16(number), text: text, member: member, value: value, isRelation: scope.first == 0x3D))
        return ERPK_OK
    }

    func judge(_ ast: [UInt8]) -> RuleBench.Outcome {
        var fault = erpk_fault()
        let bytes = program(ast, fault: &fault)
        guard fault.code == ERPK_OK else { return .refused(fault.code) }
        return bytes.withUnsafeBufferPointer { evaluate($0, UInt32(bytes.count)) }
    }

    func program(_ ast: [UInt8]) -> [UInt8] {
        var fault = erpk_fault()
        return program(ast, fault: &fault)
    }

    private func program(_ ast: [UInt8], fault: inout erpk_fault) -> [UInt8] {
        let pool = names.flatMap { $0.text }
        var program = [UInt8](repeating: 0, count: 1_000_000)
        var needed: UInt32 = 0
        pool.withUnsafeBufferPointer { pool in
            ast.withUnsafeBufferPointer { ast in
                var offset = 0
                var resolved: [erpk_name] = []
                for (key, name) in names.enumerated() {
                    resolved.append(
                        erpk_name(
                            text: pool.baseAddress.map { $0 + offset }, length: UInt32(name.text.count),
                            key: UInt32(key), type: name.value.type,
                            is_fact: UInt8(name.isRelation ? ERPK_FACT_QUANTIFIER : ERPK_FACT_NONE), scope: name.scope))
                    offset += name.text.count
                }
                resolved.withUnsafeBufferPointer { resolved in
                    var rule = erpk_rule(
                        ast: ast.baseAddress, ast_length: UInt32(ast.count), flags: 0, names: resolved.baseAddress,
                        name_count: UInt32(resolved.count))
                    _ = erpk_compile(&rule, 1, &program, UInt32(program.count), &needed, &fault)
                }
            }
        }
        return [UInt8](program.prefix(Int(needed)))
    }

    private func evaluate(_ bytes: UnsafeBufferPointer<UInt8>, _ size: UInt32) -> RuleBench.Outcome {
        guard let program = Program(prepared: bytes.baseAddress) else { return .refused(ERPK_INTERNAL) }
        registers = [erpk_value](repeating: erpk_value(), count: Int(program.header.register_count))
        guard erpk_prepare(bytes.baseAddress, size, &registers, program.header.register_count) == ERPK_OK else {
            return .refused(ERPK_INTERNAL)
        }
        for index in 0..<program.header.slot_count {
            let slot = program.slot(index)
            if slot.is_fact == 0, slot.scope == 0 {
                registers[Int(index)] = read(names[Int(slot.key)].value, as: slot.type, of: index)
            }
        }
        var run = erpk_run()
        var outcome = erpk_evaluate(bytes.baseAddress, &registers, &run)
        while outcome == ERPK_NEED_FACT || answer(outcome, &run) {
            if outcome == ERPK_NEED_FACT { quantify(program, bytes, program.slot(run.slot).key) }
            outcome = erpk_evaluate(bytes.baseAddress, &registers, &run)
        }
        var explanation = [UInt8](repeating: 0, count: 64)
        for what in ERPK_EXPLAIN_TRACE...ERPK_EXPLAIN_ERROR {
            _ = erpk_explain(bytes.baseAddress, registers, 0, what, &explanation, UInt32(explanation.count))
        }
        switch outcome {
        case ERPK_PASSED: return .verdict(true)
        case ERPK_VIOLATED: return .verdict(false)
        case ERPK_UNKNOWN: return .verdict(nil)
        default: return .refused(erpk_failure(bytes.baseAddress, registers, 0))
        }
    }

    /// Gives room for texts; what only PostgreSQL can compute is false, or the first day.
    private func answer(_ outcome: Int32, _ run: inout erpk_run) -> Bool {
        switch outcome {
        case ERPK_NEED_CALL where run.call == UInt32(ERPK_CALL_DATE):
            registers[Int(run.result)] = .integer(0, type: ERPK_T_DATE)
        case ERPK_NEED_CALL: registers[Int(run.result)] = .bool(false)
        case ERPK_NEED_SPACE: run.buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: Int(run.space))
        default: return false
        }
        return true
    }

    /// An object or a list is a value of JSON, but none of any other type.
    private func read(_ value: erpk_value, as type: UInt8, of slot: UInt32) -> erpk_value {
        guard value.isValue, value.type == UInt8(ERPK_T_JSON), value.type != type else { return value }
        var misfit = erpk_value.error(ERPK_E_TYPE)
        misfit.length = slot
        return misfit
    }

    private func quantify(_ program: Program, _ bytes: UnsafeBufferPointer<UInt8>, _ number: UInt32) {
        let quantifier = program.quantifier(number)
        let ordinal = Int(quantifier.ordinal)
        var fold = erpk_fold()
        var collected: [erpk_value] = []
        for row in relations[ordinal] ?? [] {
            for index in 0..<program.header.slot_count where program.slot(index).scope == number + 1 {
                let slot = program.slot(index)
                registers[Int(index)] =
                    slot.is_fact == 0
                    ? read(row(names[Int(slot.key)].member), as: slot.type, of: index) : erpk_value()
            }
            var run = erpk_run()
            run.rule = number
            var outcome = erpk_row(bytes.baseAddress, &registers, &run, &fold)
            while outcome == ERPK_NEED_FACT || answer(outcome, &run) {
                if outcome == ERPK_NEED_FACT { quantify(program, bytes, program.slot(run.slot).key) }
                outcome = erpk_row(bytes.baseAddress, &registers, &run, &fold)
            }
            if fold.flags & UInt32(ERPK_ROW_COLLECT) != 0, quantifier.kind != ERPK_Q_LIST {
                collected.append(registers[Int(quantifier.body)])
            }
            if fold.flags & UInt32(ERPK_ROW_DECIDED) != 0 { break }
        }
        if !collected.isEmpty { fold.rows = UInt64(erpk_distinct(&collected, UInt32(collected.count))) }
        erpk_fold_result(bytes.baseAddress, number, &fold, &registers[Int(quantifier.slot)])
    }
}
