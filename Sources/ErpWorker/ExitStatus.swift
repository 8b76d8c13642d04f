/// The exit statuses of a worker, after sysexits(3).
package enum ExitStatus {
    package static let success: Int32 = 0
    package static let failed: Int32 = 1
    package static let usage: Int32 = 64
    package static let unavailable: Int32 = 69
    package static let configuration: Int32 = 78
}
