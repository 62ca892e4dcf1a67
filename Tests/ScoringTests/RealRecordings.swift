import Foundation
import Testing

@testable import Scoring

/// The folder of real recordings (`BEATD_DATA`, by default `../shared/data` beside the package).
enum RealRecordings {
    static let folder: String = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return ProcessInfo.processInfo.environment["BEATD_DATA"]
            ?? root.appending(path: "../shared/data").standardized.path
    }()

    /// Whether they are there; in continuous integration (`CI=true`) they have to be.
    static let arePresent =
        FileManager.default.fileExists(atPath: folder + "/mitdb/100.hea")
        || ProcessInfo.processInfo.environment["CI"] == "true"

    /// A record of mitdb with test annotations made for the C programs.
    static func scored(_ name: String, test: String = "tst") throws -> ScoredRecord {
        try ScoredRecord(
            path: folder + "/mitdb/" + name, reference: "atr", test: test, testFolder: folder + "/scoring-reference")
    }

    /// What a C program printed.
    static func output(_ file: String) throws -> String {
        try String(contentsOfFile: folder + "/scoring-reference/" + file, encoding: .utf8)
    }
}

extension Trait where Self == ConditionTrait {
    static var realRecordings: Self {
        .enabled(if: RealRecordings.arePresent, "no real recordings: set BEATD_DATA to their folder")
    }
}
