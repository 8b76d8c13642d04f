internal import ErpClient
internal import Glibc

/// The command line of erp-report: one report, read with the rights of whoever connects, printed in the form asked for.
struct ReportProgram {
    enum ExitStatus {
        static let success: Int32 = 0
        static let refused: Int32 = 1
        static let usage: Int32 = 64
        static let unavailable: Int32 = 69
        static let unwritable: Int32 = 74
    }

    let arguments: [String]

    func run() -> Int32 {
        if arguments.contains("--help") || arguments.contains("-h") { return print(ReportProgram.help) }
        if arguments.contains("--version") { return print("erp-report \(ProductVersion.current)\n") }
        let options: ReportOptions
        do throws(ReportOptions.Invalid) {
            options = try ReportOptions(arguments)
        } catch {
            return complain("\(error.message); try --help", ExitStatus.usage)
        }
        guard let report = options.definition else {
            return complain("there is no report \(options.report)", ExitStatus.usage)
        }
        let connection: PostgresConnection
        do throws(PostgresError) {
            connection = try PostgresConnection(applicationName: "erp-report")
        } catch {
            return complain(error.message, ExitStatus.unavailable)
        }
        do throws(PostgresError) {
            return print(try table(report, options, connection), options.format)
        } catch {
            let hint = error.hint.map { "\nhint: \($0)" } ?? ""
            return complain("\(error.message) (\(error.sqlState))\(hint)", ExitStatus.refused)
        }
    }

    private func table(
        _ report: Report,
        _ options: ReportOptions,
        _ connection: PostgresConnection
    ) throws(PostgresError) -> ReportTable {
        let heading = try connection.query(ReportProgram.books, [options.values[.company]])
        guard let books = heading.first?.text(0) else {
            throw PostgresError(.dataException, "--company \(options.values[.company] ?? ""): there is no such company")
        }
        let columns = report.columns.map { "\"\($0.name)\"::text" }.joined(separator: ", ")
        let result = try connection.query(
            "SELECT \(columns) FROM \(report.statement)",
            report.options.map { options.values[$0] }
        )
        return ReportTable(
            title: report.title,
            subtitle: ([books] + when(report, options)).joined(separator: ", "),
            columns: report.columns,
            rows: result.rows.map { row in report.columns.indices.map { row.text($0) } },
            isGrouped: report.isGrouped
        )
    }

    private func when(_ report: Report, _ options: ReportOptions) -> [String] {
        let values = options.values
        var words: [String] = []
        if report.options.contains(.asOf) { words.append(values[.asOf].map { "as of \($0)" } ?? "all that is posted") }
        if report.options.contains(.from) {
            words.append("\(values[.from] ?? "the beginning") to \(values[.to] ?? "the last day")")
        }
        if let to = values[.comparedTo] {
            words.append("compared with \(values[.comparedFrom].map { "\($0) to " } ?? "")\(to)")
        }
        if let account = values[.account] { words.append("account \(account)") }
        if let customer = values[.customer] { words.append("customer \(customer)") }
        if let direction = values[.direction] { words.append("\(direction)s") }
        return words
    }

    private func print(_ table: ReportTable, _ format: ReportOptions.Format) -> Int32 {
        switch format {
        case .text: print(table.asText)
        case .csv: print(table.asCSV)
        case .json: print(table.asJSON)
        case .svg: print(table.asSVG)
        }
    }

    private func print(_ text: String) -> Int32 {
        write(text, to: STDOUT_FILENO) ? ExitStatus.success : ExitStatus.unwritable
    }

    private func complain(_ message: String, _ status: Int32) -> Int32 {
        _ = write("erp-report: \(message)\n", to: STDERR_FILENO)
        return status
    }

    /// Whole, also into a pipe that takes it in pieces.
    private func write(_ text: String, to descriptor: Int32) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while !rest.isEmpty {
                let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return false }
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
            }
            return true
        }
    }

    /// Whose books are told: of the company named, or of all there are.
    private static let books = """
        SELECT CASE WHEN $1::bigint IS NULL AND count(*) > 1 THEN 'all companies'
            ELSE min(c.legal_name || ' (' || c.base_currency || ')') END
        FROM erp.companies AS c
        WHERE $1::bigint IS NULL OR c.company_id = $1::bigint
        """

    private static let help = """
        usage: erp-report REPORT [options]

        reports: trial-balance, balance-sheet, income-statement, cash-flow, general-ledger, receivables, payables,
                 open-items, tax, customer-statement, budget

          --as-of DATE             the day of a balance, sheet or ageing; left out: all that is posted
          --from DATE --to DATE    first and last day of a statement; left out: from the first, to the last
          --compared-to DATE       balance-sheet: beside that day
          --compared-from DATE --compared-to DATE   income-statement: beside that time
          --company ID             one company; left out: all of them
          --account CODE           general-ledger: its account
          --customer ID            customer-statement: whose
          --direction SIDE         open-items: customer or supplier
          --format FORMAT          text (the default), csv, json or svg

        Server, database and user come from PGHOST, PGPORT, PGDATABASE and PGUSER: . .erp/env
        Exit status: 0 printed, 1 refused by the database, 64 wrong arguments, 69 no server, 74 cannot write.

        """
}
