internal import ErpClient

/// When what is due: pure, so that its rhythm can be tested without a clock.
///
/// Sealing is quick while leaves come and slow when none do: two polls a second at most for an idle ledger, and a lag below
/// half a second for a busy one.
struct Cadence {
    static let idleMilliseconds: Int64 = 600
    static let busyMilliseconds: Int64 = 150
    /// How long after the last leaf the ledger counts as busy.
    static let busyForMilliseconds: Int64 = 3_000

    private let batch: Int64
    private let checkpointMilliseconds: Int64
    private let checkpointLeaves: UInt64
    private let verifyMilliseconds: Int64
    private var busyUntil: Moment
    private(set) var nextSeal: Moment
    private(set) var nextVerify: Moment
    private var nextCheckpoint: Moment
    private var unsigned: UInt64 = 0

    init(_ settings: AuditorSettings, at now: Moment) {
        batch = Int64(settings.batch)
        checkpointMilliseconds = Int64(settings.checkpointSeconds) * 1_000
        checkpointLeaves = settings.checkpointLeaves
        verifyMilliseconds = Int64(settings.verifySeconds) * 1_000
        busyUntil = now
        nextSeal = now
        nextVerify = now
        // What an earlier run sealed and did not sign is signed at once.
        nextCheckpoint = now
        unsigned = 1
    }

    mutating func sealed(_ leaves: Int64, at now: Moment) {
        if leaves > 0 {
            busyUntil = now.advanced(milliseconds: Cadence.busyForMilliseconds)
            unsigned += UInt64(leaves)
        }
        if leaves >= batch {
            nextSeal = now
        } else {
            nextSeal = now.advanced(milliseconds: now < busyUntil ? Cadence.busyMilliseconds : Cadence.idleMilliseconds)
        }
    }

    mutating func sealingFailed(at now: Moment) {
        nextSeal = now.advanced(milliseconds: Cadence.busyForMilliseconds)
    }

    /// When a checkpoint is due; nil while nothing new is sealed.
    var checkpointDue: Moment? {
        if unsigned == 0 { return nil }
        return unsigned >= checkpointLeaves ? min(nextCheckpoint, nextSeal) : nextCheckpoint
    }

    func isCheckpointDue(at now: Moment) -> Bool {
        unsigned >= checkpointLeaves || (unsigned > 0 && nextCheckpoint <= now)
    }

    mutating func checkpointMade(at now: Moment) {
        unsigned = 0
        nextCheckpoint = now.advanced(milliseconds: checkpointMilliseconds)
    }

    /// A round that could not be finished is begun again after a while, however many leaves wait.
    mutating func checkpointFailed(at now: Moment) {
        unsigned = min(max(unsigned, 1), checkpointLeaves - 1)
        nextCheckpoint = now.advanced(milliseconds: min(checkpointMilliseconds, 10_000))
    }

    /// The check may take a fifth of a connection's time at most.
    mutating func verified(startedAt start: Moment, at now: Moment) {
        let pause = max(verifyMilliseconds, Int64(now.milliseconds(since: start)) * 4)
        nextVerify = now.advanced(milliseconds: pause)
    }
}
