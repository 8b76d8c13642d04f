/// In which pieces the ledger is verified again and again: at once while that is quick, else slice by slice, so that no
/// statement holds the database for long.
struct VerifyPlan {
    enum Slice: Equatable {
        case everything
        case unsealed, batches, links
        case rows(table: String)
        case chain(first: UInt64, last: UInt64)

        /// The statement and its parameters; each row is a finding.
        var query: (name: String, parameters: [String?]) {
            switch self {
            case .everything: ("everything", [])
            case .unsealed: ("unsealed", [])
            case .batches: ("batches", [])
            case .links: ("links", [])
            case .rows(let table): ("rows", [table])
            case .chain(let first, let last): ("chain", ["\(first)", "\(last)"])
            }
        }
    }

    /// The functions behind the names; they are prepared, as they are sent through a pipeline.
    static let statements = [
        ("everything", "erp.audit_findings()"), ("unsealed", "erp.audit_check_unsealed()"),
        ("batches", "erp.audit_check_batches()"), ("links", "erp.audit_check_links()"),
        ("rows", "erp.audit_check_rows($1::regclass)"), ("chain", "erp.audit_check_chain($1, $2)"),
    ].map { (name: $0.0, sql: "SELECT * FROM \($0.1) LIMIT 100") }

    static let quickMilliseconds = 10_000.0
    private static let leavesAtOnce: UInt64 = 100_000

    private var rest: [Slice] = []
    private var isLarge = false
    /// True when the slice just asked for ends a pass over everything.
    var endsPass: Bool { rest.isEmpty }

    /// What to verify next. `outline` tells tables and size; it is asked once a pass, and only of a large ledger.
    mutating func next<Failure: Error>(
        _ outline: () throws(Failure) -> (tables: [String], size: UInt64)
    ) throws(Failure) -> Slice {
        guard isLarge else { return .everything }
        if rest.isEmpty {
            let (tables, size) = try outline()
            let starts = stride(from: 1, through: size, by: Int(VerifyPlan.leavesAtOnce))
            rest = [.unsealed, .batches, .links] + tables.map { .rows(table: $0) }
            rest += starts.map { .chain(first: $0, last: min(size, $0 + VerifyPlan.leavesAtOnce - 1)) }
        }
        return rest.removeFirst()
    }

    /// Learns from how long everything took.
    mutating func took(_ slice: Slice, milliseconds: Double) {
        if slice == .everything, milliseconds > VerifyPlan.quickMilliseconds { isLarge = true }
    }
}
