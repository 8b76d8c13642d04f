// libFuzzer over the kernel's C ABI. One program; TARGET says which part of it. A target ends the process where the
// kernel breaks its word, and the sanitizers and Swift's own checks do where it reads, writes or computes outside.

import CErpKernel
import Glibc

/// Ends the process: the input that led here is a finding.
func expect(_ holds: Bool, _ what: StaticString = #function, line: UInt = #line) {
    if holds { return }
    print("the kernel broke its word: \(what), line \(line)")
    fflush(nil)
    abort()
}

/// What TARGET may name.
enum FuzzTarget: String {
    case compile, evaluate, repair, program, json

    private static let chosen = getenv("TARGET").flatMap { FuzzTarget(rawValue: String(cString: $0)) }
    private static let fuzz = KernelFuzz()

    static func run(_ bytes: UnsafeBufferPointer<UInt8>) {
        switch chosen {
        case .compile: fuzz.compile(bytes)
        case .evaluate: fuzz.evaluate(bytes)
        case .repair: fuzz.repair(bytes)
        case .program: fuzz.program(bytes)
        case .json: fuzz.json(bytes)
        case nil:
            print("TARGET is compile, evaluate, repair, program or json")
            exit(2)
        }
    }
}

@c(LLVMFuzzerTestOneInput)
public func fuzzOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    FuzzTarget.run(UnsafeBufferPointer(start: bytes, count: count))
    return 0
}
