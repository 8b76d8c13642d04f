internal import CSystemd
package import ErpClient

/// Tells systemd how the service is; silent when the process runs elsewhere.
package struct ServiceNotifier {
    private let intervalMilliseconds: Int64?
    package private(set) var nextPing: Moment?
    private var isReady = false

    package init() {
        var microseconds: UInt64 = 0
        let enabled = sd_watchdog_enabled(0, &microseconds) > 0 && microseconds > 0
        intervalMilliseconds = enabled ? Int64(clamping: microseconds / 3_000) : nil
    }

    package mutating func ready(at now: Moment) {
        guard !isReady else { return }
        isReady = true
        sd_notify(0, "READY=1")
        nextPing = intervalMilliseconds.map { now.advanced(milliseconds: $0) }
    }

    /// Proves that the working loop turns; called from there only.
    package mutating func ping(at now: Moment) {
        guard let nextPing, nextPing <= now, let intervalMilliseconds else { return }
        sd_notify(0, "WATCHDOG=1")
        self.nextPing = now.advanced(milliseconds: intervalMilliseconds)
    }

    package func stopping() {
        sd_notify(0, "STOPPING=1")
    }
}
