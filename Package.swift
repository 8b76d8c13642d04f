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
    products: [
        .executable(name: "erp-sales", targets: ["ErpSales"]),
        .executable(name: "erp-finance", targets: ["ErpFinance"]),
        .executable(name: "erp-migrate", targets: ["ErpMigrate"]),
        .executable(name: "erp-report", targets: ["ErpReport"]),
        .executable(name: "erp-rules", targets: ["ErpRulesTool"]),
        .executable(name: "erp-audit", targets: ["ErpAudit"]),
        .executable(name: "erp-model", targets: ["ErpModelTool"]),
        .executable(name: "erp-auditor", targets: ["ErpAuditor"]),
    ],
    targets: [
        // The rule kernel: pure, total, no Foundation, no PostgreSQL.
        .target(name: "CErpKernel"),
        .target(name: "ErpKernel", dependencies: ["CErpKernel"], swiftSettings: strict),
        .testTarget(
            name: "ErpKernelTests",
            dependencies: ["ErpKernel", "CErpKernel"],
            swiftSettings: strict
        ),

        // Workers: libpq in Swift, what agents think with, the task loop, and one program per agent.
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),
        .systemLibrary(name: "CLibCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .target(name: "ErpClient", dependencies: ["CLibPQ"], swiftSettings: strict),
        .target(name: "ErpModel", dependencies: ["CLibCurl"], swiftSettings: strict),
        .target(
            name: "ErpWorker",
            dependencies: ["ErpClient", "ErpModel", "CSystemd"],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "ErpSales",
            dependencies: ["ErpModel", "ErpWorker"],
            path: "workers/sales",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "ErpFinance",
            dependencies: ["ErpModel", "ErpWorker"],
            path: "workers/finance",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "ErpMigrate",
            dependencies: ["ErpClient"],
            path: "workers/migrate",
            swiftSettings: strict
        ),

        // The audit chain judged from outside: no database, no code of its writer.
        .systemLibrary(name: "CLibCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .target(name: "AuditVerifier", dependencies: ["CLibCrypto"], swiftSettings: strict),
        .executableTarget(
            name: "ErpAudit",
            dependencies: ["AuditVerifier"],
            path: "workers/audit",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "ErpAuditor",
            dependencies: ["AuditVerifier", "ErpClient", "ErpWorker"],
            path: "workers/auditor",
            swiftSettings: strict
        ),
        .testTarget(
            name: "ErpAuditorTests",
            dependencies: ["AuditVerifier", "ErpAuditor", "ErpClient"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "AuditVerifierTests",
            dependencies: ["AuditVerifier", "CLibCrypto"],
            swiftSettings: strict
        ),

        // Reports for people and other programs.
        .executableTarget(
            name: "ErpReport",
            dependencies: ["ErpClient"],
            path: "workers/report",
            swiftSettings: strict
        ),
        .testTarget(name: "ErpReportTests", dependencies: ["ErpReport"], swiftSettings: strict),

        // Analysis of rules: conditions to SMT-LIB, models to witnesses; and the tool around it.
        .target(name: "ErpRules", swiftSettings: strict),
        .executableTarget(
            name: "ErpRulesTool",
            dependencies: ["ErpClient", "ErpModel", "ErpRules"],
            path: "workers/rules",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "ErpModelTool",
            dependencies: ["ErpModel"],
            path: "workers/model",
            swiftSettings: strict
        ),
        .testTarget(name: "ErpRulesTests", dependencies: ["ErpRules", "ErpRulesTool"], swiftSettings: strict),
        .testTarget(name: "ErpClientTests", dependencies: ["ErpClient"], swiftSettings: strict),
        .testTarget(name: "ErpModelTests", dependencies: ["ErpModel"], swiftSettings: strict),
        .testTarget(
            name: "ErpWorkerTests",
            dependencies: ["ErpClient", "ErpModel", "ErpWorker", "ErpSales", "ErpFinance"],
            swiftSettings: strict
        ),
        .testTarget(name: "ErpMigrateTests", dependencies: ["ErpMigrate"], swiftSettings: strict),
    ]
)
