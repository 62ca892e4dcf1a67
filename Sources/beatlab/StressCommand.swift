import ArgumentParser
import Conditioning
import Detection
import Files
import Foundation
import Scoring
import Signal
import WFDB

/// `beatlab stress`: the noise ladder.
struct StressCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stress",
        abstract: "Adds noise to records step by step and scores the detector in it.",
        discussion: """
            Makes the noise stress test of WFDB's nst: from 5:00 on, two minutes with noise and two without alternate, \
            at several signal-to-noise ratios. Finds R peaks in every record and scores them against the reference.

            Other detectors take part by their annotation files: write the records with --output FOLDER, run the \
            detector there, and name its annotator with --test.

            Examples:
              beatlab stress --noise nstdb/bw --noise nstdb/ma --plots ladder mitdb/118 mitdb/119
              beatlab stress --noise nstdb/ma --output noisy mitdb/118
              beatlab stress --noise nstdb/ma --output noisy --test gqrs mitdb/118

            Exit codes: 0 done, 64 wrong usage, 65 records that cannot be mixed, 66 a file is missing, 73 no output.
            """)

    @OptionGroup var records: RecordArguments

    @Option(name: .shortAndLong, help: "Record of noise; may be given several times.")
    var noise: [String]

    @Option(
        name: .shortAndLong, parsing: .unconditionalSingleValue,
        help: "Signal-to-noise ratio in dB; may be given several times. (default: 24 18 12 6 0 -6)")
    var decibels: [Double] = []

    @Option(name: .shortAndLong, help: "Reference annotator, copied beside the records that are written.")
    var reference = "atr"

    @Option(
        name: [.short, .customLong("output")], help: "Write the noisy records into this folder, named like 118ma06.")
    var folder: String?

    @Option(name: .shortAndLong, help: "Score this annotator in the folder of noisy records too; may be repeated.")
    var test: [String] = []

    @Option(help: "Start of the comparison; the noise begins at 5:00.")
    var from = TimeArgument(seconds: ComparisonPeriod.learningPeriod)

    @Option(help: "Match window in seconds.")
    var window = TimeArgument(seconds: ComparisonPeriod.matchWindow)

    @Flag(help: "Print JSON.")
    var json = false

    @Option(help: "Draw the curves into this folder, as SVG and (where rsvg-convert is installed) PNG.")
    var plots: String?

    func validate() throws {
        guard !noise.isEmpty else { throw ValidationError("name at least one record of noise with --noise") }
        guard decibels.allSatisfy({ (-60...60).contains($0) }) else {
            throw ValidationError("ratios lie between -60 and 60 dB")
        }
        guard window.seconds <= 10 else { throw ValidationError("--window is at most 10 s; EC57's is 0.15 s") }
        guard test.isEmpty || folder != nil else {
            throw ValidationError("--test needs the folder of the noisy records: --output FOLDER")
        }
    }

    func run() async throws {
        let paths = try records.paths()
        if let folder {
            try RecordArguments.requireDistinct(StressSubject.outputs(of: paths, noise: noise, folder: folder))
            try OutputFile.makeFolder(folder)
        }
        let waves = try noise.map { path in try read(path) { try Waveform(path: path) } }
        let progress = ProgressLine("stress", count: paths.count)
        let scored = try await paths.inOrder(
            threads: ProcessInfo.processInfo.activeProcessorCount, finished: progress.update
        ) { path in
            try steps(of: path, noise: waves)
        }
        progress.finish()
        try report(scored.flatMap { $0 })
    }

    private func steps(of path: String, noise waves: [Waveform]) throws -> [StressStep] {
        try read(path) {
            let subject = try StressSubject(
                path: path, reference: reference, from: from.seconds, window: window.seconds)
            var steps = [try subject.clean()]
            for (wave, noisePath) in zip(waves, noise) {
                let name = noisePath.split(separator: "/").last.map(String.init) ?? noisePath
                steps += try subject.steps(
                    noise: name, wave: wave, decibels: decibels.isEmpty ? NoiseLadder.standardDecibels : decibels,
                    folder: folder, annotators: test)
            }
            return steps
        }
    }

    /// Runs a step on a record and turns its errors into messages and exit codes.
    private func read<T>(_ path: String, _ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch {
            throw (ExitStatus(error) ?? .dataError).failure("\(path): \(error)")
        }
    }

    private func report(_ steps: [StressStep]) throws {
        var ladder = NoiseLadder()
        for step in steps {
            ladder.append(
                annotator: step.annotator, noise: step.noise, decibels: step.decibels, record: step.record,
                matrix: step.matrix)
        }
        if let plots {
            try PlotFiles(folder: plots).write(.ladder(ladder.curves, title: "R peaks in noise"), name: "noise-ladder")
        }
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            encoder.keyEncodingStrategy = .convertToSnakeCase
            print(String(decoding: try encoder.encode(ladder), as: UTF8.self))
        } else {
            print(ladder.text(), terminator: "")
        }
    }
}
