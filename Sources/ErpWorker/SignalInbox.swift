internal import CSystemd
internal import Glibc

/// SIGTERM and SIGINT as a descriptor for poll(2), so that no code runs in a signal handler.
package final class SignalInbox {
    package let descriptor: Int32

    package init() {
        var stops = sigset_t()
        sigemptyset(&stops)
        sigaddset(&stops, SIGTERM)
        sigaddset(&stops, SIGINT)
        sigprocmask(SIG_BLOCK, &stops, nil)
        descriptor = signalfd(-1, &stops, Int32(SFD_NONBLOCK | SFD_CLOEXEC))
    }

    deinit {
        close(descriptor)
    }

    /// True when a signal has come since the last call.
    package func takeSignal() -> Bool {
        var information = signalfd_siginfo()
        return read(descriptor, &information, MemoryLayout<signalfd_siginfo>.size) > 0
    }
}
