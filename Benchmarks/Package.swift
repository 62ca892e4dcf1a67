// swift-tools-version: 6.1
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

let package = Package(
    name: "benchmarks",
    dependencies: [.package(name: "beatd", path: "..")],
    targets: [
        .executableTarget(
            name: "bench",
            dependencies: [
                .product(name: "CKernels", package: "beatd"), .product(name: "Conditioning", package: "beatd"),
                .product(name: "Detection", package: "beatd"),
                .product(name: "Exchange", package: "beatd"), .product(name: "Extraction", package: "beatd"),
                .product(name: "Inference", package: "beatd"), .product(name: "Signal", package: "beatd"),
                .product(name: "Training", package: "beatd"), .product(name: "WFDB", package: "beatd"),
            ],
            swiftSettings: settings)
    ],
    swiftLanguageModes: [.v6]
)
