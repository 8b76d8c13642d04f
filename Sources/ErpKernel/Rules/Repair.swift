// The smallest change of one value of the row that lets a violated rule pass. The kernel proposes, the caller judges: for
// each column in a comparison that failed first a value one step away, which shows how the difference of its sides moves,
// then the values that would settle it if that went on so. Only what the whole rule passed with is told.

internal import CErpKernel

/// Two sides that ought to compare as `op` says; `isTrue` where only a boolean below it can be turned.
struct RepairPair {
    let op: Operator
    let left: UInt32
    let right: UInt32
}

/// The search over the register file of a violated rule.
struct Repair {
    let registers: Registers
    let columns: Registers
    let program: Program
    private let explainer: Explainer
    private let entry: erpk_entry

    /// More columns in more comparisons are not tried.
    private static let mostItems = 16
    /// Longer texts are shown cut, so they are not proposed.
    private static let longestText: UInt32 = 256

    init(_ program: Program, _ registers: Registers, columns: Registers, rule: erpk_entry) {
        self.program = program
        self.registers = registers
        self.columns = columns
        entry = rule
        explainer = Explainer(program, registers, output: Output(nil, capacity: 0))
    }

    /// False when nothing is left to try.
    func next(_ state: inout erpk_repair, _ scratch: Registers) -> Bool {
        let part = explainer.failing(entry)
        guard registers[entry.root].isValue, !explainer.readsRedacted(part.node) else { return false }
        let items = self.items(of: part.node, wanted: part.wanted)
        if state.step > 2, state.passed != 0 { keep(&state) }
        while let item = items.at(Int(state.item)) {
            if state.step == 0, let probe = probe(item) {
                state.step = 1
                state.slot = item.slot
                state.value = probe
                return true
            }
            if state.step < 2 {
                propose(item, state.step == 0 ? nil : scratch, &state)
                state.step = 2
            }
            while state.step &- 2 < state.count {
                state.slot = item.slot
                let (first, second, third) = state.proposals
                state.value = state.step == 2 ? first : (state.step == 3 ? second : third)
                state.step &+= 1
                if isBetter(state) { return true }
            }
            state.item &+= 1
            state.step = 0
        }
        return false
    }

    // MARK: - Which columns of which comparisons

    private func items(of node: UInt32, wanted: Bool) -> [(pair: RepairPair, slot: UInt32)] {
        var pairs: [RepairPair] = []
        collect(node, wanted: wanted, into: &pairs)
        var items: [(pair: RepairPair, slot: UInt32)] = []
        for pair in pairs {
            var slots: [UInt32] = []
            collectColumns(pair.left, into: &slots)
            collectColumns(pair.right, into: &slots)
            for slot in slots.sorted(by: { number($0) < number($1) }) where items.count < Repair.mostItems {
                items.append((pair, slot))
            }
        }
        return items
    }

    private func number(_ slot: UInt32) -> UInt64 { columns[slot].low }

    private func collect(_ node: UInt32, wanted: Bool, into pairs: inout [RepairPair]) {
        guard let (op, code) = explainer.instruction(node) else {
            pairs.append(RepairPair(op: .isTrue, left: node, right: node))
            return
        }
        switch op {
        case .not: collect(code.a, wanted: !wanted, into: &pairs)
        case .and, .or:
            for index in 0..<UInt32(code.count) { collect(program.operand(code, index), wanted: wanted, into: &pairs) }
        case .implies:
            collect(code.a, wanted: !wanted, into: &pairs)
            collect(code.b, wanted: wanted, into: &pairs)
        case .between:
            let value = program.operand(code, 0)
            let (least, most): (Operator, Operator) = wanted ? (.greaterOrEqual, .lessOrEqual) : (.less, .greater)
            pairs.append(RepairPair(op: least, left: value, right: program.operand(code, 1)))
            pairs.append(RepairPair(op: most, left: value, right: program.operand(code, 2)))
        case .isIn:
            guard let element = nearest(code, equal: !wanted) else { return }
            pairs.append(RepairPair(op: wanted ? .equal : .notEqual, left: program.operand(code, 0), right: element))
        default:
            guard let asked = comparison(op, wanted: wanted) else {
                pairs.append(RepairPair(op: .isTrue, left: node, right: node))
                return
            }
            for index in 1..<UInt32(code.count < 1 ? 1 : code.count) {
                pairs.append(
                    RepairPair(op: asked, left: program.operand(code, index &- 1), right: program.operand(code, index)))
            }
        }
    }

    private func comparison(_ op: Operator, wanted: Bool) -> Operator? {
        switch op {
        case .equal, .same: wanted ? .equal : .notEqual
        case .notEqual, .notSame: wanted ? .notEqual : .equal
        case .less: wanted ? .less : .greaterOrEqual
        case .lessOrEqual: wanted ? .lessOrEqual : .greater
        case .greater: wanted ? .greater : .lessOrEqual
        case .greaterOrEqual: wanted ? .greaterOrEqual : .less
        default: nil
        }
    }

    /// Of a list the element nearest to the needle, or the first where there is no distance.
    private func nearest(_ code: erpk_code, equal: Bool) -> UInt32? {
        let needle = registers[program.operand(code, 0)]
        var best: (node: UInt32, distance: Decimal?)?
        for index in 1..<UInt32(code.count < 1 ? 1 : code.count) {
            let node = program.operand(code, index)
            guard registers[node].isValue, needle.isValue else { continue }
            if equal, needle.order(against: registers[node]) != 0 { continue }
            let distance = difference(needle, registers[node]).map { $0.coefficient < 0 ? $0.negated : $0 }
            if let found = best {
                guard let distance, let least = found.distance, distance.order(against: least) < 0 else { continue }
            }
            best = (node, distance)
        }
        return best?.node
    }

    private func collectColumns(_ node: UInt32, into slots: inout [UInt32]) {
        if let (_, code) = explainer.instruction(node) {
            for index in 0..<UInt32(code.count) { collectColumns(program.operand(code, index), into: &slots) }
        } else if node < program.header.slot_count, columns[node].isValue, registers[node].isValue,
            !slots.contains(where: { number($0) == number(node) }), !isKey(number(node))
        {
            slots.append(node)
        }
    }

    /// Whether the rule looks something up by the column.
    private func isKey(_ column: UInt64) -> Bool {
        for slot in 0..<program.header.slot_count
        where program.slot(slot).is_fact == UInt8(ERPK_FACT_NAME) && number(slot) == column {
            if explainer.uses(entry, slot) { return true }
        }
        return false
    }

    // MARK: - What to try

    private func propose(_ item: (pair: RepairPair, slot: UInt32), _ scratch: Registers?, _ state: inout erpk_repair) {
        state.count = 0
        let value = registers[item.slot]
        if value.type == UInt8(ERPK_T_BOOL) {
            state.proposals.0 = .bool(!value.isTrue)
            state.count = 1
        } else if let scratch {
            var line = RepairLine(self, item.pair, item.slot)
            line.solve(scratch, &state)
        } else if item.pair.op == .equal, item.pair.left != item.pair.right,
            item.pair.left == item.slot || item.pair.right == item.slot
        {
            let other = registers[item.pair.left == item.slot ? item.pair.right : item.pair.left]
            guard other.isValue, other.type == value.type, other.length <= Repair.longestText else { return }
            state.proposals.0 = other
            state.count = 1
        }
    }

    /// The column's value one step on: a number, a day.
    private func probe(_ item: (pair: RepairPair, slot: UInt32)) -> erpk_value? {
        let value = registers[item.slot]
        guard item.pair.op != .isTrue, difference(registers[item.pair.left], registers[item.pair.right]) != nil else {
            return nil
        }
        switch Int32(value.type) {
        case ERPK_T_NUMBER:
            let one = Decimal(trusted: 1, scale: 0, display: 0)
            return value.decimal.adding(one).map { .number($0) }
        case ERPK_T_DATE: return .integer(value.integer &+ 1, type: ERPK_T_DATE)
        case ERPK_T_TIMESTAMP, ERPK_T_TIMESTAMPTZ:
            return .integer(value.integer &+ Int128(Moment.microsecondsPerDay), type: Int32(value.type))
        default: return nil
        }
    }

    /// Left less right, of numbers or moments.
    func difference(_ left: erpk_value, _ right: erpk_value) -> Decimal? {
        guard left.isValue, right.isValue, left.type == right.type else { return nil }
        switch Int32(left.type) {
        case ERPK_T_NUMBER: return left.decimal.adding(right.decimal.negated)
        case ERPK_T_DATE, ERPK_T_TIMESTAMP, ERPK_T_TIMESTAMPTZ:
            guard Repair.isInCalendar(left), Repair.isInCalendar(right) else { return nil }
            return Decimal(left.integer &- right.integer, scale: 0)
        default: return nil
        }
    }

    /// Whether a date or moment lies in the years 1 to 9999.
    static func isInCalendar(_ value: erpk_value) -> Bool {
        let unit = value.type == UInt8(ERPK_T_DATE) ? 1 : Int128(Moment.microsecondsPerDay)
        return value.integer >= -730_119 &* unit && value.integer < 2_921_940 &* unit
    }

    // MARK: - Which is best

    /// How far a value is from the column's: in numbers or days; nil where that says nothing.
    private func distance(_ value: erpk_value, _ slot: UInt32) -> Decimal? {
        guard let difference = difference(value, registers[slot]) else { return nil }
        let distance = difference.coefficient < 0 ? difference.negated : difference
        guard value.type == UInt8(ERPK_T_TIMESTAMP) || value.type == UInt8(ERPK_T_TIMESTAMPTZ) else { return distance }
        return distance.divided(by: Decimal(trusted: Int128(Moment.microsecondsPerDay), scale: 0, display: 0))
    }

    private func isBetter(_ state: erpk_repair) -> Bool {
        guard state.found != 0 else { return true }
        let own = distance(state.value, state.slot)
        guard state.distance.isValue else { return own != nil || number(state.slot) < number(state.best_slot) }
        guard let own else { return false }
        let order = own.order(against: state.distance.decimal)
        return order < 0 || order == 0 && number(state.slot) < number(state.best_slot)
    }

    private func keep(_ state: inout erpk_repair) {
        state.found = 1
        state.best_slot = state.slot
        state.best = state.value
        state.distance = distance(state.value, state.slot).map { .number($0) } ?? .null(0)
        state.passed = 0
    }
}

extension Explainer {
    /// The change that was found, for the DETAIL or the HINT of a refusal.
    mutating func change(_ repair: erpk_repair, _ what: Int32) -> Int {
        if what == ERPK_CHANGE_JSON {
            output.append("\"change\": {\"field\": ")
            string(name(repair.best_slot))
            output.append(", \"to\": ")
            json(repair.best)
            output.append("}")
        } else {
            let isBare = repair.best.type == UInt8(ERPK_T_BOOL) || repair.best.type == UInt8(ERPK_T_NUMBER)
            output.append(name(repair.best_slot))
            output.append(" = ")
            if !isBare { output.append("'") }
            for byte in plain(repair.best) {
                if byte == 0x27, !isBare { output.append(byte) }
                output.append(byte)
            }
            if !isBare { output.append("'") }
            output.append(" would pass")
        }
        return output.count
    }
}
