// swift-tools-version: 6.2
import Foundation
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    // A warning is an error in every build, except that something newer deprecates what we use.
    .treatAllWarnings(as: .error),
    .treatWarning("DeprecatedDeclaration", as: .warning),
]

extension Target.Dependency {
    static let arguments: Self = .product(name: "ArgumentParser", package: "swift-argument-parser")
    static let logging: Self = .product(name: "Logging", package: "swift-log")
    static let lifecycle: Self = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
    static let signals: Self = .product(name: "UnixSignals", package: "swift-service-lifecycle")
    static let nio: Self = .product(name: "NIOCore", package: "swift-nio")
    static let nioPosix: Self = .product(name: "NIOPosix", package: "swift-nio")
    static let yams: Self = .product(name: "Yams", package: "Yams")
    static let histogram: Self = .product(name: "Histogram", package: "hdrhistogram-swift")
    static let protobuf: Self = .product(name: "SwiftProtobuf", package: "swift-protobuf")
}

/// Values that other programs computed for the tests, with the scripts that did; read from where they lie.
func references(_ name: String) -> [String] {
    let folder = Context.packageDirectory + "/Tests/\(name)Tests/"
    return ["Reference"].filter { FileManager.default.fileExists(atPath: folder + $0) }
}

/// A stage or workshop library and the folder of its tests.
func library(_ name: String, _ dependencies: [Target.Dependency], tests: [Target.Dependency]? = []) -> [Target] {
    let sources = name == "Exchange" ? ["ONNX/onnx.proto"] : []
    var targets: [Target] = [
        .target(name: name, dependencies: dependencies, exclude: sources, swiftSettings: settings)
    ]
    if let tests {
        targets.append(
            .testTarget(
                name: name + "Tests",
                dependencies: [.init(stringLiteral: name), "RealRecordings"] + dependencies + tests,
                exclude: references(name), swiftSettings: settings))
    }
    return targets
}

/// A module map for a C library of the system.
func system(_ name: String, pkgConfig: String? = nil, package: String) -> Target {
    .systemLibrary(
        name: name, path: "Sources/System/\(name)", pkgConfig: pkgConfig, providers: [.apt([package])])
}

var targets: [Target] = [
    // Header only: the library is loaded at run time, after its kernels have been chosen (Inference/BLAS).
    system("COpenBLAS", package: "libopenblas-dev"),
    system("CFFTW", pkgConfig: "fftw3f", package: "libfftw3-dev"),
    system("CSystemd", pkgConfig: "libsystemd", package: "libsystemd-dev"),
    system("CFLAC", pkgConfig: "flac", package: "libflac-dev"),
    system("CEDF", package: "libedf-dev"),
    system("CMD", pkgConfig: "libmd", package: "libmd-dev"),
    .target(name: "CKernels"),
]
// How files are written and what they may hold; what flows between the stages; the stages in the order of the pipeline.
targets += library("Files", [])
targets += library("Signal", [])
targets += library("WFDB", ["Files", "CFLAC", "CEDF"])
targets += library("Acquisition", ["Signal", "WFDB", .nio, .nioPosix, .logging])
targets += library("Conditioning", ["Signal"], tests: ["WFDB"])
targets += library("Detection", ["Signal", "Conditioning"], tests: ["WFDB", "Scoring"])
targets += library("Extraction", ["Signal", "Conditioning", "Detection"], tests: ["WFDB"])
targets += library(
    "Inference", ["Files", "Signal", "Extraction", "COpenBLAS", "CFFTW", "CMD", "CKernels"], tests: ["CallCounter"])
targets += library("Publication", ["Signal"])
targets += library(
    "Session", ["Signal", "Conditioning", "Detection", "Extraction", "Inference", "Publication"], tests: ["WFDB"])
targets += library(
    "Ward", ["Signal", "Acquisition", "Extraction", "Inference", "Publication", "Session", .histogram],
    tests: ["WFDB"])
// The workshop.
targets += library(
    "Exchange", ["Inference", .protobuf], tests: ["Signal", "WFDB", "Conditioning", "Detection", "Extraction"])
targets += library("Scoring", ["Signal", "WFDB"])
targets += library("Synthesis", ["Signal", "WFDB"])
targets += library(
    "Training",
    [
        "Files", "Signal", "WFDB", "Conditioning", "Detection", "Extraction", "Inference", "Session", "Scoring",
        "Synthesis", "CKernels", .yams,
    ],
    tests: ["CallCounter"])
// The two programs.
targets += [
    .executableTarget(
        name: "beatd",
        dependencies: [
            "Files", "Signal", "WFDB", "Acquisition", "Conditioning", "Detection", "Extraction", "Inference",
            "Publication", "Session", "Ward", "CSystemd", .arguments, .logging, .lifecycle, .signals, .yams,
        ], swiftSettings: settings),
    .executableTarget(
        name: "beatlab",
        dependencies: [
            "CKernels", "Files", "Signal", "WFDB", "Acquisition", "Conditioning", "Detection", "Extraction",
            "Inference", "Session", "Scoring", "Synthesis", "Training", "Exchange", .arguments, .yams,
        ], swiftSettings: settings),
    // Counts allocations and locks for the tests of code that must do without.
    .target(name: "CallCounter", path: "Tests/CallCounter"),
    // Finds the real recordings for the tests that need them.
    .target(name: "RealRecordings", path: "Tests/RealRecordings", swiftSettings: settings),
    // Runs the built programs for the tests that need them whole.
    .target(name: "ProgramRunner", path: "Tests/ProgramRunner", swiftSettings: settings),
    .testTarget(
        name: "Golden", dependencies: ["ProgramRunner", "WFDB"], exclude: ["Expected"], swiftSettings: settings),
    .testTarget(name: "CommandLine", dependencies: ["ProgramRunner", "WFDB"], swiftSettings: settings),
]

/// What Benchmarks/ and Fuzzing/, packages of their own, link.
let measured = [
    "CKernels", "Signal", "WFDB", "Acquisition", "Conditioning", "Detection", "Extraction", "Inference", "Exchange",
    "Training",
]

let package = Package(
    name: "beatd",
    products: measured.map { .library(name: $0, targets: [$0]) },
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: targets,
    swiftLanguageModes: [.v6],
    cLanguageStandard: .c17
)
