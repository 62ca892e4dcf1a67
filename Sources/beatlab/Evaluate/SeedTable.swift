import Extraction
import Foundation
import Scoring
import Training

/// The figures of several models on the same records, with their mean and spread: seeds of one configuration, say.
struct SeedTable {
    private let results: [ModelEvaluation]
    private let models: [String]

    /// Takes one evaluation of each model, all of one stage and mapping.
    init(_ results: [ModelEvaluation], models: [String]) {
        self.results = results
        self.models = models
    }

    private static let metrics =
        [Metric.macroNSV] + Metric.overall.filter { ["accuracy", "j_kappa"].contains($0.name) }
        + [BeatLabel.normal, .supraventricular, .ventricular, .fusion, .paced].flatMap { label in
            Metric.of(label).filter { !$0.name.hasSuffix("fpr") }
        }

    var text: String {
        guard let first = results.first else { return "" }
        let values = Self.metrics.map { metric in results.map { metric.value($0.evaluation.gross) } }
        let rows = zip(Self.metrics, values).map { metric, own -> [String] in
            let known = own.compactMap { $0 }
            let mean = known.reduce(0, +) / Double(max(known.count, 1))
            let squares = known.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            let deviation = known.count > 1 ? (squares / Double(known.count - 1)).squareRoot() : nil
            return [metric.name] + own.map(percent)
                + (known.isEmpty
                    ? ["-", "-", "-", "-"]
                    : [percent(mean), percent(deviation), percent(known.min()), percent(known.max())])
        }
        let numbers = models.indices.map { "(\($0 + 1))" }
        let table = Table(
            header: ["gross"] + numbers + ["mean", "SD", "least", "most"], rows: rows,
            numbers: Set(1..<models.count + 5))
        let key = models.enumerated().map { "(\($0 + 1)) \($1)" }.joined(separator: "\n")
        return
            "\n## stage \(first.stage.rawValue), mapping \(first.evaluation.mapping.rawValue)\n\n\(key)\n\n\(table.text)"
    }

    private func percent(_ share: Double?) -> String { share.map { String(format: "%.2f", 100 * $0) } ?? "-" }
}
