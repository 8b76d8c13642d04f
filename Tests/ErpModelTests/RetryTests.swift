import Testing

@testable import ErpModel

@Suite("Calls made again")
struct RetryTests {
    private func transient(_ retryAfter: Int64? = nil) -> ModelError {
        var error = ModelError(.overloaded, "busy")
        error.isTransient = true
        error.retryAfterMilliseconds = retryAfter
        return error
    }

    private func waits(_ attempts: Int, _ random: Double, _ error: ModelError) -> [Int64?] {
        var schedule = RetrySchedule(attempts: attempts)
        return (0..<attempts).map { _ in
            switch schedule.next(after: error, remaining: 1_000_000, random: random) {
            case .wait(let milliseconds): milliseconds
            case .giveUp: nil
            }
        }
    }

    @Test("waits double up to eight seconds, less up to a quarter, and the last attempt is the last")
    func doubling() {
        #expect(waits(7, 0, transient()) == [500, 1_000, 2_000, 4_000, 8_000, 8_000, nil])
        #expect(waits(3, 1, transient()) == [375, 750, nil])
        #expect(waits(1, 0, transient()) == [nil])
    }

    @Test("what will not pass is not tried again")
    func permanent() {
        #expect(waits(3, 0, ModelError(.rejected, "no")) == [nil, nil, nil])
    }

    @Test("the server's wait goes before, unless it is longer than a minute or than the time left")
    func serversWait() {
        #expect(waits(2, 0, transient(60_000)) == [60_000, nil])
        #expect(waits(2, 0.5, transient(1_000)) == [1_050, nil])
        #expect(waits(2, 0, transient(60_001)) == [nil, nil])
        var schedule = RetrySchedule(attempts: 3)
        #expect(schedule.next(after: transient(500), remaining: 500, random: 0) == .giveUp)
        schedule = RetrySchedule(attempts: 3)
        #expect(schedule.next(after: transient(499), remaining: 500, random: 0) == .wait(milliseconds: 499))
    }

    @Test(
        "Retry-After is seconds, milliseconds or a date",
        arguments: [
            ("retry-after", "3", 3_000), ("retry-after", "0", 0), ("retry-after", "0.5", 500), ("retry-after", "-1", 0),
            ("retry-after-ms", "250", 250), ("retry-after", "Sun, 06 Nov 1994 08:49:47 GMT", 10_000),
            ("retry-after", "Sun, 06 Nov 1994 08:49:00 GMT", 0), ("retry-after", "soon", nil),
            ("retry-after", "Sun, 06 Foo 1994 08:49:47 GMT", nil), ("retry-after", "nan", 0),
            ("retry-after", "99999999999999999999", 31_536_000_000), ("x-other", "3", nil),
        ] as [(String, String, Int64?)]
    )
    func header(name: String, value: String, wanted: Int64?) {
        let head = HTTPHead(status: 429, headers: [(name, value)])
        // Sun, 06 Nov 1994 08:49:37 GMT
        #expect(RetryAfter.milliseconds(head, now: 784_111_777) == wanted)
    }

    @Test(
        "a status means",
        arguments: [
            (400, .rejected, false), (401, .unauthorized, false), (402, .overBudget, false),
            (403, .unauthorized, false),
            (404, .rejected, false), (307, .rejected, false), (408, .overloaded, true), (409, .overloaded, true),
            (413, .rejected, false), (429, .overloaded, true), (500, .overloaded, true), (503, .overloaded, true),
            (529, .overloaded, true),
        ] as [(Int, ModelError.Code, Bool)]
    )
    func status(status: Int, code: ModelError.Code, isTransient: Bool) {
        let error = ProviderFailure.error(HTTPHead(status: status), [], nil, now: 0)
        #expect(error.code == code)
        #expect(error.isTransient == isTransient)
        #expect(error.message == "HTTP \(status): no reason is given")
    }

    @Test("the server may say whether to come back, and an empty account is no crowd")
    func exceptions() {
        func error(_ status: Int, _ header: String?, _ body: String) -> ModelError {
            let headers = header.map { [("x-should-retry", $0)] } ?? []
            return ProviderFailure.error(HTTPHead(status: status, headers: headers), Array(body.utf8), nil, now: 0)
        }
        #expect(!error(529, "false", "").isTransient)
        #expect(error(400, "true", "").isTransient)
        let empty = error(429, nil, #"{"error":{"type":"insufficient_quota","message":"no money"}}"#)
        #expect(empty.code == .overBudget)
        #expect(!empty.isTransient)
        #expect(empty.message == "HTTP 429: no money")
        #expect(error(500, nil, #"{"error":"out of\nmemory"}"#).message == "HTTP 500: out of memory")
        #expect(error(502, nil, String(repeating: "<", count: 900)).message.count == 510)
    }
}
