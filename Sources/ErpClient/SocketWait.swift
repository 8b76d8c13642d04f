internal import Glibc

/// What a wait on sockets is for.
public struct SocketInterest: Sendable {
    public let descriptor: Int32
    public let writing: Bool

    public init(descriptor: Int32, writing: Bool = false) {
        self.descriptor = descriptor
        self.writing = writing
    }
}

/// Waits with poll(2) until one descriptor is ready or the deadline has passed.
///
/// Returns, in the order given, whether each descriptor is ready; all false after the deadline or a signal.
public func waitForSockets(_ interests: [SocketInterest], until deadline: Moment?) -> [Bool] {
    var descriptors = interests.map { interest in
        pollfd(
            fd: interest.descriptor,
            events: Int16(interest.writing ? POLLIN | POLLOUT : POLLIN),
            revents: 0
        )
    }
    let ready = poll(&descriptors, nfds_t(descriptors.count), timeoutMilliseconds(until: deadline))
    guard ready > 0 else { return interests.map { _ in false } }
    return descriptors.map { $0.revents != 0 }
}

/// Rounds up, because a wait that ends just before its deadline would spin.
private func timeoutMilliseconds(until deadline: Moment?) -> Int32 {
    guard let deadline else { return -1 }
    let remaining = deadline.nanoseconds - Moment.now().nanoseconds
    guard remaining > 0 else { return 0 }
    return Int32(clamping: (remaining + 999_999) / 1_000_000)
}
