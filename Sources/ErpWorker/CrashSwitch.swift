/// Watches requests and answers pass and kills the process where the crash point says; a test setting.
final class CrashSwitch {
    private var point: CrashPoint?

    init(_ point: CrashPoint?) {
        self.point = point
    }

    func sending(_ request: Request) {
        switch request {
        case .call: reach(.beforeTool)
        case .finish: reach(.beforeComplete)
        default: break
        }
    }

    func answered(_ request: Request, _ answer: Answer) {
        switch (request, answer) {
        case (.claim, .claimed(let tasks)) where !tasks.isEmpty: reach(.afterClaim)
        case (.call, _): reach(.afterTool)
        case (.finish, _): reach(.afterComplete)
        default: break
        }
    }

    private func reach(_ step: CrashPoint.Step) {
        if point?.reaches(step) == true { CrashPoint.die() }
    }
}
