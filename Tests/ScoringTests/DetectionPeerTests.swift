import Foundation
import RealRecordings
import Testing
import WFDB

@testable import Scoring

@Suite(.needsRealRecordings) struct DetectionPeerTests {
    private struct Counts: Codable, Equatable {
        var tp: Int
        var fp: Int
        var fn: Int
    }

    /// Made by `Reference/compare_annotations.py` with wfdb (PyPI) 4.3.1.
    private static let peer: [String: Counts] = {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Reference/compare_annotations.json")
        let decoded = try? JSONDecoder().decode([String: Counts].self, from: Data(contentsOf: file))
        return decoded ?? [:]
    }()

    /// Pairs that compare_annotations leaves apart where an extra beat lies nearby, and `bxb` makes (`bxb-f0-L.out`:
    /// 2247, 1949 and 2947 detected).
    private static let peerMisses = ["100 tst": 1, "201 tst": 1, "203 tst": 2]

    @Test func detection_agreesWithWFDBCompareAnnotations() throws {
        #expect(Self.peer.count == 24)
        for (key, expected) in Self.peer {
            let words = key.split(separator: " ").map(String.init)
            let record = try ReferencePrograms.scored(words[0], test: words[1])
            let isBeat = { (annotation: Annotation) in
                annotation.code.isQRS && annotation.code != .flutterWave
            }
            let matrix = BeatComparison(
                reference: record.reference.filter(isBeat), test: record.test.filter(isBeat),
                period: try record.period(from: 0)
            ).matrix
            let missing = Self.peerMisses[key] ?? 0
            #expect(
                Counts(tp: matrix.detected, fp: matrix.falsePeaks, fn: matrix.missed)
                    == Counts(tp: expected.tp + missing, fp: expected.fp - missing, fn: expected.fn - missing),
                "\(key)")
        }
    }

    @Test func mitdb_againstItself_hasEveryBeat() throws {
        var evaluation = Evaluation(mapping: .ec57)
        var chazal = Evaluation(mapping: .chazal)
        let folder = try RealRecordings.path("mitdb")
        for file in try FileManager.default.contentsOfDirectory(atPath: folder) where file.hasSuffix(".hea") {
            let record = try ScoredRecord(path: folder + "/" + file, reference: "atr", test: "atr")
            for mapping in LabelMapping.allCases {
                let comparison = BeatComparison(
                    reference: record.reference, test: record.test, period: try record.period(from: 0),
                    mapping: mapping)
                #expect(comparison.matrix.accuracy.value == 1)
                #expect(comparison.rrError == 0)
                if mapping == .ec57 {
                    evaluation.append(record: record.name, matrix: comparison.matrix)
                } else {
                    chazal.append(record: record.name, matrix: comparison.matrix)
                }
            }
        }
        #expect(evaluation.records.count == 48)
        #expect(evaluation.gross.referenceBeats == 109_494)
        #expect(evaluation.gross.support(of: .ventricular) == 7_236)
        // DS2 of de Chazal 2004.
        let ds2 = Set(
            "100 103 105 111 113 117 121 123 200 202 210 212 213 214 219 221 222 228 231 232 233 234"
                .split(separator: " ").map(String.init))
        let others = Set(chazal.records.map(\.name)).subtracting(ds2)
        #expect(chazal.without(others).gross.support(of: .supraventricular) == 1_837)
    }
}
