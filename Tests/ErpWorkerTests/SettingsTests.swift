import ErpClient
import Testing

@testable import ErpWorker

@Suite("Settings and log")
struct SettingsTests {
    @Test("settings come from the environment, standards where it is silent")
    func environment() throws {
        let values = ["ERP_SLOTS": "4", "ERP_LEASE_SECONDS": "60", "ERP_POLL_MS": "", "ERP_LOG_LEVEL": "debug"]
        let settings = try WorkerSettings { values[$0] }
        #expect(settings.slots == 4)
        #expect(settings.leaseSeconds == 60)
        #expect(settings.pollMilliseconds == 1_000)
        #expect(settings.logLevel == .debug)
        #expect(settings.crashPoint == nil)
    }

    @Test(
        "a setting that cannot be used is named, its value is not repeated",
        arguments: [
            ("ERP_SLOTS", "0"), ("ERP_SLOTS", "many"), ("ERP_LEASE_SECONDS", "4"), ("ERP_POLL_MS", "60001"),
            ("ERP_BATCH", "-1"), ("ERP_CRASH_AT", "sometime"), ("ERP_CRASH_AT", "after_tool:0"),
        ]
    )
    func invalid(name: String, value: String) {
        do throws(WorkerSettings.Invalid) {
            _ = try WorkerSettings { $0 == name ? value : nil }
            Issue.record("accepted")
        } catch {
            #expect(error.message.hasPrefix("\(name) must be"))
        }
    }

    @Test("a crash point counts occurrences")
    func crashPoint() {
        var point = CrashPoint("after_tool:2")
        #expect(point?.reaches(.beforeTool) == false)
        #expect(point?.reaches(.afterTool) == false)
        #expect(point?.reaches(.afterTool) == true)
    }

    @Test("values that would break a line or its pairs are quoted")
    func quoting() {
        #expect(Log.quoted("RP301") == "RP301")
        #expect(Log.quoted("") == "\"\"")
        #expect(Log.quoted("a b=\"c\"\n\u{1b}[31m") == #""a b=\"c\"\n?[31m""#)
        #expect(Log.quoted(String(repeating: "x", count: 5_000)).count == 1_002)
    }

    @Test("pauses double, vary and stay below their bound")
    func backoff() {
        var backoff = Backoff(firstMilliseconds: 10, longestMilliseconds: 1_000, seed: 7)
        for retries in 0..<100 {
            let pause = backoff.pause(afterRetries: retries)
            let step = min(10 << min(Int64(retries), 20), 1_000)
            #expect(pause >= step / 2 && pause <= step / 2 + step)
        }
    }

    @Test(
        "what is done about an error follows from its code",
        arguments: [
            ("40001", ErrorDisposition.retry), ("40P01", .retry), ("55P03", .retry), ("57014", .retry),
            ("57P01", .reconnect), ("08006", .reconnect), ("53100", .retrySlowly), ("RP001", .leaseLost),
            ("42501", .giveUp), ("XX000", .giveUp),
        ]
    )
    func dispositions(code: String, disposition: ErrorDisposition) {
        #expect(ErrorDisposition(SQLState(rawValue: code)) == disposition)
    }
}
