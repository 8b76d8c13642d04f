// The C ABI: bodies of the functions declared in CErpKernel. Pointers come in, statuses go out.

public import CErpKernel

@c @implementation
public func erpk_abi_version() -> Int32 {
    ERPK_ABI_VERSION
}

@c @implementation
public func erpk_scan(
    _ ast: UnsafePointer<UInt8>?, _ length: UInt32, _ out: UnsafeMutablePointer<UInt8>?, _ capacity: UInt32,
    _ needed: UnsafeMutablePointer<UInt32>?, _ fault: UnsafeMutablePointer<erpk_fault>?
) -> Int32 {
    var output = Output(out, capacity: Int(capacity))
    defer { needed?.pointee = UInt32(clamping: output.count) }
    do throws(RuleFault) {
        var reader = JSONReader(ByteView(ast, count: Int(length)))
        var parser = RuleParser(try reader.read())
        _ = try parser.parse()
        for (position, quantifier) in parser.quantifiers.enumerated() {
            output.append("=")
            output.append(decimalText(position &+ 1))
            output.append(0)
            for text in [quantifier.relation, [], quantifier.path] {
                output.append(text)
                output.append(0)
            }
        }
        for entry in parser.names {
            for text in [decimalText(entry.scope), entry.name, entry.member, entry.path] {
                output.append(text)
                output.append(0)
            }
        }
        return ERPK_OK
    } catch {
        writeFault(error, to: fault)
        return error.code
    }
}

@c @implementation
public func erpk_scan_literals(
    _ ast: UnsafePointer<UInt8>?, _ length: UInt32, _ out: UnsafeMutablePointer<UInt8>?, _ capacity: UInt32,
    _ needed: UnsafeMutablePointer<UInt32>?
) -> Int32 {
    var output = Output(out, capacity: Int(capacity))
    defer { needed?.pointee = UInt32(clamping: output.count) }
    do throws(RuleFault) {
        var reader = JSONReader(ByteView(ast, count: Int(length)))
        var parser = RuleParser(try reader.read())
        _ = try parser.parse()
        for literal in parser.foreignLiterals {
            output.append(literal.kind)
            output.append(literal.text)
            output.append(0)
            output.append(literal.path)
            output.append(0)
        }
        return ERPK_OK
    } catch {
        return error.code
    }
}

@c @implementation
public func erpk_compile(
    _ rules: UnsafePointer<erpk_rule>?, _ count: UInt32, _ out: UnsafeMutablePointer<UInt8>?, _ capacity: UInt32,
    _ needed: UnsafeMutablePointer<UInt32>?, _ faults: UnsafeMutablePointer<erpk_fault>?
) -> Int32 {
    guard let rules else { return ERPK_INTERNAL }
    var compiler = RuleCompiler()
    for rule in UnsafeBufferPointer(start: rules, count: Int(count)).enumerated() {
        let source = rule.element
        let names = source.names.map { [erpk_name](UnsafeBufferPointer(start: $0, count: Int(source.name_count))) }
        let failure = compiler.add(
            ByteView(source.ast, count: Int(source.ast_length)), flags: source.flags, names: names ?? [])
        if let failure, let faults { writeFault(failure, to: faults + rule.offset) }
    }
    var output = Output(out, capacity: Int(capacity))
    Sharing.share(compiler.builder).write(to: &output)
    needed?.pointee = UInt32(clamping: output.count)
    return ERPK_OK
}

@c @implementation
public func erpk_prepare(
    _ program: UnsafePointer<UInt8>?, _ size: UInt32, _ registers: UnsafeMutablePointer<erpk_value>?,
    _ register_count: UInt32
) -> Int32 {
    guard let program = Program(checking: program, size: Int(size)), let file = Registers(registers),
        program.header.register_count == register_count
    else { return ERPK_INTERNAL }
    for index in 0..<register_count { file[index] = erpk_value() }
    guard ProgramLayout.isBounded(program, notes: file) else { return ERPK_INTERNAL }
    for index in 0..<register_count { file[index] = erpk_value() }
    for index in 0..<program.header.constant_count {
        var value = program.constant(index)
        value.bytes = ProgramLayout.isText(value) ? program.text(UInt32(truncatingIfNeeded: value.low)) : nil
        file[program.header.slot_count &+ index] = value
    }
    return ERPK_OK
}

@c @implementation
public func erpk_evaluate(
    _ program: UnsafePointer<UInt8>?, _ registers: UnsafeMutablePointer<erpk_value>?,
    _ run: UnsafeMutablePointer<erpk_run>?
) -> Int32 {
    guard let program = Program(prepared: program), let registers = Registers(registers), let run else {
        return ERPK_BROKEN
    }
    return Evaluator(program: program, registers: registers).run(&run.pointee)
}

@c @implementation
public func erpk_screen(
    _ program: UnsafePointer<UInt8>?, _ registers: UnsafeMutablePointer<erpk_value>?,
    _ run: UnsafeMutablePointer<erpk_run>?, _ key: UnsafeMutablePointer<UInt64>?
) {
    guard let program = Program(prepared: program), let registers = Registers(registers), let run, let key else {
        return
    }
    let evaluator = Evaluator(program: program, registers: registers)
    evaluator.runPrelude(&run.pointee)
    evaluator.writeStates(to: StateKey(key, atoms: program.header.atom_count))
}

@c @implementation
public func erpk_row(
    _ program: UnsafePointer<UInt8>?, _ registers: UnsafeMutablePointer<erpk_value>?,
    _ run: UnsafeMutablePointer<erpk_run>?, _ fold: UnsafeMutablePointer<erpk_fold>?
) -> Int32 {
    guard let program = Program(prepared: program), let registers = Registers(registers), let run, let fold else {
        return ERPK_BROKEN
    }
    return Evaluator(program: program, registers: registers).row(&run.pointee, &fold.pointee)
}

@c @implementation
public func erpk_fold_result(
    _ program: UnsafePointer<UInt8>?, _ quantifier: UInt32, _ fold: UnsafePointer<erpk_fold>?,
    _ result: UnsafeMutablePointer<erpk_value>?
) {
    guard let program = Program(prepared: program), let fold, quantifier < program.header.quantifier_count else {
        return
    }
    result?.pointee = fold.pointee.result(of: program.quantifier(quantifier))
}

@c @implementation
public func erpk_distinct(_ values: UnsafeMutablePointer<erpk_value>?, _ count: UInt32) -> UInt32 {
    guard let values = Registers(values) else { return 0 }
    return values.distinct(count)
}

@c @implementation
public func erpk_failure(
    _ program: UnsafePointer<UInt8>?, _ registers: UnsafePointer<erpk_value>?, _ rule: UInt32
) -> Int32 {
    guard let program = Program(prepared: program),
        let registers = Registers(UnsafeMutablePointer(mutating: registers)), rule < program.header.rule_count
    else { return ERPK_INTERNAL }
    return registers[program.rule(rule).root].failure
}

@c @implementation
public func erpk_explain(
    _ program: UnsafePointer<UInt8>?, _ registers: UnsafePointer<erpk_value>?, _ rule: UInt32, _ what: Int32,
    _ out: UnsafeMutablePointer<UInt8>?, _ capacity: UInt32
) -> UInt32 {
    guard let program = Program(prepared: program),
        let registers = Registers(UnsafeMutablePointer(mutating: registers))
    else { return 0 }
    var explainer = Explainer(program, registers, output: Output(out, capacity: Int(capacity)))
    return UInt32(clamping: explainer.explain(rule, what))
}

@c @implementation
public func erpk_repair_next(
    _ program: UnsafePointer<UInt8>?, _ registers: UnsafePointer<erpk_value>?, _ columns: UnsafePointer<erpk_value>?,
    _ scratch: UnsafePointer<erpk_value>?, _ rule: UInt32, _ repair: UnsafeMutablePointer<erpk_repair>?
) -> Int32 {
    guard let program = Program(prepared: program), let repair,
        let registers = Registers(UnsafeMutablePointer(mutating: registers)),
        let columns = Registers(UnsafeMutablePointer(mutating: columns)),
        let scratch = Registers(UnsafeMutablePointer(mutating: scratch)), rule < program.header.rule_count
    else { return ERPK_REPAIR_DONE }
    let search = Repair(program, registers, columns: columns, rule: program.rule(rule))
    return search.next(&repair.pointee, scratch) ? ERPK_REPAIR_EVALUATE : ERPK_REPAIR_DONE
}

@c @implementation
public func erpk_repair_text(
    _ program: UnsafePointer<UInt8>?, _ registers: UnsafePointer<erpk_value>?, _ repair: UnsafePointer<erpk_repair>?,
    _ what: Int32, _ out: UnsafeMutablePointer<UInt8>?, _ capacity: UInt32
) -> UInt32 {
    guard let program = Program(prepared: program), let repair,
        let registers = Registers(UnsafeMutablePointer(mutating: registers)),
        repair.pointee.found != 0, repair.pointee.best_slot < program.header.slot_count
    else { return 0 }
    var explainer = Explainer(program, registers, output: Output(out, capacity: Int(capacity)))
    return UInt32(clamping: explainer.change(repair.pointee, what))
}

@c @implementation
public func erpk_parse(
    _ type: Int32, _ text: UnsafePointer<UInt8>?, _ length: UInt32, _ out: UnsafeMutablePointer<erpk_value>?
) -> Int32 {
    let bytes = ByteView(text, count: Int(length)).copied()
    if type == ERPK_T_NUMBER {
        switch Decimal.parse(bytes) {
        case .number(let number):
            out?.pointee = .number(number)
            return ERPK_OK
        case .tooLong: return ERPK_ARITHMETIC
        case .notANumber: return ERPK_TYPE
        }
    }
    var reader = LiteralReader(bytes)
    guard let value = reader.read(type) else { return ERPK_TYPE }
    out?.pointee = value
    return ERPK_OK
}
