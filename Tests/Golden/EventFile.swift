import Foundation
import ProgramRunner
import Testing

/// Expected events, kept as the lines that the program printed.
///
/// `BEATD_REBUILD_GOLDEN=1` writes them anew: look at the difference before committing it.
struct EventFile {
    static let isRebuilding = ProcessInfo.processInfo.environment["BEATD_REBUILD_GOLDEN"] == "1"
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Expected")

    let name: String
    private var file: URL { Self.folder.appending(path: "\(name).jsonl") }

    /// Compares printed lines with the expected ones; probabilities within what another CPU's rounding may change.
    func expect(_ lines: [String], _ what: Comment, sourceLocation: SourceLocation = #_sourceLocation) throws {
        if Self.isRebuilding {
            try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
            try Data(lines.map { $0 + "\n" }.joined().utf8).write(to: file)
            return
        }
        let expected = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
        #expect(lines.count == expected.count, what, sourceLocation: sourceLocation)
        for (line, wanted) in zip(lines, expected) where line != wanted {
            let (one, other) = (try Parts(line), try Parts(wanted))
            guard one.rest == other.rest, one.isNear(other) else {
                Issue.record("\(what): \(line)\nexpected \(wanted)", sourceLocation: sourceLocation)
                return
            }
        }
    }

    /// A line without its probabilities and label, and those.
    private struct Parts {
        var rest: String
        var label: String
        var probabilities: [String: Double]

        init(_ line: String) throws {
            let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            label = object["label"] as? String ?? ""
            probabilities = object["p"] as? [String: Double] ?? [:]
            rest = line
            for pattern in [#""label":"."#, #""p":{[^}]*}"#] {
                rest = rest.replacingOccurrences(of: pattern, with: "", options: .regularExpression)
            }
        }

        func isNear(_ other: Self) -> Bool {
            guard probabilities.keys == other.probabilities.keys else { return false }
            let tolerance = 0.002
            for (name, value) in probabilities where abs(value - (other.probabilities[name] ?? 9)) > tolerance {
                return false
            }
            // The label may only differ where two classes are as good as equal.
            let top = probabilities.values.sorted(by: >)
            return label == other.label || top[0] - top[1] < 2 * tolerance
        }
    }
}
