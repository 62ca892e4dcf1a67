import ArgumentParser
import Foundation
import Synthesis
import WFDB

/// Makes a WFDB record with reference annotations.
struct SynthesizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "synthesize",
        abstract: "Make a WFDB record with exact reference annotations from a dynamical ECG model.",
        discussion: """
            Writes RECORD.hea, RECORD.dat and RECORD.atr. The model is that of McSharry, Clifford, Tarassenko & Smith (2003), \
            seen by any of the twelve leads, with premature and fusion beats, other rhythms, noise and leads that come off. \
            The same options give the same bytes.

            Times are seconds: --fibrillation 60-100 is atrial fibrillation from 60 s to 100 s; --off 1@20-35 takes lead 1 \
            (the second) off from 20 s to 35 s, --off 20-35 all of them. Options for stretches can be repeated.

            beatlab synthesize /tmp/x --duration 120 --ventricular 0.05 --fibrillation 60-100 --muscle 0.03
            """)

    @Argument(help: "Path of the record to write, without suffix.")
    var record: String

    @OptionGroup(title: "Heart") var heart: HeartOptions
    @OptionGroup(title: "Recorder") var recorder: RecorderOptions

    func run() throws {
        let recipe = try recorder.applied(to: heart.recipe())
        var layout = try recorder.layout()
        layout.comments = [" synthetic: beatlab synthesize \(settings.joined(separator: " "))"]
        let written = try SyntheticRecord.write(recipe, layout: layout, path: record)
        if written.clippedCount > 0 {
            tell(
                "beatlab: note: \(written.clippedCount) samples are beyond the ADC's range and clipped: "
                    + "lower --gain, or take a --format of more bits")
        }
        var counts: [String: Int] = [:]
        for annotation in written.annotations where annotation.code.isQRS {
            counts[annotation.code.mnemonic, default: 0] += 1
        }
        let beats = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.value) \($0.key)" }
        print("\(record): \(written.header.frameCount ?? 0) frames, beats: \(beats.joined(separator: ", "))")
    }

    /// The options as given, for the header's comment.
    private var settings: [String] {
        var words = CommandLine.arguments.dropFirst(2).filter { $0 != record }
        // Without a record name of its own, a comment stays the same wherever the record is written.
        words.removeAll { $0 == "--" }
        return Array(words)
    }
}
