import ArgumentParser
import Scoring
import WFDB

/// Prints what a record holds and draws a part of it.
struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Print what a record holds and draw a part of it.",
        discussion: """
            Reads the whole record: header, signals with their range, missing samples and checksums, annotation files. \
            Warnings say what in the header could only be read with an assumption.

            With --output the part is drawn on ECG paper (25 mm/s, 10 mm/mV) with the annotations above it, as SVG, or as PNG \
            where rsvg-convert is installed.

            beatlab inspect mitdb/208 --from 1:00 --seconds 8 --output 208.svg
            """)

    @Argument(help: "The record: a WFDB record or an EDF or BDF file.")
    var record: String

    @Option(help: "Draw from this time (s, m:s or h:m:s).")
    var from = TimeArgument(seconds: 0)

    @Option(help: "Draw so many seconds.")
    var seconds = 10.0

    @Option(name: .shortAndLong, help: "Draw into this file, .svg or .png.")
    var output: String?

    @Option(help: "Annotations to draw. Default: atr, else the first there is.")
    var annotator: String?

    func validate() throws {
        guard seconds > 0, seconds <= 600 else {
            throw ValidationError("--seconds must be more than 0 and at most 600")
        }
        if let output, !output.hasSuffix(".svg"), !output.hasSuffix(".png") {
            throw ValidationError("--output must end in .svg or .png")
        }
    }

    func run() throws {
        let progress = ProgressLine("reading", count: 1_000)
        let inspection = try RecordInspection(path: record) { done, total in
            if let total, total > 0 { progress.update(Int(done * 1_000 / total)) }
        }
        progress.finish()
        print(inspection.text.visible)
        if let output { try draw(inspection, to: output) }
    }

    private func draw(_ inspection: RecordInspection, to output: String) throws {
        let shown = inspection.annotators.first { $0.name == annotator ?? "atr" }
        if let annotator, shown == nil {
            throw ExitStatus.noInput.failure("\(record) has no annotations \(annotator)")
        }
        let chart = try PaperChart(
            path: record, from: from.seconds, seconds: seconds,
            annotations: (shown ?? inspection.annotators.first)?.annotations ?? [])
        try DrawingFile(path: output).write(chart.svg)
    }
}
