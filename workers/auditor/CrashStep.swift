internal import Glibc

/// Where a test may kill this process, to prove that the next one goes on from there.
enum CrashStep: String, CaseIterable {
    case afterSeal = "after_seal"
    case beforeFile = "before_file"
    case afterFile = "after_file"
    case afterGit = "after_git"

    /// Ends the process the way a power cut would, when this is the step that was asked for.
    func reached(_ wanted: CrashStep?) {
        if wanted == self { kill(getpid(), SIGKILL) }
    }
}
