// swift-tools-version: 6.2
import PackageDescription

// Built by `make fuzz` with --sanitize fuzzer, which brings its own main function.
let package = Package(
    name: "fuzzing",
    dependencies: [.package(name: "beatd", path: "..")],
    targets: [
        .executableTarget(
            name: "Fuzz",
            dependencies: ["Acquisition", "Inference", "Signal", "WFDB"].map { .product(name: $0, package: "beatd") },
            swiftSettings: [.unsafeFlags(["-parse-as-library"])])
    ],
    swiftLanguageModes: [.v6]
)
