/// The first record of an export.
struct ExportHeader: Equatable {
    let ledger: String
    let ledgerBytes: [UInt8]
    /// UTC, to the second: `2026-11-21T16:00:00`.
    let exportedAt: String
    let first: UInt64
    let last: UInt64

    init(json bytes: [UInt8]) throws(CheckFault) {
        guard let json = JSON(bytes), let format = json["format"]?.count else {
            throw .unusable("the header is no JSON object with a format")
        }
        guard format == 1 else { throw .unusable("format \(format) is not known, only 1") }
        guard let ledger = json["ledger"]?.string, let ledgerBytes = uuidBytes(ledger),
            let exportedAt = json["exported_at"]?.string.flatMap(secondText), let first = json["first"]?.count,
            let last = json["last"]?.count, first >= 1, last >= first - 1, last < UInt64(Int64.max)
        else { throw .unusable("the header lacks ledger, exported_at, first or last") }
        self.ledger = ledger
        self.ledgerBytes = ledgerBytes
        self.exportedAt = exportedAt
        self.first = first
        self.last = last
    }

    var isWhole: Bool { first == 1 }
}

/// The first nineteen characters of an ISO 8601 moment, which order as the moments do; nil when it is none.
func secondText(_ text: String) -> String? {
    let second = String(text.prefix(19).map { $0 == " " ? "T" : $0 })
    let shape = second.map { $0.isASCII && $0.isNumber ? "0" : $0 }
    return String(shape) == "0000-00-00T00:00:00" ? second : nil
}
