// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

// The kernel that PostgreSQL loads is built from the same ErpKernel sources as Embedded Swift by
// extension/Makefile; the target here is for `swift test`.
let package = Package(
    name: "headless-erp",
    products: [],
    targets: [
        // The rule kernel: pure, total, no Foundation, no PostgreSQL.
        .target(name: "CErpKernel"),
        .target(name: "ErpKernel", dependencies: ["CErpKernel"], swiftSettings: strict),
        .testTarget(
            name: "ErpKernelTests",
            dependencies: ["ErpKernel", "CErpKernel"],
            swiftSettings: strict
        ),
    ]
)
