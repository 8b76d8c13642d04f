package import ErpClient

/// When to try connecting again: at once the first time, then with growing pauses.
package struct Reconnect {
    private var backoff: Backoff
    private var failures = 0
    /// When the next attempt is due.
    package private(set) var at: Moment?

    package init(seed: UInt64) {
        backoff = Backoff(firstMilliseconds: 50, longestMilliseconds: 5_000, seed: seed)
        at = Moment(nanoseconds: 0)
    }

    /// True when it has failed so often that a person should look.
    package var isHopeless: Bool { failures >= 5 }

    package func isDue(at now: Moment) -> Bool {
        at.map { $0 <= now } ?? false
    }

    package mutating func succeeded() {
        failures = 0
        at = nil
    }

    package mutating func failed(at now: Moment) {
        at = now.advanced(milliseconds: backoff.pause(afterRetries: failures))
        failures += 1
    }

    /// The connection broke; the server may be restarting, so even the first attempt waits a little.
    package mutating func lost(at now: Moment) {
        guard at == nil else { return }
        failed(at: now)
    }
}
