// What several rules compute alike is computed once a row, before any of them: a comparison that twenty rules make is one
// instruction of the prelude. Only what reads nothing but the row goes there; what asks for facts stays behind its rule's
// short cuts. The prelude has no jumps: each value is computed whole, which gives the same value, as jumps only skip work.

internal import CErpKernel

/// Moves instructions of compiled rules into a shared prelude.
struct Sharing {
    private typealias Instruction = ProgramBuilder.Instruction
    private typealias Rule = ProgramBuilder.Rule

    private let source: ProgramBuilder
    private var constants = DistinctList<ProgramBuilder.Constant>()
    /// The new place of each old constant.
    private var constantMap: [Int] = []
    private var prelude = DistinctList<Instruction>()
    /// The new place of each old instruction; the prelude's are marked by `Place.prelude`.
    private var places: [Place]
    private var rest: [Instruction] = []
    private var rules: [Rule] = []

    private enum Place {
        case nowhere
        case prelude(Int)
        case rest(Int)
    }

    private init(_ source: ProgramBuilder) {
        self.source = source
        places = [Place](repeating: .nowhere, count: source.code.count)
    }

    /// The same rules with their common parts in a prelude.
    static func share(_ builder: ProgramBuilder) -> ProgramBuilder {
        var sharing = Sharing(builder)
        sharing.mergeConstants()
        for rule in builder.rules { sharing.add(rule) }
        return sharing.result()
    }

    // MARK: - Constants

    private mutating func mergeConstants() {
        for constant in source.constants {
            var hash = WordHash()
            hash.add(UInt64(constant.value.state) | UInt64(constant.value.type) &<< 8)
            hash.add(constant.value.low)
            hash.add(UInt64(bitPattern: constant.value.high))
            for byte in constant.text { hash.add(UInt64(byte)) }
            constantMap.append(constants.add(constant, hash: hash.value, isSame: Sharing.isSame))
        }
    }

    /// Equal in all that is shown, too: 1.0 and 1.00 stay apart.
    private static func isSame(_ one: ProgramBuilder.Constant, _ other: ProgramBuilder.Constant) -> Bool {
        one.value.state == other.value.state && one.value.type == other.value.type
            && one.value.scale == other.value.scale && one.value.length == other.value.length
            && one.value.low == other.value.low && one.value.high == other.value.high && one.text == other.text
    }

    // MARK: - Rules

    private mutating func add(_ rule: Rule) {
        let range = rule.first..<(rule.last < rule.first ? rule.first : rule.last)
        let moves = hoistable(range)
        let stays = remaining(range, moves)
        let first = rest.count
        var next = first
        for index in range where stays.at(index &- rule.first) == true {
            places.replace(at: index, with: .rest(next))
            next = next &+ 1
        }
        for index in range {
            guard let instruction = source.code.at(index) else { continue }
            if moves.at(index &- rule.first) == true {
                places.replace(at: index, with: .prelude(shared(instruction)))
            } else if stays.at(index &- rule.first) == true {
                var kept = instruction
                kept.target = landing(instruction.target, stays, of: rule, end: next)
                rest.append(kept)
            }
        }
        rules.append(rule.moved(first: first, last: next))
    }

    /// Of each instruction of a rule, whether it goes into the prelude: it reads the row alone, and is more than a part of
    /// the rule's logical frame.
    private func hoistable(_ range: Range<Int>) -> [Bool] {
        var isPure: [Bool] = []
        for index in range {
            var pure = false
            if let instruction = source.code.at(index), !instruction.op.isControl, !instruction.op.asksCaller {
                pure = instruction.arguments.allSatisfy { readsRow($0, isPure, from: range.lowerBound) }
            }
            isPure.append(pure)
        }
        var moves = [Bool](repeating: false, count: isPure.count)
        for offset in stride(from: isPure.count &- 1, through: 0, by: -1) where isPure.at(offset) == true {
            guard let instruction = source.code.at(range.lowerBound &+ offset) else { continue }
            guard instruction.op.family != .logical || moves.at(offset) == true else { continue }
            moves.replace(at: offset, with: true)
            for argument in instruction.arguments where argument.space == .code {
                moves.replace(at: argument.index &- range.lowerBound, with: true)
            }
        }
        return moves
    }

    private func readsRow(_ argument: Reference, _ isPure: [Bool], from first: Int) -> Bool {
        switch argument.space {
        case .constant: true
        case .slot: source.slots.at(argument.index).map { $0.fact == 0 } ?? false
        case .code: isPure.at(argument.index &- first) ?? false
        case .late: false
        }
    }

    /// Of each instruction, whether it stays with its rule: what does not move, but no jump over nothing. A jump that stays is
    /// something: the test of an `if` whose value moved still leads past the jump behind that value.
    private func remaining(_ range: Range<Int>, _ moves: [Bool]) -> [Bool] {
        var stays = [Bool](repeating: false, count: range.count)
        // How many instructions stay from each one on.
        var following = [Int](repeating: 0, count: range.count &+ 1)
        for offset in stride(from: range.count &- 1, through: 0, by: -1) {
            guard let instruction = source.code.at(range.lowerBound &+ offset) else { continue }
            let behind = following.at(offset &+ 1) ?? 0
            let landing = following.at(instruction.target &- range.lowerBound) ?? behind
            let isKept = instruction.op.isJump ? behind > landing : moves.at(offset) == false
            stays.replace(at: offset, with: isKept)
            following.replace(at: offset, with: behind &+ (isKept ? 1 : 0))
        }
        return stays
    }

    /// Where a jump leads now: to the first instruction that stays at or behind its old target.
    private func landing(_ target: Int, _ stays: [Bool], of rule: Rule, end: Int) -> Int {
        var index = target
        while index < rule.last {
            if case .rest(let place) = places.at(index) ?? .nowhere, stays.at(index &- rule.first) == true {
                return place
            }
            index = index &+ 1
        }
        return end
    }

    private mutating func shared(_ instruction: Instruction) -> Int {
        let moved = Instruction(
            op: instruction.op, kind: instruction.kind, arguments: instruction.arguments.map { operand($0, shift: 0) })
        var hash = WordHash()
        hash.add(UInt64(moved.op.rawValue) | UInt64(truncatingIfNeeded: moved.kind) &<< 8)
        for argument in moved.arguments {
            hash.add(UInt64(truncatingIfNeeded: argument.index) &<< 2 | UInt64(argument.space.rawValue))
        }
        return prelude.add(moved, hash: hash.value, isSame: Sharing.isSame)
    }

    private static func isSame(_ one: Instruction, _ other: Instruction) -> Bool {
        one.op == other.op && one.kind == other.kind && one.arguments == other.arguments
    }

    // MARK: - Result

    /// An operand's new place, once the prelude has `shift` instructions.
    private func operand(_ reference: Reference, shift: Int) -> Reference {
        switch reference.space {
        case .slot, .late: return reference
        case .constant: return Reference(space: .constant, index: constantMap.at(reference.index) ?? 0)
        case .code:
            switch places.at(reference.index) ?? .nowhere {
            case .prelude(let place): return Reference(space: .code, index: place)
            case .rest(let place): return Reference(space: .code, index: place &+ shift)
            case .nowhere: return reference
            }
        }
    }

    private func result() -> ProgramBuilder {
        let shift = prelude.elements.count
        var code = prelude.elements
        for instruction in rest {
            code.append(
                Instruction(
                    op: instruction.op, kind: instruction.kind,
                    arguments: instruction.arguments.map { operand($0, shift: shift) },
                    target: instruction.target &+ shift))
        }
        let moved = rules.map {
            $0.moved(first: $0.first &+ shift, last: $0.last &+ shift, root: operand($0.root, shift: shift))
        }
        return source.replacing(
            constants: constants.elements, code: code, rules: moved,
            quantifiers: source.quantifiers.map { block($0, shift: shift) },
            preludeCount: shift)
    }

    /// A quantifier's block stays whole; only its constants have moved, and what it begins with, if a rule's code holds that.
    private func block(_ quantifier: Quantifier, shift: Int) -> Quantifier {
        var result = quantifier
        result.code = quantifier.code.map { instruction in
            Instruction(
                op: instruction.op, kind: instruction.kind, arguments: instruction.arguments.map { constant($0) },
                target: instruction.target)
        }
        result.source = quantifier.source.map { constant($0) }
        result.initial = quantifier.initial.map { quantifier.parent < 0 ? operand($0, shift: shift) : constant($0) }
        result.condition = quantifier.condition.map { constant($0) }
        result.body = quantifier.body.map { constant($0) }
        result.probes = quantifier.probes.map { ($0.inner, constant($0.outer)) }
        return result
    }

    private func constant(_ reference: Reference) -> Reference {
        reference.space == .constant ? operand(reference, shift: 0) : reference
    }
}
