// Quantifiers and aggregates: how they are spelled, and what the compiler knows of one.

internal import CErpKernel

/// A quantifier of a program in the making; its number in the program is its place in `ProgramBuilder.quantifiers`.
struct Quantifier {
    var kind: Int32
    var flags: UInt32
    /// The number that scanning the rule gave it.
    let ordinal: Int
    let rule: Int
    /// The enclosing quantifier, or -1.
    let parent: Int
    let relation: [UInt8]
    let alias: [UInt8]
    var type: Int32 = ERPK_T_BOOL
    var slot: Reference?
    /// Slots of its row, nested quantifiers included.
    var slots: [Int] = []
    var code: [ProgramBuilder.Instruction] = []
    /// The list whose elements are the rows, nil for a relation.
    var source: Reference?
    /// What the accumulator of `reduce` begins with; a register of the code around.
    var initial: Reference?
    /// Where a block inside reads the accumulator.
    var carried: Reference?
    var condition: Reference?
    var body: Reference?
    var probes: [(inner: Reference, outer: Reference)] = []

    /// Canonical spelling of a kind.
    static func spelling(_ kind: Int32) -> StaticString {
        switch kind {
        case ERPK_Q_EXISTS: "exists"
        case ERPK_Q_FORALL: "forall"
        case ERPK_Q_EXISTS_ONE: "exists_one"
        case ERPK_Q_LOOKUP: "lookup"
        case ERPK_Q_COUNT: "count"
        case ERPK_Q_COUNT_DISTINCT: "count_distinct"
        case ERPK_Q_SUM: "sum"
        case ERPK_Q_MIN: "min"
        case ERPK_Q_MAX: "max"
        case ERPK_Q_AVG: "avg"
        case ERPK_Q_LIST: "filter"
        case ERPK_Q_REDUCE: "reduce"
        default: ""
        }
    }

    /// The kind of a spelling in any case, or nil.
    static func named(_ name: [UInt8]) -> Int32? {
        for kind in ERPK_Q_EXISTS...ERPK_Q_AVG where name.equals(anyCaseOf: spelling(kind)) { return kind }
        return nil
    }

    /// Whether the body is a condition over the rows.
    static func isLogical(_ kind: Int32) -> Bool {
        kind == ERPK_Q_EXISTS || kind == ERPK_Q_FORALL || kind == ERPK_Q_EXISTS_ONE
    }
}
