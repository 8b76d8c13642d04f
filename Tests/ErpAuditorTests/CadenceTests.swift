import ErpClient
import Testing

@testable import ErpAuditor

struct CadenceTests {
    private let start = Moment(nanoseconds: 1_000_000_000_000)

    private func cadence(_ environment: [String: String] = [:]) throws -> Cadence {
        Cadence(try AuditorSettings { environment[$0] }, at: start)
    }

    private func at(_ milliseconds: Int64) -> Moment { start.advanced(milliseconds: milliseconds) }

    @Test("an idle ledger is polled less than twice a second")
    func idle() throws {
        var cadence = try cadence()
        var (polls, now) = (0, start)
        while now < at(10_000) {
            polls += 1
            cadence.sealed(0, at: now)
            now = cadence.nextSeal
        }
        #expect(polls <= 20)
    }

    @Test("while leaves come the next sealing follows soon, and a full batch at once")
    func busy() throws {
        var cadence = try cadence()
        cadence.sealed(1, at: at(0))
        #expect(cadence.nextSeal == at(Cadence.busyMilliseconds))
        cadence.sealed(20_000, at: at(200))
        #expect(cadence.nextSeal == at(200))
        cadence.sealed(0, at: at(3_100))
        #expect(cadence.nextSeal == at(3_100 + Cadence.busyMilliseconds))
        cadence.sealed(0, at: at(3_300))
        #expect(cadence.nextSeal == at(3_300 + Cadence.idleMilliseconds))
    }

    @Test("a checkpoint is due a minute after the last when something was sealed, and never when nothing was")
    func checkpoints() throws {
        var cadence = try cadence()
        #expect(cadence.isCheckpointDue(at: at(0)))
        cadence.checkpointMade(at: at(0))
        #expect(!cadence.isCheckpointDue(at: at(3_600_000)))
        #expect(cadence.checkpointDue == nil)
        cadence.sealed(1, at: at(1_000))
        #expect(!cadence.isCheckpointDue(at: at(59_999)))
        #expect(cadence.isCheckpointDue(at: at(60_000)))
        #expect(cadence.checkpointDue == at(60_000))
    }

    @Test("after ten thousand leaves a checkpoint is due at once, and one that failed waits all the same")
    func manyLeaves() throws {
        var cadence = try cadence()
        cadence.checkpointMade(at: at(0))
        cadence.sealed(9_999, at: at(1))
        #expect(!cadence.isCheckpointDue(at: at(1)))
        cadence.sealed(1, at: at(2))
        #expect(cadence.isCheckpointDue(at: at(2)))
        cadence.checkpointFailed(at: at(3))
        #expect(!cadence.isCheckpointDue(at: at(4)))
        #expect(cadence.isCheckpointDue(at: at(10_003)))
    }

    @Test("verifying takes a fifth of a connection's time at most")
    func verifying() throws {
        var cadence = try cadence()
        cadence.verified(startedAt: at(0), at: at(100))
        #expect(cadence.nextVerify == at(20_100))
        cadence.verified(startedAt: at(0), at: at(60_000))
        #expect(cadence.nextVerify == at(300_000))
    }

    @Test("settings that cannot be used are refused in words")
    func settings() {
        for wrong in [
            ["ERP_AUDIT_KEY": "/key"], ["ERP_AUDIT_KEY": "/key", "ERP_AUDIT_FILE": "/file"],
            ["ERP_AUDIT_CHECKPOINT_SECONDS": "0"], ["ERP_AUDIT_BATCH": "many"], ["ERP_AUDIT_KEY_NAME": "two words"],
            ["ERP_LOG_LEVEL": "loud"], ["ERP_CRASH_AT": "anywhere"],
        ] {
            #expect(throws: AuditorSettings.Invalid.self, "\(wrong)") { try AuditorSettings { wrong[$0] } }
        }
        #expect(throws: Never.self) {
            try AuditorSettings { ["ERP_AUDIT_KEY": "/key", "ERP_AUDIT_FILE": "/a", "ERP_AUDIT_GIT": "/b"][$0] }
        }
    }
}
