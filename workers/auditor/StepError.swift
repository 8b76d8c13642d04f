internal import AuditVerifier
internal import ErpClient
internal import Glibc

/// Why a step could not be done this time.
enum StepError: Error {
    case database(PostgresError)
    /// A file, a repository or a key.
    case sink(String)
    /// The database contradicts what was signed, or itself.
    case contradiction(Finding)
}

func askDatabase<Result>(_ body: () throws(PostgresError) -> Result) throws(StepError) -> Result {
    do throws(PostgresError) {
        return try body()
    } catch {
        throw .database(error)
    }
}

func writeSink(_ body: () throws(SourceFault) -> Void) throws(StepError) {
    do throws(SourceFault) {
        try body()
    } catch {
        throw .sink(error.message)
    }
}

/// The wall clock as checkpoints and headers write it.
func utcNow() -> String {
    var now = time(nil)
    var parts = tm()
    gmtime_r(&now, &parts)
    var text = [CChar](repeating: 0, count: 32)
    let count = strftime(&text, text.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
    return String(decoding: text[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
