import ArgumentParser
import Extraction
import Foundation
import Inference
import Scoring
import Signal
import WFDB

/// Draws what the experts saw of one beat, what they said, and what that rests on.
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Draw why a beat was labelled as it was.",
        discussion: """
            Runs the record through the live stages up to the beat, so that the model remembers what it would have \
            remembered, and draws what each expert saw: the waveform with the patient's template, the scalogram, the RR \
            intervals and the features of the context; each expert's vote and the fused verdict; and occlusion sensitivity: \
            how many log odds the label loses where 80 ms of the waveform are replaced by the template, or a feature by its \
            median over the patient's last normal beats. A letter marks where that changes the verdict.

            Beats are counted as the detector finds them, from 1; --sample takes the "sample" of an event of beatd. Where \
            there is RECORD.atr, its labels stand beside those said.

            Examples:
              beatlab explain mitdb/208 --beat 120
              beatlab explain mitdb/208 --at 3:25.5 --output 208.png

            Exit codes: 0 done, 64 wrong usage, 65 no such beat or a record that cannot be heard, 66 a file is missing, \
            69 rsvg-convert is missing, 73 no output.
            """)

    @Argument(help: "The record: its path without suffix.")
    var record: String

    @Option(help: "Number of the beat among those detected, from 1.")
    var beat: Int?

    @Option(help: "Time of the beat (s, m:s or h:m:s): the nearest one is taken.")
    var at: TimeArgument?

    @Option(parsing: .unconditional, help: "Sample of the beat, as in beatd's events: the nearest one is taken.")
    var sample: Int64?

    @Option(name: .shortAndLong, help: "File to draw into, .svg, .png or .html. (default: RECORD-beat-N.svg)")
    var output: String?

    @Option(name: .shortAndLong, help: "Model file; the default model without it.")
    var model: String?

    @Option(name: .shortAndLong, help: "Annotator whose labels stand beside those said.")
    var reference = "atr"

    func validate() throws {
        guard [beat != nil, at != nil, sample != nil].count(where: { $0 }) == 1 else {
            throw ValidationError("name the beat with one of --beat, --at and --sample")
        }
        if let beat, beat < 1 { throw ValidationError("beats are counted from 1") }
        if let output, !DrawingFile.suffixes.contains(URL(filePath: output).pathExtension) {
            throw ValidationError("--output must end in .svg, .png or .html")
        }
    }

    func run() throws {
        let path = record.hasSuffix(".hea") ? String(record.dropLast(4)) : record
        let classifier = try BeatClassifier(model: BeatModel(path: model ?? BeatModel.defaultPath()))
        let explanation: BeatExplanation
        do {
            var beats = BeatStream(try LeadStream(path: path), window: classifier.model.window)
            let target: BeatSearch.Target =
                if let beat { .number(beat) } else if let sample { .frame(sample) } else {
                    .frame(Int64(min(((at?.seconds ?? 0) * beats.format.sampleRate).rounded(), 0x1p60)))
                }
            var search = BeatSearch(classifier)
            let found = try search.find(target, in: &beats)
            explanation = try BeatExplanation(
                path: path, found: found, format: beats.format, classifier: classifier,
                reference: annotations(path, of: beats))
        } catch let error where error is LeadStream.Unsuitable || error is BeatSearch.Failure {
            throw ExitStatus.dataError.failure("\(path): \(error)")
        }
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let file = output ?? "\(name)-beat-\(explanation.found.number).svg"
        try DrawingFile(path: file).write(ExplanationChart(explanation).drawing, title: explanation.title)
        print(text(of: explanation).visible + "\n" + file)
    }

    /// The reference annotations, counted in samples of a lead; none where there is no such file.
    private func annotations(_ path: String, of beats: BeatStream) throws -> [Annotation] {
        let file = "\(path).\(reference)"
        guard FileManager.default.fileExists(atPath: file) else { return [] }
        let samplesPerFrame = beats.samplesPerFrame
        var annotations = try Annotation.read(
            path: file, frameRate: beats.format.sampleRate / Double(samplesPerFrame))
        for index in annotations.indices {
            annotations[index].sample &*= Int64(samplesPerFrame)
        }
        return annotations
    }

    private func text(of explanation: BeatExplanation) -> String {
        func row(_ name: String, _ probabilities: [Float]) -> [String] {
            [name] + probabilities.map { String(format: "%.3f", Double($0)) }
        }
        var rows = explanation.verdict.votes.map { row($0.expert, $0.probabilities) }
        if let provisional = explanation.provisional { rows.append(row("provisional", provisional.probabilities)) }
        rows.append(row("final", explanation.verdict.probabilities))
        let table = Table(
            header: ["vote"] + BeatClass.allCases.map(\.letter), rows: rows, numbers: Set(1...BeatClass.allCases.count))
        let lines = [
            explanation.title, explanation.summary, table.text, explanation.pacingText, explanation.waveformText,
            explanation.reversalText,
        ]
        return lines.compactMap { $0 }.joined(separator: "\n")
    }
}
