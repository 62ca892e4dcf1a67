import ArgumentParser
import Files
import Foundation
import Scoring

/// `beatlab score`: compares annotations under test with reference annotations.
struct ScoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "score",
        abstract: "Scores annotations against a reference as ANSI/AAMI EC57 says.",
        discussion: """
            Compares the annotation files RECORD.TEST with RECORD.REFERENCE. The line, matrix and report formats are \
            those of WFDB's bxb, rxr, epicmp, mxm and sumstats, byte for byte.

            Examples:
              beatlab score --test gqrs mitdb/100 mitdb/101
              beatlab score --test gqrs --from 0 --format line --totals mitdb
              beatlab score --test beatd --mapping chazal --format html --output score.html mitdb

            Exit codes: 0 scored, 64 wrong usage, 65 data that cannot be scored, 66 a file is missing, 73 no output.
            """)

    /// What is printed.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case summary, line, matrix, report, offsets, json, html
    }

    /// Which comparison the line, matrix and report formats show.
    enum Comparison: String, ExpressibleByArgument, CaseIterable {
        case beats, shutdown, runs, af, afl, vf, vt, measurements
        case sveRuns = "sve-runs"
        case vRuns = "v-episodes"
        case heartRate = "heart-rate"

        var table: ScoreBoard.Table {
            switch self {
            case .beats: .beats
            case .shutdown: .shutdown
            case .runs: .runs(.ventricular)
            case .sveRuns: .runs(.supraventricular)
            case .af: .episodes(.atrialFibrillation)
            case .afl: .episodes(.atrialFlutter)
            case .vf: .episodes(.ventricularFibrillation)
            case .vt: .episodes(.ventricularTachycardia)
            case .vRuns: .episodes(.ventricularRun)
            case .measurements: .measurements
            case .heartRate: .heartRate
            }
        }
    }

    @OptionGroup var records: RecordArguments

    @Option(name: .shortAndLong, help: "Annotator taken as true.")
    var reference = "atr"

    @Option(name: .shortAndLong, help: "Annotator under test.")
    var test: String

    @Option(help: "Folder of the reference annotations, if not beside the records.")
    var referenceFolder: String?

    @Option(help: "Folder of the test annotations, if not beside the records.")
    var testFolder: String?

    @Option(
        help: "How annotation codes become classes: \(LabelMapping.allCases.map(\.rawValue).joined(separator: ", ")).")
    var mapping = LabelMapping.ec57

    @Option(help: "Start: seconds, m:s or h:m:s. EC57 leaves out the first five minutes; 0 counts all.")
    var from = TimeArgument(seconds: ComparisonPeriod.learningPeriod)

    @Option(help: "End; by default that of the record, 0 for the end of the shorter annotation file.")
    var to: TimeArgument?

    @Option(help: "Match window in seconds.")
    var window = TimeArgument(seconds: ComparisonPeriod.matchWindow)

    @Option(name: .shortAndLong, help: "What is printed: \(Format.allCases.map(\.rawValue).joined(separator: ", ")).")
    var format = Format.summary

    @Option(
        name: .shortAndLong,
        help: """
            What the line, matrix and report formats compare; may be given several times: \
            \(Comparison.allCases.map(\.rawValue).joined(separator: ", ")).
            """)
    var compare: [Comparison] = []

    private var comparisons: [Comparison] { compare.isEmpty ? [.beats] : compare }

    @Flag(inversion: .prefixedNo, help: "Give supraventricular beats rows and columns of their own in the line format.")
    var sveb = true

    @Flag(help: "Add sums, gross and average statistics to the line format, as sumstats does.")
    var totals = false

    @Option(help: "Number (SUB) of the measurement annotations that are compared.")
    var measurement: Int8 = 0

    @Option(name: .shortAndLong, help: "Write to this file instead of standard output.")
    var output: String?

    @Option(help: "Draw the plots into this folder, as SVG and (where rsvg-convert is installed) PNG.")
    var plots: String?

    @Flag(help: "Go on where a record cannot be scored; say so and score the others.")
    var keepGoing = false

    func validate() throws {
        guard window.seconds <= 10 else { throw ValidationError("--window is at most 10 s; EC57's is 0.15 s") }
    }

    func run() async throws {
        let board = try await score()
        if let plots { try PlotFiles(folder: plots).write(board) }
        let text = try render(board)
        if let output { try OutputFile.write(text, to: output) } else { print(text, terminator: "") }
    }

    private func score() async throws -> ScoreBoard {
        let paths = try records.paths()
        if let plots {
            try RecordArguments.requireDistinct(
                paths.map { ($0, "\(plots)/strip-\(URL(filePath: $0).lastPathComponent).svg") })
        }
        let extra = comparisons.compactMap { comparison -> EpisodeKind? in
            if case .episodes(let kind) = comparison.table { kind } else { nil }
        }
        var plan = ScoringPlan(
            reference: reference, test: test, referenceFolder: referenceFolder, testFolder: testFolder,
            mapping: mapping, from: from.seconds, to: to?.seconds, window: window.seconds, measurement: measurement)
        plan.episodes += extra.filter { !plan.episodes.contains($0) }
        let progress = ProgressLine("scoring", count: paths.count)
        let results = await plan.score(paths, width: ProcessInfo.processInfo.activeProcessorCount) {
            progress.update($0)
        }
        progress.finish()
        var scores: [RecordScore] = []
        var failure: ExitCode?
        for (path, result) in zip(paths, results) {
            switch result {
            case .success(let score): scores.append(score)
            case .failure(let error):
                failure = (ExitStatus(error) ?? .noInput).failure("\(path): \(error)")
            }
        }
        if let failure, !keepGoing || scores.isEmpty { throw failure }
        return ScoreBoard(plan: plan, scores: scores)
    }

    private func render(_ board: ScoreBoard) throws -> String {
        switch format {
        case .summary: return Report.summary(board)
        case .json:
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            encoder.keyEncodingStrategy = .convertToSnakeCase
            return String(decoding: try encoder.encode(ScoreDocument(board)), as: UTF8.self) + "\n"
        case .html: return HTMLReport(board).text
        case .offsets: return Report.offsets(board)
        case .line:
            return try comparisons.map {
                let table = try board.lines($0.table, supraventricular: sveb)
                return totals ? table.summary : table.text
            }.joined(separator: "\n")
        case .matrix: return try comparisons.map { try board.reports($0.table) }.joined(separator: "\n")
        case .report:
            // What bxb prints without options: the matrix without S, then what was missed in shutdown.
            return try comparisons.map { comparison in
                guard case .beats = comparison.table else { return try board.reports(comparison.table) }
                return board.standardReports()
            }.joined(separator: "\n")
        }
    }
}
