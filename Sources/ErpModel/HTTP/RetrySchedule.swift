/// Decides whether a call that failed is made again, and after how long.
///
/// Waits double from half a second to eight, less up to a quarter at random so that many clients do not come back
/// together. What the server asks for in Retry-After goes before, plus up to a tenth; when that is longer than the
/// longest wait or than the time left, the caller gets the error with the wait in it and may put the task back.
struct RetrySchedule: Equatable, Sendable {
    enum Step: Equatable, Sendable {
        case wait(milliseconds: Int64)
        case giveUp
    }

    static let longestWait: Int64 = 60_000

    let attempts: Int
    private(set) var made = 0

    init(attempts: Int) {
        self.attempts = attempts
    }

    /// - Parameters:
    ///   - remaining: milliseconds until the call must have ended.
    ///   - random: a number from 0 up to 1.
    mutating func next(after error: ModelError, remaining: Int64, random: Double) -> Step {
        made += 1
        guard error.isTransient, made < attempts else { return .giveUp }
        let wait: Int64
        if let asked = error.retryAfterMilliseconds {
            wait = asked + Int64(Double(asked) * 0.1 * random)
        } else {
            let doubled = 500 << Int64(min(made - 1, 4))
            wait = Int64(Double(doubled) * (1 - 0.25 * random))
        }
        return wait <= RetrySchedule.longestWait && wait < remaining ? .wait(milliseconds: wait) : .giveUp
    }
}
