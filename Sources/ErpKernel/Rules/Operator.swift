// The closed list of operators. A new one is a case here, its typing in RuleCompiler, its meaning in Evaluator,
// and lines in Tests/vectors/rules.jsonl.

/// An instruction of the flat program; the first group are the operators of the language.
enum Operator: UInt8 {
    case and, or, not, implies, iff, xor
    case equal, notEqual, same, notSame, less, lessOrEqual, greater, greaterOrEqual, between, isIn, isNull, isNotNull
    case add, subtract, multiply, divide, remainder, minimum, maximum, absolute
    case ifElse, coalesce
    // Texts, numbers, dates and casts: ScalarOperator.swift.
    case cat, substring, length, lower, upper, trim, startsWith, endsWith, contains, isPart, like, matches
    case negate, floor, ceiling, round, roundEven, truthy
    // Of a list in JSON.
    case elements, isElement
    case dateEqual, dateNotEqual, momentEqual, momentNotEqual
    case plusDuration, minusDuration, minusDate, daysBetween, dateAdd, momentAdd, truncate
    case year, month, day, weekday, now, today, startOfToday, duration
    case asDate, asTimestamp, asTimestamptz, asNumber, asText, asBoolean, asUUID
    // Control.
    case jump, jumpIfFalse, jumpIfTrue, jumpUnlessNull, fetch
    // A condition of `where`: what is not true drops the row, an error stays.
    case isTrue
    // What `reduce` came to so far: put into its register before each row.
    case carried
    // Puts a value of the block where the blocks inside it read it.
    case keep

    /// One of the six comparisons by order.
    var isOrdering: Bool {
        switch self {
        case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: true
        default: false
        }
    }

    /// Skips work.
    var isJump: Bool { isControl && self != .fetch && self != .keep }

    /// Never a value itself.
    var isControl: Bool {
        switch self {
        case .jump, .jumpIfFalse, .jumpIfTrue, .jumpUnlessNull, .fetch, .keep: true
        default: false
        }
    }

    /// What a typed node calls it.
    var family: Family {
        switch self {
        case .and, .or, .not, .implies, .iff, .xor: .logical
        case .add, .subtract, .multiply, .divide, .remainder, .minimum, .maximum, .absolute: .arithmetic
        case .ifElse, .coalesce: .conditional
        default: isScalar ? scalarFamily : .comparison
        }
    }

    enum Family { case logical, comparison, arithmetic, conditional }

    /// Fewest and most arguments.
    var arity: (Int, Int) {
        switch self {
        case .carried: (0, 1)
        case .keep: (2, 2)
        case .not, .isNull, .isNotNull, .absolute, .isTrue: (1, 1)
        case .implies, .iff, .equal, .notEqual, .same, .notSame, .isIn, .remainder: (2, 2)
        case .less, .lessOrEqual, .greater, .greaterOrEqual: (2, 3)
        case .between: (3, 3)
        case .xor, .ifElse, .divide: (2, Int.max)
        default: isScalar ? scalarArity : (1, Int.max)
        }
    }

    /// Canonical spelling, for traces.
    var spelling: StaticString {
        switch self {
        case .and: "and"
        case .or: "or"
        case .not: "not"
        case .implies: "implies"
        case .iff: "iff"
        case .xor: "xor"
        case .equal: "=="
        case .notEqual: "!="
        case .same: "==="
        case .notSame: "!=="
        case .less: "<"
        case .lessOrEqual: "<="
        case .greater: ">"
        case .greaterOrEqual: ">="
        case .between: "between"
        case .isIn: "in"
        case .isNull: "is null"
        case .isNotNull: "is not null"
        case .add: "+"
        case .subtract: "-"
        case .multiply: "*"
        case .divide: "/"
        case .remainder: "%"
        case .minimum: "min"
        case .maximum: "max"
        case .absolute: "abs"
        case .ifElse: "if"
        case .coalesce: "coalesce"
        case .jump, .jumpIfFalse, .jumpIfTrue, .jumpUnlessNull, .fetch, .keep, .isTrue: ""
        case .carried: "accumulator"
        default: scalarSpelling
        }
    }

    /// Every accepted spelling, for the nearest-name hint too.
    static func spelling(_ index: Int) -> (StaticString, Operator)? {
        switch index {
        case 0: ("and", .and)
        case 1: ("or", .or)
        case 2: ("not", .not)
        case 3: ("!", .not)
        case 4: ("implies", .implies)
        case 5: ("iff", .iff)
        case 6: ("xor", .xor)
        case 7: ("if", .ifElse)
        case 8: ("==", .equal)
        case 9: ("=", .equal)
        case 10: ("!=", .notEqual)
        case 11: ("<>", .notEqual)
        case 12: ("===", .same)
        case 13: ("!==", .notSame)
        case 14: ("<", .less)
        case 15: ("<=", .lessOrEqual)
        case 16: (">", .greater)
        case 17: (">=", .greaterOrEqual)
        case 18: ("between", .between)
        case 19: ("in", .isIn)
        case 20: ("is_null", .isNull)
        case 21: ("is_not_null", .isNotNull)
        case 22: ("+", .add)
        case 23: ("-", .subtract)
        case 24: ("*", .multiply)
        case 25: ("/", .divide)
        case 26: ("%", .remainder)
        case 27: ("min", .minimum)
        case 28: ("max", .maximum)
        case 29: ("abs", .absolute)
        case 30: ("coalesce", .coalesce)
        case 31: ("??", .coalesce)
        default: scalar(index &- 32)
        }
    }

    /// The operator of a spelling in any case, or nil.
    static func named(_ name: [UInt8]) -> Operator? {
        var index = 0
        while let (spelling, found) = spelling(index) {
            if name.equals(anyCaseOf: spelling) { return found }
            index &+= 1
        }
        return nil
    }

    /// The spelling within two edits, for `did you mean`.
    static func nearest(_ name: [UInt8]) -> [UInt8]? {
        guard name.count <= 32 else { return nil }
        var best: [UInt8]?
        var distance = name.count < 3 ? 2 : 3
        var index = 0
        while let (spelling, _) = spelling(index) {
            let candidate = [UInt8](spelling)
            let edits = editDistance(name, candidate)
            if edits < distance {
                best = candidate
                distance = edits
            }
            index &+= 1
        }
        return best
    }

    private static func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var previous = [Int](0...right.count)
        for (row, byte) in left.enumerated() {
            var current = [row &+ 1]
            for (column, other) in right.enumerated() {
                let change = (previous.at(column) ?? 0) &+ (byte | 0x20 == other | 0x20 ? 0 : 1)
                let remove = (previous.at(column &+ 1) ?? 0) &+ 1
                let insert = (current.at(column) ?? 0) &+ 1
                current.append(
                    change < remove ? (change < insert ? change : insert) : (remove < insert ? remove : insert))
            }
            previous = current
        }
        return previous.last ?? 0
    }
}
