internal import Glibc

/// A point on the monotonic clock, in nanoseconds.
public struct Moment: Comparable, Hashable, Sendable {
    public let nanoseconds: Int64

    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// The present.
    public static func now() -> Moment {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Moment(nanoseconds: Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec))
    }

    public func advanced(milliseconds: Int64) -> Moment {
        Moment(nanoseconds: nanoseconds &+ milliseconds &* 1_000_000)
    }

    /// Milliseconds from an earlier moment to this one.
    public func milliseconds(since earlier: Moment) -> Double {
        Double(nanoseconds &- earlier.nanoseconds) / 1_000_000
    }

    public static func < (left: Moment, right: Moment) -> Bool {
        left.nanoseconds < right.nanoseconds
    }
}
