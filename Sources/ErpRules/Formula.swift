/// A value in SMT-LIB: what it is, and when it is null or an error; never both.
struct Coded {
    var value: String
    var null = SMT.no
    var error = SMT.no
    var digits: Digits?

    /// Of a condition: whether it is true.
    var isTrue: String { SMT.and([value, SMT.not(null), SMT.not(error)]) }

    /// Of a condition: whether it is false.
    var isFalse: String { SMT.and([SMT.not(value), SMT.not(null), SMT.not(error)]) }

    var isKnown: String { SMT.and([SMT.not(null), SMT.not(error)]) }
}

/// What triggers a rule.
public enum WriteOperation: String, CaseIterable, Sendable {
    case insert = "INSERT"
    case update = "UPDATE"
    case delete = "DELETE"
}

/// Who writes: anybody, or one actor with known attributes; no attributes is somebody who is neither agent nor person.
public enum Writer: Hashable, Sendable {
    case anyone
    case known([String: JSONValue])
}

/// A value of the row, of a row a foreign key leads to, of the writer or of the transaction.
struct Variable {
    enum Form: Equatable {
        case whole, scaled(Int), real, text(maximumLength: Int?), uuid, boolean, day, moment(zoned: Bool), opaque
    }

    let name: String
    let form: Form
    /// What the solver is asked for.
    let symbol: String
    let notANumber: String?
    let coded: Coded
}

/// The formula of one question: conditions over the values of one write, in three-valued logic.
///
/// It never holds for fewer writes than the database knows: what it cannot express is a free value. So a formula
/// without a model is an answer, and a model is only a proposal.
final class Formula {
    let catalogue: Catalogue
    let table: Table
    let operation: WriteOperation
    let writer: Writer
    /// Scales are not enforced, so that products stay within real arithmetic.
    let isRelaxed: Bool

    var body: [String] = []
    var assertions: [String] = []
    /// Asserted first, for a row that looks like one of real life.
    var preferences: [String] = []
    /// True for numbers that a rule cannot hold: NaN, or more than 38 digits.
    var exotic: [String] = []
    var variables: [String: Variable] = [:]
    var order: [String] = []
    /// Names of looked up values as rules write them, and their variables.
    var looked: [String: String] = [:]
    /// Paths to other rows: the variable of the key, by the path of the row.
    var rows: [String: (reference: Column.Reference, key: Coded)] = [:]
    var texts: [String: String] = [:]
    /// Operators whose result is a free value here.
    var abstractions: Set<String> = []
    var isNonlinear = false
    var ordersText = false
    var overrides: [RuleNode: Bool] = [:]
    var memo: [MemoKey: Coded] = [:]
    private var count = 0

    struct MemoKey: Hashable {
        let node: RuleNode
        let type: ValueType
    }

    init(
        catalogue: Catalogue,
        table: Table,
        operation: WriteOperation,
        writer: Writer,
        isRelaxed: Bool = false
    ) {
        self.catalogue = catalogue
        self.table = table
        self.operation = operation
        self.writer = writer
        self.isRelaxed = isRelaxed
    }

    func fresh(_ prefix: String) -> String {
        count += 1
        return "\(prefix)\(count)"
    }

    func declare(_ prefix: String, _ sort: String) -> String {
        let symbol = fresh(prefix)
        body.append("(declare-const \(symbol) \(sort))")
        return symbol
    }

    /// A short name for a term, so that nested conditions stay linear in size.
    func define(_ sort: String, _ term: String, always: Bool = false) -> String {
        guard always || term.utf8.count > 24 else { return term }
        let symbol = fresh("t")
        body.append("(define-fun \(symbol) () \(sort) \(term))")
        return symbol
    }

    func named(_ coded: Coded, _ type: ValueType) -> Coded {
        Coded(
            value: define(SMT.sort(of: type), coded.value),
            null: define("Bool", coded.null),
            error: define("Bool", coded.error),
            digits: coded.digits
        )
    }

    /// The constant of a text; constants keep the order of their bytes.
    func text(_ value: String) -> String {
        if let symbol = texts[value] { return symbol }
        let symbol = "text\(texts.count)"
        texts[value] = symbol
        return symbol
    }

    /// A free value for a form that is outside the decidable part; equal forms have equal values.
    func free(_ node: RuleNode, _ type: ValueType, _ operation: String) -> Coded {
        abstractions.insert(operation)
        return Coded(
            value: declare("free", SMT.sort(of: type)),
            null: define("Bool", declare("null", "Bool")),
            error: SMT.no
        ).withFreeError(declare("error", "Bool"))
    }

    /// The texts of all constants in the order of their bytes.
    var sortedTexts: [String] { texts.keys.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) } }

    /// The whole script: constants, definitions, what is asserted, and what is asked of a model.
    func script(_ goals: [String], timeout milliseconds: Int) -> String {
        var lines = ["(set-option :timeout \(milliseconds))"]
        // From one on, so that the solver's favourite value is no constant.
        for (index, value) in sortedTexts.enumerated() {
            lines.append("(define-fun \(text(value)) () Real \(index + 1).0)")
        }
        lines += body
        lines += (assertions + goals).map { "(assert \($0))" }
        lines.append("(check-sat)")
        let asked = order.compactMap { variables[$0] }.flatMap { variable in
            [variable.symbol, variable.coded.null] + (variable.notANumber.map { [$0] } ?? [])
        }
        if !asked.isEmpty { lines.append("(get-value (\(asked.joined(separator: " "))))") }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension Coded {
    fileprivate func withFreeError(_ flag: String) -> Coded {
        Coded(value: value, null: SMT.and([null, SMT.not(flag)]), error: flag, digits: nil)
    }
}
