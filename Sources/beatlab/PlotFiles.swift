import Files
import Scoring

/// Writes drawings as SVG files, and as PNG where `rsvg-convert` is installed.
struct PlotFiles {
    let folder: String

    /// Writes one drawing; the name goes without suffix.
    func write(_ drawing: SVG, name: String) throws {
        try OutputFile.makeFolder(folder)
        for suffix in ["svg"] + (PNGConverter.isInstalled ? ["png"] : []) {
            try DrawingFile(path: "\(folder)/\(name).\(suffix)").write(drawing.text)
        }
    }

    /// The plots of a score: all beats as a matrix, RR intervals, and the worst moment of every record that has one.
    func write(_ board: ScoreBoard) throws {
        let title = "\(board.plan.test) against \(board.plan.reference)"
        try write(
            .confusionMatrix(board.evaluation.gross, title: "\(title), \(board.plan.mapping.rawValue)"),
            name: "confusion-matrix")
        try write(.blandAltman(board.rr, title: "RR intervals, \(title)"), name: "bland-altman")
        for score in board.scores {
            guard let moment = score.worstMoment(seconds: 10) else { continue }
            let chart = try? StripChart(
                path: score.path, title: "\(score.name): \(moment.disagreements) disagreements in 10 s",
                begin: moment.begin, pairs: score.pairs)
            if let chart { try write(chart.svg, name: "strip-\(score.name)") }
        }
    }
}
