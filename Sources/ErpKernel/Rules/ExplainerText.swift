// How an explanation writes formulas, names and values.

internal import CErpKernel

extension Explainer {
    // MARK: - Formula

    func rendered(_ node: UInt32) -> [UInt8] {
        var text: [UInt8] = []
        write(node, to: &text, wrapped: false)
        return text
    }

    private func isInfix(_ op: Operator) -> Bool {
        switch op {
        case .minimum, .maximum, .absolute, .coalesce, .ifElse: false
        default: !op.isScalar || op.isScalarInfix
        }
    }

    func write(_ node: UInt32, to text: inout [UInt8], wrapped: Bool) {
        guard let (op, code) = instruction(node) else {
            if let quantifier = quantifier(node) {
                write(quantifier, to: &text, wrapped: wrapped)
            } else {
                writeLeaf(node, to: &text)
            }
            return
        }
        if op == .isTrue { return write(code.a, to: &text, wrapped: wrapped) }
        if op == .carried { return text.append(op.spelling) }
        guard isInfix(op) else {
            text.append(op.spelling)
            writeList(code, from: 0, to: &text)
            if op == .roundEven {
                text.removeLast()
                text.append(", 'half_even')")
            }
            return
        }
        if wrapped { text.append("(") }
        switch op {
        case .not:
            text.append("not ")
            write(code.a, to: &text, wrapped: true)
        case .isNull, .isNotNull:
            write(code.a, to: &text, wrapped: true)
            text.append(" ")
            text.append(op.spelling)
        case .isIn:
            write(program.operand(code, 0), to: &text, wrapped: true)
            text.append(" in ")
            writeList(code, from: 1, to: &text)
        case .between:
            write(program.operand(code, 0), to: &text, wrapped: true)
            text.append(" between ")
            write(program.operand(code, 1), to: &text, wrapped: true)
            text.append(" and ")
            write(program.operand(code, 2), to: &text, wrapped: true)
        default: writeInfix(op, code, to: &text)
        }
        if wrapped { text.append(")") }
    }

    private func writeInfix(_ op: Operator, _ code: erpk_code, to text: inout [UInt8]) {
        if code.count == 1, op == .add || op == .subtract { text.append(op.spelling) }
        for index in 0..<UInt32(code.count) {
            if index > 0 {
                text.append(" ")
                text.append(op.spelling)
                text.append(" ")
            }
            write(program.operand(code, index), to: &text, wrapped: true)
        }
    }

    private func writeList(_ code: erpk_code, from first: UInt32, to text: inout [UInt8]) {
        text.append("(")
        for index in first..<(UInt32(code.count) < first ? first : UInt32(code.count)) {
            if index > first { text.append(", ") }
            write(program.operand(code, index), to: &text, wrapped: false)
        }
        text.append(")")
    }

    private func writeLeaf(_ node: UInt32, to text: inout [UInt8]) {
        if node < program.header.slot_count {
            text += spelling(node)
            return
        }
        let value = registers[node]
        guard value.isValue, value.type != UInt8(ERPK_T_BOOL), value.type != UInt8(ERPK_T_NUMBER) else {
            text += plain(value)
            return
        }
        if value.type == UInt8(ERPK_T_DURATION) || value.bytes == nil && value.length == 1 {
            text += typeName(Int32(value.type))
            text.append(" ")
        }
        text.append("'")
        for byte in plain(value) {
            if byte == 0x27 { text.append(byte) }
            text.append(byte)
        }
        text.append("'")
    }

    /// `new.x` is the plain `x`.
    func name(_ slot: UInt32) -> [UInt8] {
        if quantifier(slot) != nil { return rendered(slot) }
        let spelled = spelling(slot)
        let isNew = spelled.count > 4 && [UInt8](spelled.prefix(4)).equals("new.")
        return isNew ? [UInt8](spelled.dropFirst(4)) : spelled
    }

    func spelling(_ slot: UInt32) -> [UInt8] {
        let slot = program.slot(slot)
        return ByteView(program.text(slot.name), count: Int(slot.name_length)).copied()
    }

    // MARK: - Values

    mutating func json(_ value: erpk_value) {
        let bare = !value.isValue || value.type == UInt8(ERPK_T_BOOL) || value.type == UInt8(ERPK_T_NUMBER)
        if bare { output.append(plain(value)) } else { string(plain(value)) }
    }

    func faultText(_ value: erpk_value) -> [UInt8] {
        switch Int32(truncatingIfNeeded: value.low) {
        case ERPK_E_DIVISION: [UInt8]("division by zero")
        case ERPK_E_NOT_FINITE: [UInt8]("NaN and infinity are no amounts")
        case ERPK_E_MANY_ROWS: [UInt8]("lookup found more than one row")
        case ERPK_E_TYPE: misfit(value)
        case ERPK_E_TOO_LONG: [UInt8]("the text is too long")
        case ERPK_E_RANGE: [UInt8]("the date is outside 0001-01-01 to 9999-12-31")
        case ERPK_E_NOT_WHOLE: [UInt8]("the count is not a whole number")
        default: [UInt8]("the result needs more than 38 digits")
        }
    }

    private func misfit(_ value: erpk_value) -> [UInt8] {
        if value.length < program.header.slot_count, program.slot(value.length).type == UInt8(ERPK_T_JSON) {
            return name(value.length) + [UInt8](" is not a list")
        }
        let slot = value.length
        guard slot < program.header.slot_count else { return [UInt8]("a value is not of its type") }
        return name(slot) + [UInt8](" is not a ") + typeName(Int32(program.slot(slot).type))
    }

    /// The value as text; long texts are cut, as they only illustrate.
    func plain(_ value: erpk_value) -> [UInt8] {
        guard value.isValue else { return [UInt8]("null") }
        switch Int32(value.type) {
        case ERPK_T_BOOL: return [UInt8](value.isTrue ? "true" : "false")
        case ERPK_T_NUMBER: return value.decimal.text
        case ERPK_T_TEXT, ERPK_T_OPAQUE: return shortened(value.view)
        case ERPK_T_JSON: return [UInt8]("...")
        case ERPK_T_DURATION: return durationText(value)
        default: return momentText(value)
        }
    }

    private func shortened(_ view: ByteView) -> [UInt8] {
        var length = view.count
        if length > 256 {
            length = 256
            while length > 0, view[length] & 0xC0 == 0x80 { length &-= 1 }
        }
        var bytes: [UInt8] = []
        for index in 0..<length { bytes.append(view[index]) }
        if length < view.count { bytes.append("...") }
        return bytes
    }

    mutating func string(_ bytes: [UInt8]) {
        output.append(0x22)
        for byte in bytes {
            switch byte {
            case 0x22: output.append("\\\"")
            case 0x5C: output.append("\\\\")
            case 0x0A: output.append("\\n")
            case 0x0D: output.append("\\r")
            case 0x09: output.append("\\t")
            case 0..<0x20: output.append(" ")
            default: output.append(byte)
            }
        }
        output.append(0x22)
    }
}
