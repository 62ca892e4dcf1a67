import Extraction
import Files
import Foundation
import Scoring
import Signal
import Training
import WFDB

/// An evaluation as one page that needs nothing beside itself: tables, matrix, reliability diagrams, the worst moments.
struct EvaluationPage {
    let title: String
    let lead: String
    let results: [ModelEvaluation]
    let set: RecordSet

    /// Writes `index.html` into a folder.
    func write(to folder: String) throws {
        try OutputFile.makeFolder(folder)
        try OutputFile.write(text, to: folder + "/index.html")
        print("\n\(folder)/index.html")
    }

    var text: String {
        let sections = results.map(section) + [worstMoments]
        return HTMLPage(
            title: title,
            body: """
                <h1>\(SVG.escaped(title))</h1>
                <p class="lead">\(SVG.escaped(lead))</p>
                \(sections.joined(separator: "\n"))
                <footer>Made by <code>beatlab evaluate</code>. Not a medical device; figures describe these records only.</footer>
                """
        ).text
    }

    private func section(_ result: ModelEvaluation) -> String {
        let mapping = result.evaluation.mapping.rawValue
        return """
            <section>
            <h2>Stage \(result.stage.rawValue), mapping \(mapping)</h2>
            \(metricTable(result))
            \(figures([.confusionMatrix(result.evaluation.gross, title: "All beats, \(mapping)")]))
            <h3>Calibration</h3>
            \(figures(Self.reliabilities(result)))
            <h3>Withholding the least sure verdicts</h3>
            \(coverageTable(result))
            <h3>Record by record</h3>
            \(recordTable(result))
            </section>
            """
    }

    /// The reliability diagram of the label that was said, and one of each class that occurs.
    static func reliabilities(_ result: ModelEvaluation) -> [SVG] {
        let gross = result.evaluation.gross
        let classes = BeatClass.allCases.filter { gross.support(of: BeatLabel($0)) > 0 }
        return [SVG.reliability(result.calibration, title: "What was said")]
            + classes.map { label in
                .reliability(
                    result.classCalibrations[label.rawValue], title: "\(label.letter) against the others",
                    label: label.letter)
            }
    }

    private func figures(_ drawings: [SVG]) -> String {
        "<div class=\"figures\">" + drawings.map { "<figure>\($0.inline)</figure>" }.joined() + "</div>"
    }

    private func metricTable(_ result: ModelEvaluation) -> String {
        var table = HTMLTable(["metric", "gross", "95 %, records resampled", "average of records"])
        for estimate in result.evaluation.estimates(of: EvaluationText.metrics) where estimate.gross != nil {
            let interval = estimate.interval.map { "\(percent($0.lower)) – \(percent($0.upper))" } ?? "–"
            table.row([estimate.name, percent(estimate.gross), interval, percent(estimate.average)])
        }
        return table.text
    }

    private func coverageTable(_ result: ModelEvaluation) -> String {
        var table = HTMLTable(["verdicts given", "least sure", "accuracy", "N F1", "S F1", "V F1", "macro F1 (N S V)"])
        for step in result.coverage() {
            table.row(
                [percent(step.share), percent(Double(step.threshold)), percent(step.matrix.accuracy.value)]
                    + [.normal, .supraventricular, .ventricular].map { percent(step.matrix.f1(of: $0)) }
                    + [percent(Metric.macroNSV.value(step.matrix))])
        }
        return table.text
    }

    private func recordTable(_ result: ModelEvaluation) -> String {
        let labels: [BeatLabel] = [.supraventricular, .ventricular, .fusion, .paced]
        var table = HTMLTable(
            ["record", "beats", "missed", "false", "accuracy"]
                + labels.flatMap { ["\($0.letter)", "Se", "+P", "F1"] })
        func row(_ name: String, _ matrix: BeatMatrix) -> [String] {
            [
                name, "\(matrix.referenceBeats)", "\(matrix.missed)", "\(matrix.falsePeaks)",
                percent(matrix.accuracy.value),
            ]
                + labels.flatMap { label in
                    [
                        "\(matrix.support(of: label))", percent(matrix.sensitivity(of: label).value),
                        percent(matrix.predictivity(of: label).value), percent(matrix.f1(of: label)),
                    ]
                }
        }
        for record in result.evaluation.records { table.row(row(record.name, record.matrix)) }
        table.total(row("gross", result.evaluation.gross))
        return table.text
    }

    private var worstMoments: String {
        guard let result = results.last else { return "" }
        let charts = WorstMoments(result, set: set).charts(6).map { "<figure>\($0.drawing.inline)</figure>" }
        return charts.isEmpty ? "" : "<section><h2>Where it fails</h2>\(charts.joined(separator: "\n"))</section>"
    }

    private func percent(_ share: Double?) -> String { share.map { String(format: "%.2f", 100 * $0) } ?? "–" }
}
