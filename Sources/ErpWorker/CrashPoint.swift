internal import Glibc

/// Kills the process at a named step, so that tests can prove that nothing is lost or done twice.
struct CrashPoint: Equatable, Sendable {
    enum Step: String, CaseIterable, Sendable {
        case afterClaim = "after_claim"
        case beforeTool = "before_tool"
        case afterTool = "after_tool"
        case beforeComplete = "before_complete"
        case afterComplete = "after_complete"
    }

    let step: Step
    private var remaining: Int

    /// Reads `step` or `step:n`, n being which occurrence is meant.
    init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = parts.first, let step = Step(rawValue: String(name)) else { return nil }
        let count = parts.count == 2 ? Int(parts[1]) : 1
        guard let count, count > 0 else { return nil }
        self.step = step
        remaining = count
    }

    /// Counts an occurrence; true when this is the one to die at.
    mutating func reaches(_ step: Step) -> Bool {
        guard step == self.step else { return false }
        remaining -= 1
        return remaining == 0
    }

    /// Ends the process the way a power cut would.
    static func die() {
        kill(getpid(), SIGKILL)
    }
}
