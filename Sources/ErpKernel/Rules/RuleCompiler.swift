// Gives every node a type and writes its instructions. Typing comes before any evaluation, so a type error is never
// absorbed by a neighbour and shows when the rule is stored.

internal import CErpKernel

/// Compiles rules into one `ProgramBuilder`.
struct RuleCompiler {
    /// A compiled node; one of JSON has no slot before it takes a type.
    struct Operand {
        var reference: Reference
        var type: Int32
        let path: [UInt8]
        var isNullLiteral = false
        /// A list, which JSON need not be.
        var isList = false
        /// A quoted literal that has not taken a type yet.
        var quoted: [UInt8]?
    }

    var builder = ProgramBuilder()
    /// Names of the rule at hand, as the caller resolved them.
    private var names: [erpk_name] = []
    private(set) var nodes: [RuleNode] = []
    private(set) var quantifiers: [QuantifierNode] = []
    /// Number in the program of the rule's first quantifier, and of the one whose block is compiled, or -1.
    var firstQuantifier = 0
    var scope = -1
    /// What the maps around lists gave, by node, for the block that each is written in.
    var mapped: [(node: Int, operand: Operand, kept: Reference?)] = []

    /// Adds one rule to the program; a rule that fails leaves a broken entry and its fault.
    mutating func add(_ ast: ByteView, flags: UInt32, names: [erpk_name]) -> RuleFault? {
        let first = builder.code.count
        self.names = names
        quantifiers = []
        mapped = []
        firstQuantifier = builder.quantifiers.count
        scope = -1
        do throws(RuleFault) {
            var reader = JSONReader(ast)
            var parser = RuleParser(try reader.read())
            let root = try parser.parse()
            nodes = parser.nodes
            quantifiers = parser.quantifiers
            try declareQuantifiers()
            var operand = try compile(root)
            if flags & UInt32(ERPK_RULE_ANY_TYPE) == 0 {
                operand = try unified([operand], allowed: [ERPK_T_BOOL], at: operand.path).operands.first ?? operand
            } else {
                operand = materialised(operand)
            }
            builder.finishRule(flags: flags, first: first, root: operand.reference, type: operand.type)
            return nil
        } catch {
            builder.breakRule(flags: flags, first: first, quantifiers: firstQuantifier, code: error.code)
            return error
        }
    }

    // MARK: - Nodes

    mutating func compile(_ index: Int) throws(RuleFault) -> Operand {
        guard let node = nodes.at(index) else { throw RuleFault(ERPK_INTERNAL, at: [], "node out of range") }
        switch node.shape {
        case .literal(let kind, let text): return try literal(kind, text, at: node.path)
        case .name(let name): return try field(name, at: node.path)
        case .inner(let name, let scope, _): return try inner(name, scope, at: node.path)
        case .mapped(let value, let ordinal): return try mapped(value, ordinal, at: node.path)
        case .member(let whole, let name): return try member(name, of: whole, at: node.path)
        case .accumulator(let ordinal): return try accumulator(ordinal, at: node.path)
        case .quantifier(let ordinal): return try quantifier(ordinal, at: node.path)
        case .call(let op): return try call(op, node)
        }
    }

    mutating func literal(_ kind: JSONKind, _ text: [UInt8], at path: [UInt8]) throws(RuleFault) -> Operand {
        switch kind {
        case .bool:
            return Operand(reference: builder.constant(.bool(text.equals("true"))), type: ERPK_T_BOOL, path: path)
        case .number:
            guard case .number(let number) = Decimal.parse(text) else {
                throw RuleFault(ERPK_ARITHMETIC, at: path, "the number needs more than 38 digits")
            }
            return Operand(reference: builder.constant(.number(number)), type: ERPK_T_NUMBER, path: path)
        case .string:
            let reference = builder.constant(.text(nil, length: 0, type: ERPK_T_TEXT), text: text)
            return Operand(reference: reference, type: ERPK_T_NULL, path: path, quoted: text)
        default:
            let reference = builder.constant(.null(ERPK_T_NULL))
            return Operand(reference: reference, type: ERPK_T_NULL, path: path, isNullLiteral: true)
        }
    }

    private mutating func field(_ name: [UInt8], at path: [UInt8]) throws(RuleFault) -> Operand {
        let entry = try resolved(name, scope: 0, at: path)
        let isJSON = Int32(entry.type) == ERPK_T_JSON
        let slot = isJSON ? builder.lateSlot(entry) : builder.slot(entry, as: entry.type)
        if entry.is_fact != 0 { builder.emit(.fetch, [slot]) }
        return Operand(reference: slot, type: Int32(entry.type), path: path)
    }

    /// The name as the caller resolved it.
    func resolved(
        _ name: [UInt8], scope: Int, at path: [UInt8], isRelation: Bool = false
    ) throws(RuleFault) -> erpk_name {
        for entry in names where Int(entry.scope) == scope {
            guard (Int32(entry.is_fact) == ERPK_FACT_QUANTIFIER) == isRelation else { continue }
            if ByteView(entry.text, count: Int(entry.length)).isEqual(to: name) { return entry }
        }
        throw RuleFault(ERPK_UNKNOWN_NAME, at: path, text("unknown name \"", name, "\""))
    }

    private mutating func call(_ op: Operator, _ node: RuleNode) throws(RuleFault) -> Operand {
        if op.isScalar { return try scalar(op, node) }
        switch op {
        case .and, .or, .implies: return try shortCut(op, node)
        case .ifElse: return try choice(node)
        case .coalesce: return try firstKnown(node)
        default: break
        }
        var operands: [Operand] = []
        for argument in node.arguments { operands.append(try compile(argument)) }
        switch op {
        case .equal, .notEqual:
            if let other = testedForNull(operands) {
                let test: Operator = op == .equal ? .isNull : .isNotNull
                return result(test, [materialised(other)], ERPK_T_BOOL, node)
            }
            return try typed(op, operands, allowed: Self.plain, result: ERPK_T_BOOL, node)
        case .same, .notSame:
            let isNullTest = operands.contains { $0.isNullLiteral }
            let allowed = isNullTest ? Self.plain + [ERPK_T_OPAQUE, ERPK_T_JSON] : Self.plain
            return try typed(op, operands, allowed: allowed, result: ERPK_T_BOOL, node)
        case .isIn: return try typed(op, operands, allowed: Self.plain, result: ERPK_T_BOOL, node)
        case .less, .lessOrEqual, .greater, .greaterOrEqual, .between:
            return try typed(op, operands, allowed: Self.ordered, result: ERPK_T_BOOL, node)
        case .isNull, .isNotNull: return result(op, operands.map { materialised($0) }, ERPK_T_BOOL, node)
        case .minimum, .maximum:
            _ = try unifiedValues(operands, allowed: Self.ordered, at: node.path)
            return try typed(op, operands, allowed: Self.ordered, result: nil, node)
        case .add, .subtract:
            if let moved = try calendarSum(op, operands, node) { return moved }
            return try typed(op, operands, allowed: [ERPK_T_NUMBER], result: ERPK_T_NUMBER, node)
        case .multiply, .divide, .remainder, .absolute:
            return try typed(op, operands, allowed: [ERPK_T_NUMBER], result: ERPK_T_NUMBER, node)
        default: return try typed(op, operands, allowed: [ERPK_T_BOOL], result: ERPK_T_BOOL, node)
        }
    }

    /// The other side of `x == null`.
    func testedForNull(_ operands: [Operand]) -> Operand? {
        guard let left = operands.first, let right = operands.at(1) else { return nil }
        if right.isNullLiteral { return left }
        return left.isNullLiteral ? right : nil
    }

    /// `and`, `or`, `implies`: a deciding operand jumps to the end, where the operands are read in order.
    private mutating func shortCut(_ op: Operator, _ node: RuleNode) throws(RuleFault) -> Operand {
        var references: [Reference] = []
        var jumps: [Reference] = []
        for (position, argument) in node.arguments.enumerated() {
            let operand = try boolean(try compile(argument), at: node.path)
            references.append(operand.reference)
            if position < node.arguments.count &- 1 {
                jumps.append(builder.emit(op == .or ? .jumpIfTrue : .jumpIfFalse, [operand.reference]))
            }
        }
        for jump in jumps { builder.land(jump) }
        return Operand(reference: builder.emit(op, references), type: ERPK_T_BOOL, path: node.path)
    }

    /// `if`: test, value, test, value, …, otherwise.
    private mutating func choice(_ node: RuleNode) throws(RuleFault) -> Operand {
        var operands: [Operand] = []
        var isTest: [Bool] = []
        var ends: [Reference] = []
        var skip: Reference?
        for (position, argument) in node.arguments.enumerated() {
            let test = position % 2 == 0 && position < node.arguments.count &- 1
            if test, let pending = skip {
                builder.land(pending)
                skip = nil
            }
            var operand = try compile(argument)
            if test {
                operand = try boolean(operand, at: node.path)
                skip = builder.emit(.jumpIfFalse, [operand.reference])
            } else if let pending = skip {
                ends.append(builder.emit(.jump, []))
                builder.land(pending)
                skip = nil
            }
            operands.append(operand)
            isTest.append(test)
        }
        if node.arguments.count % 2 == 0 {
            operands.append(try literal(.null, [], at: node.path))
            isTest.append(false)
        }
        var arms: [Operand] = []
        for (operand, test) in zip(operands, isTest) where !test { arms.append(operand) }
        let united = try unifiedValues(arms, allowed: Self.plain, at: node.path)
        for end in ends { builder.land(end) }
        let reference = builder.emit(.ifElse, operands.map { $0.reference }, kind: united.type)
        return Operand(reference: reference, type: united.type, path: node.path)
    }

    private mutating func firstKnown(_ node: RuleNode) throws(RuleFault) -> Operand {
        var operands: [Operand] = []
        var jumps: [Reference] = []
        for (position, argument) in node.arguments.enumerated() {
            let operand = try compile(argument)
            operands.append(operand)
            if position < node.arguments.count &- 1 {
                jumps.append(builder.emit(.jumpUnlessNull, [operand.reference]))
            }
        }
        let united = try unifiedValues(operands, allowed: Self.plain, at: node.path)
        for jump in jumps { builder.land(jump) }
        let reference = builder.emit(.coalesce, operands.map { $0.reference }, kind: united.type)
        return Operand(reference: reference, type: united.type, path: node.path)
    }
}
