import Foundation
public import Testing

/// The folder of real recordings (`BEATD_DATA`, by default `../shared/data` beside the package); nil where it is absent.
///
/// In CI it has to be there.
public enum RealRecordings {
    /// The folder of the databases.
    public static let folder: String? = {
        let environment = ProcessInfo.processInfo.environment
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let path = environment["BEATD_DATA"] ?? root.appending(path: "../shared/data").standardized.path
        return FileManager.default.fileExists(atPath: path + "/mitdb") ? path : nil
    }()

    /// Whether tests that need them run: where they are, and in CI.
    public static let arePresent = folder != nil || ProcessInfo.processInfo.environment["CI"] == "true"

    /// The path of a file or record there; fails the test where the recordings are absent.
    public static func path(_ name: String) throws -> String {
        let folder = try #require(folder, "no recordings: set BEATD_DATA to their folder")
        return folder + "/" + name
    }

    /// Names of the records of a folder, sorted.
    public static func records(in name: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path(name)).filter { $0.hasSuffix(".hea") }
            .map { name + "/" + $0.dropLast(4) }.sorted()
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips a test where the real recordings are absent (outside CI).
    public static var needsRealRecordings: Self {
        .enabled(if: RealRecordings.arePresent, "no real recordings: set BEATD_DATA to their folder")
    }
}
