import Testing

@testable import ErpReport

@Suite("Reports")
struct ReportTests {
    private let table = ReportTable(
        title: "Trial balance",
        subtitle: "Müller & Söhne <GmbH> (EUR), as of 2026-10-31",
        columns: [
            .init(name: "account_code", label: "Account", kind: .text),
            .init(name: "account_name", label: "Name", kind: .text),
            .init(name: "documents", label: "Documents", kind: .number),
            .init(name: "debit", label: "Debit", kind: .amount, isTotalled: true),
        ],
        rows: [
            ["1000", "Cash, \"petty\"\nand bank", "12", "1234567.8900"],
            ["1100", nil, nil, "0.1234"],
            ["2000", "Größe\t\\", "-3", "-0.5000"],
        ]
    )

    @Test("text is aligned, amounts to the right, with a total")
    func text() {
        #expect(
            table.asText == """
                Trial balance
                Müller & Söhne <GmbH> (EUR), as of 2026-10-31

                Account  Name                    Documents           Debit
                -------  ----------------------  ---------  --------------
                1000     Cash, "petty" and bank         12    1,234,567.89
                1100                                                0.1234
                2000     Größe \\                        -3           -0.50
                -------  ----------------------  ---------  --------------
                Total                                       1,234,567.5134

                """
        )
    }

    @Test("CSV is RFC 4180: exact figures, quotes doubled, CRLF, null empty")
    func csv() {
        #expect(
            table.asCSV == "account_code,account_name,documents,debit\r\n"
                + "1000,\"Cash, \"\"petty\"\"\nand bank\",12,1234567.8900\r\n1100,,,0.1234\r\n2000,Größe\t\\,-3,-0.5000\r\n"
        )
    }

    @Test("JSON keeps amounts as strings and counts as numbers")
    func json() {
        #expect(
            table.asJSON == """
                {
                  "title": "Trial balance",
                  "subtitle": "Müller & Söhne <GmbH> (EUR), as of 2026-10-31",
                  "rows": [
                    {"account_code": "1000", "account_name": "Cash, \\"petty\\"\\nand bank", "documents": 12, "debit": "1234567.8900"},
                    {"account_code": "1100", "account_name": null, "documents": null, "debit": "0.1234"},
                    {"account_code": "2000", "account_name": "Größe\\t\\\\", "documents": -3, "debit": "-0.5000"}
                  ]
                }

                """
        )
    }

    @Test("an empty report has a heading and no total")
    func empty() {
        let table = ReportTable(title: "T", subtitle: "S", columns: self.table.columns, rows: [])
        #expect(table.asText == "T\nS\n\nAccount  Name  Documents  Debit\n-------  ----  ---------  -----\n")
        #expect(table.asJSON == "{\n  \"title\": \"T\",\n  \"subtitle\": \"S\",\n  \"rows\": []\n}\n")
        #expect(table.asCSV == "account_code,account_name,documents,debit\r\n")
    }

    @Test("groups are named once and summed when they have more than one row")
    func groups() {
        let table = ReportTable(
            title: "Balance sheet", subtitle: "",
            columns: [
                .init(name: "section", label: "", kind: .text),
                .init(name: "amount", label: "Amount", kind: .amount, isTotalled: true),
            ],
            rows: [["Asset", "1.1000"], ["Asset", "2.2000"], ["Equity", "3.3000"]], isGrouped: true)
        #expect(
            table.lines == [
                .init(role: .row, cells: ["Asset", "1.10"]), .init(role: .row, cells: ["", "2.20"]),
                .init(role: .subtotal, cells: ["Asset total", "3.30"]), .init(role: .row, cells: ["Equity", "3.30"]),
            ])
    }

    @Test("SVG escapes what others wrote and grows with its rows")
    func svg() {
        let drawn = table.asSVG
        #expect(drawn.contains("Müller &amp; Söhne &lt;GmbH&gt;"))
        #expect(!drawn.contains("<GmbH>"))
        #expect(drawn.contains("text-anchor=\"end\">1,234,567.89</text>"))
        #expect(drawn.contains("width=\"595pt\" height=\"842pt\""))
        let rows = Array(repeating: table.rows[0], count: 100)
        let long = ReportTable(title: "T", subtitle: "S", columns: table.columns, rows: rows).asSVG
        #expect(long.contains("height=\"1698pt\""))
    }

    @Test(
        "amounts are exact",
        arguments: [
            ("0", "0.00"), ("-0.01", "-0.01"), ("999.9999", "999.9999"), ("1000", "1,000.00"),
            ("-1234567.1000", "-1,234,567.10"),
            ("999999999999999999999.9999", "999,999,999,999,999,999,999.9999"),
        ])
    func amounts(_ text: String, _ shown: String) {
        #expect(Amount(text)?.grouped == shown)
    }

    @Test("what is no amount is none", arguments: ["", "-", ".5", "1.23456", "1e3", "NaN", "1,000", "１"])
    func noAmounts(_ text: String) {
        #expect(Amount(text) == nil)
    }

    @Test("options are read, with an equals sign or without")
    func options() throws {
        let options = try ReportOptions(["trial-balance", "--as-of=2024-02-29", "--format", "csv", "--company", "2"])
        #expect(options.report == "trial-balance")
        #expect(options.format == .csv)
        #expect(options.values[.asOf] == "2024-02-29")
        #expect(
            try ReportOptions(["balance-sheet", "--compared-to", "2024-01-31"]).definition?.columns.last?.name
                == "change")
        #expect(try ReportOptions(["balance-sheet"]).definition?.columns.last?.name == "amount")
    }

    @Test(
        "what cannot be meant is refused in words",
        arguments: [
            ([], "name one report"), (["profit"], "there is no report profit"),
            (["trial-balance", "tax"], "name one report"),
            (["trial-balance", "--as-of"], "--as-of needs a value"),
            (["trial-balance", "--as-of="], "--as-of needs a value"),
            (["trial-balance", "--as-of", "2026-02-29"], "--as-of 2026-02-29: is no date of the form 2026-12-31"),
            (["trial-balance", "--as-of", "31.12.2026"], "--as-of 31.12.2026: is no date of the form 2026-12-31"),
            (["trial-balance", "--from", "2026-01-01"], "trial-balance does not take --from"),
            (["trial-balance", "--format", "pdf"], "--format pdf: is text, csv, json or svg"),
            (["trial-balance", "--company", "x"], "--company x: is no number"),
            (["trial-balance", "--size", "1"], "unknown option --size"),
            (["trial-balance", "--as-of", "2026-01-01", "--as-of", "2026-01-02"], "--as-of is given twice"),
            (["general-ledger"], "general-ledger needs --account"),
            (["open-items", "--direction", "x"], "--direction x: is customer or supplier"),
            (["tax", "--from", "2026-02-01", "--to", "2026-01-31"], "--to lies before --from"),
            (["tax", "--compared-to", "2026-01-31"], "tax is not compared with another time"),
            (["income-statement", "--compared-to", "2026-01-31"], "income-statement needs --compared-from"),
            (["income-statement", "--compared-from", "2026-01-31"], "income-statement needs --compared-to"),
        ] as [([String], String)])
    func refused(_ arguments: [String], _ message: String) {
        #expect(throws: ReportOptions.Invalid(message: message)) { try ReportOptions(arguments) }
    }
}
