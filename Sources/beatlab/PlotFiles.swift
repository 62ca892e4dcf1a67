import Foundation
import Scoring

/// Writes drawings as SVG files, and as PNG where `rsvg-convert` is installed.
struct PlotFiles {
    let folder: String

    /// Writes one drawing; the name goes without suffix.
    func write(_ drawing: SVG, name: String) throws {
        let path = "\(folder)/\(name).svg"
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try Data(drawing.text.utf8).write(to: URL(filePath: path))
        } catch {
            throw ExitStatus.cannotCreate.failure(
                "cannot write \(path): check that the folder can be made and is yours")
        }
        if let converter = Self.converter {
            let process = Process()
            process.executableURL = URL(filePath: converter)
            process.arguments = ["--zoom", "2", "--output", "\(folder)/\(name).png", path]
            try process.run()
            process.waitUntilExit()
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

    private static let converter: String? = {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return folders.map { "\($0)/rsvg-convert" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }()
}
