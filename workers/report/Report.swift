/// A report the program knows: its name, what may and must be said, the statement that answers it, and its columns.
struct Report {
    typealias Column = ReportTable.Column

    let name: String
    let title: String
    /// Options in the order of the statement's parameters.
    let options: [ReportOptions.Name]
    let needed: [ReportOptions.Name]
    let statement: String
    let columns: [Column]
    var isGrouped = false

    /// The report of that name; with something to compare it with, its comparing form.
    static func named(_ name: String, comparing: Bool) -> Report? {
        all.first { $0.name == name && $0.options.contains(.comparedTo) == comparing }
    }

    private static func text(_ name: String, _ label: String) -> Column {
        Column(name: name, label: label, kind: .text)
    }
    private static func date(_ name: String, _ label: String) -> Column {
        Column(name: name, label: label, kind: .date)
    }
    private static func number(_ name: String, _ label: String) -> Column {
        Column(name: name, label: label, kind: .number)
    }
    private static func sum(_ name: String, _ label: String) -> Column {
        Column(name: name, label: label, kind: .amount, isTotalled: true)
    }
    private static func amount(_ name: String, _ label: String) -> Column {
        Column(name: name, label: label, kind: .amount)
    }

    private static let account = [text("account_code", "Account"), text("account_name", "Name")]
    private static let section = [text("section", "")] + account
    private static let comparison =
        section + [sum("amount", "Amount"), sum("compared", "Compared"), sum("change", "Change")]
    private static func ageing(_ name: String, _ title: String, _ function: String, _ id: String, _ party: String)
        -> Report
    {
        Report(
            name: name, title: title, options: [.asOf, .company], needed: [],
            statement: "erp.\(function)($1::date, $2::bigint)",
            columns: [
                number(id, "Id"), text(party, "Name"), sum("not_due", "Not due"), sum("days_1_30", "1-30 days"),
                sum("days_31_60", "31-60"), sum("days_61_90", "61-90"), sum("over_90", "Over 90"),
                sum("unallocated", "Unallocated"),
                sum("total", "Total"),
            ])
    }

    static let all: [Report] = [
        Report(
            name: "trial-balance", title: "Trial balance", options: [.asOf, .company], needed: [],
            statement: "erp.trial_balance($1::date, $2::bigint)",
            columns: account + [sum("debit", "Debit"), sum("credit", "Credit"), sum("balance", "Balance")]),
        Report(
            name: "balance-sheet", title: "Balance sheet", options: [.asOf, .company], needed: [],
            statement: "erp.balance_sheet($1::date, $2::bigint)", columns: section + [sum("amount", "Amount")],
            isGrouped: true),
        Report(
            name: "balance-sheet", title: "Balance sheet", options: [.asOf, .comparedTo, .company], needed: [],
            statement: "erp.compare_balance_sheet($1::date, $2::date, $3::bigint)", columns: comparison, isGrouped: true
        ),
        Report(
            name: "income-statement", title: "Income statement", options: [.from, .to, .company], needed: [],
            statement: "erp.income_statement($1::date, $2::date, $3::bigint)",
            columns: section + [sum("amount", "Amount")],
            isGrouped: true),
        Report(
            name: "income-statement", title: "Income statement",
            options: [.from, .to, .comparedFrom, .comparedTo, .company],
            needed: [.comparedFrom],
            statement: "erp.compare_income_statement($1::date, $2::date, $3::date, $4::date, $5::bigint)",
            columns: comparison,
            isGrouped: true),
        Report(
            name: "cash-flow", title: "Cash flow statement", options: [.from, .to, .company], needed: [],
            statement: "erp.cash_flow($1::date, $2::date, $3::bigint)",
            columns: [
                text("section", ""), text("account_code", "Account"), text("line", "Line"), amount("amount", "Amount"),
            ]),
        Report(
            name: "general-ledger", title: "General ledger", options: [.account, .from, .to, .company],
            needed: [.account],
            statement: "erp.general_ledger($1, $2::date, $3::date, $4::bigint)",
            columns: [
                date("posted_on", "Date"), number("transaction_id", "Journal"), text("description", "Text"),
                text("source_type", "From"), text("source_reference", "Reference"), sum("debit", "Debit"),
                sum("credit", "Credit"),
                amount("balance", "Balance"),
            ]),
        ageing("receivables", "Receivables by age", "ar_ageing", "customer_id", "customer_name"),
        ageing("payables", "Payables by age", "ap_ageing", "supplier_id", "company_name"),
        Report(
            name: "open-items", title: "Open items", options: [.direction, .asOf, .company], needed: [.direction],
            statement: "erp.open_items($1, $2::date, $3::bigint)",
            columns: [
                text("party_name", "Name"), text("document_type", "Document"), text("document_number", "Number"),
                date("document_date", "Date"), date("due_date", "Due"), number("days_overdue", "Overdue"),
                text("currency_code", ""), amount("amount", "Amount"), amount("open_amount", "Open"),
                sum("base_open_amount", "Open, base"),
            ]),
        Report(
            name: "tax", title: "Tax report", options: [.from, .to, .company], needed: [],
            statement: "erp.tax_report($1::date, $2::date, $3::bigint)",
            columns: [
                date("period_start", "Month"), text("direction", "Side"), text("tax_code", "Code"),
                text("tax_code_name", "Name"),
                amount("tax_rate", "Rate %"), number("documents", "Documents"), sum("net_amount", "Net"),
                sum("tax_amount", "Tax"),
            ]),
        Report(
            name: "customer-statement", title: "Account statement", options: [.customer, .from, .to, .company],
            needed: [.customer],
            statement: "erp.customer_statement($1::bigint, $2::date, $3::date, $4::bigint)",
            columns: [
                text("currency_code", ""), date("dated", "Date"), text("document_type", "Document"),
                text("document_number", "Number"), date("due_date", "Due"), amount("debit", "Debit"),
                amount("credit", "Credit"),
                amount("balance", "Balance"),
            ]),
        Report(
            name: "budget", title: "Budget against actual", options: [.from, .to, .company], needed: [.from, .to],
            statement: "erp.budget_report($1::date, $2::date, $3::bigint)",
            columns: account + [
                text("department_code", "Department"), text("project_code", "Project"), amount("budget", "Budget"),
                amount("actual", "Actual"), amount("variance", "Variance"),
            ]),
    ]
}
