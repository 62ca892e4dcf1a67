import Foundation
import ProgramRunner
import Testing

/// Expected events, kept as the lines that the program printed with the shipped model.
///
/// Where the model has been trained anew since, what it says (labels, probabilities, variability of normal beats) is left
/// out of the comparison; everything else must be the same. `BEATD_REBUILD_GOLDEN=1` writes the files anew: look at the
/// difference before committing it.
struct EventFile {
    private static let isRebuilding = ProcessInfo.processInfo.environment["BEATD_REBUILD_GOLDEN"] == "1"
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Expected")
    /// What depends on the model.
    private static let opinions = [
        #""label":"."#, #""p":{[^}]*}"#, #""sdnn_ms":[0-9]+"#, #""rmssd_ms":[0-9]+"#, #""model":"[^"]*""#,
        #""model_sha256":"[^"]*""#,
    ]
    /// By how much another CPU's rounding may change a probability.
    private static let tolerance = 0.002

    let name: String
    private var file: URL { Self.folder.appending(path: "\(name).jsonl") }

    /// Compares printed lines with the expected ones.
    func expect(_ lines: [String], _ what: Comment, sourceLocation: SourceLocation = #_sourceLocation) throws {
        if Self.isRebuilding {
            try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
            try Data(lines.map { $0 + "\n" }.joined().utf8).write(to: file)
            return
        }
        let expected = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
        #expect(lines.count == expected.count, what, sourceLocation: sourceLocation)
        let isSameModel = lines.first == expected.first
        for (line, wanted) in zip(lines, expected) where line != wanted {
            guard Self.withoutOpinions(line) == Self.withoutOpinions(wanted) else {
                Issue.record("\(what): \(line)\nexpected \(wanted)", sourceLocation: sourceLocation)
                return
            }
            if isSameModel { try expectNear(line, wanted, what, sourceLocation) }
        }
    }

    private static func withoutOpinions(_ line: String) -> String {
        opinions.reduce(line) { $0.replacingOccurrences(of: $1, with: "", options: .regularExpression) }
    }

    /// Compares probabilities within the tolerance; the label may only differ where two classes are as good as equal.
    private func expectNear(_ line: String, _ wanted: String, _ what: Comment, _ location: SourceLocation) throws {
        func parts(_ line: String) throws -> (label: String, p: [String: Double]) {
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            return (object?["label"] as? String ?? "", object?["p"] as? [String: Double] ?? [:])
        }
        let (one, other) = (try parts(line), try parts(wanted))
        for (name, value) in one.p {
            let difference = abs(value - (other.p[name] ?? 9))
            #expect(difference <= Self.tolerance, "\(what): p of \(name) in \(line)", sourceLocation: location)
        }
        let top = one.p.values.sorted(by: >)
        if one.label != other.label, top.count > 1 {
            #expect(top[0] - top[1] < 2 * Self.tolerance, "\(what): label in \(line)", sourceLocation: location)
        }
    }
}
