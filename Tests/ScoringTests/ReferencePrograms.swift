import Foundation
import RealRecordings

@testable import Scoring

/// What the C programs of WFDB made of mitdb.
enum ReferencePrograms {
    /// A record of mitdb with test annotations made for them.
    static func scored(_ name: String, test: String = "tst") throws -> ScoredRecord {
        try ScoredRecord(
            path: RealRecordings.path("mitdb/" + name), reference: "atr", test: test,
            testFolder: RealRecordings.path("scoring-reference"))
    }

    /// What a program printed.
    static func output(_ file: String) throws -> String {
        try String(contentsOfFile: RealRecordings.path("scoring-reference/" + file), encoding: .utf8)
    }
}
