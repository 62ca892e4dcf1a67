import Extraction
import Foundation
import Scoring
import Training

/// An evaluation as tables for people.
struct EvaluationText {
    private let result: ModelEvaluation
    private let without: Set<String>
    private let brief: Bool

    init(_ result: ModelEvaluation, without: Set<String>, brief: Bool) {
        self.result = result
        self.without = without
        self.brief = brief
    }

    /// What is printed: detection, the whole, then the five classes.
    static let metrics = Metric.detection + Metric.overall + [.macroNSV] + BeatLabel.classes.flatMap(Metric.of)
    private static let labels: [BeatLabel] = [.supraventricular, .ventricular, .fusion, .paced]

    var text: String {
        let evaluation = result.evaluation
        var parts = ["\n## stage \(result.stage.rawValue), mapping \(evaluation.mapping.rawValue)", matrix]
        parts.append(Table(header: header, rows: rows, numbers: Set(1..<header.count)).text)
        let estimates = evaluation.estimates(of: Self.metrics).map { estimate in
            [
                estimate.name, percent(estimate.gross), percent(estimate.average),
                estimate.interval.map { "\(percent($0.lower)) to \(percent($0.upper))" } ?? "-",
            ]
        }
        parts.append(
            Table(
                header: ["metric", "gross", "average", "95 % (records resampled)"], rows: estimates, numbers: [1, 2, 3]
            ).text)
        parts.append(coverage)
        parts.append(
            "calibration: ECE \(percent(result.calibration.expectedError)) over \(result.calibration.count) beats")
        return parts.joined(separator: "\n\n")
    }

    /// Reference labels by test labels, all records.
    private var matrix: String {
        let gross = result.evaluation.gross
        let columns: [BeatLabel] = BeatLabel.classes + [.absent]
        let rows = columns.map { reference in
            [reference.letter] + columns.map { "\(gross[reference, $0])" }
        }
        return Table(
            header: ["ref\\test"] + columns.map { $0.letter.lowercased() }, rows: rows, numbers: Set(1...columns.count)
        ).text
    }

    /// What is left when the least sure verdicts are withheld.
    private var coverage: String {
        let rows = result.coverage().map { step in
            [percent(step.share), percent(Double(step.threshold)), percent(step.matrix.accuracy.value)]
                + [BeatLabel.normal, .supraventricular, .ventricular].map { percent(step.matrix.f1(of: $0)) }
                + [percent(Metric.macroNSV.value(step.matrix))]
        }
        return Table(
            header: ["verdicts given", "least sure", "acc", "N F1", "S F1", "V F1", "macro F1 (N S V)"], rows: rows,
            numbers: Set(0..<7)
        ).text
    }

    private var header: [String] {
        ["record", "beats", "missed", "false", "acc"]
            + Self.labels.flatMap { ["\($0.letter)", "\($0.letter) Se", "\($0.letter) +P", "\($0.letter) F1"] }
    }

    private var rows: [[String]] {
        let evaluation = result.evaluation
        var rows = brief ? [] : evaluation.records.map { row($0.name, $0.matrix) }
        rows.append(row("gross", evaluation.gross))
        let left = evaluation.without(without)
        if left.records.count < evaluation.records.count {
            rows.append(row("without " + without.sorted().joined(separator: " "), left.gross))
        }
        return rows
    }

    private func row(_ name: String, _ matrix: BeatMatrix) -> [String] {
        let start = [
            name, "\(matrix.referenceBeats)", "\(matrix.missed)", "\(matrix.falsePeaks)",
            percent(matrix.accuracy.value),
        ]
        return start
            + Self.labels.flatMap { label in
                [
                    "\(matrix.support(of: label))", percent(matrix.sensitivity(of: label).value),
                    percent(matrix.predictivity(of: label).value), percent(matrix.f1(of: label)),
                ]
            }
    }

    private func percent(_ share: Double?) -> String {
        share.map { String(format: "%.2f", 100 * $0) } ?? "-"
    }
}
