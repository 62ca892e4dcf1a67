import ArgumentParser
import Extraction
import Inference
import Scoring
import Signal
import WFDB

/// `beatlab classify`: writes labelled beats of records as annotation files.
struct ClassifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "classify",
        abstract: "Labels the beats of records and writes them as annotation files.",
        discussion: """
            Runs the stages of beatd over every record, from its first sample: finds the R peaks, cuts the beats out \
            and labels them N, S, V, F or Q with a model, in the final stage.

            Example:
              beatlab classify --output found mitdb/208
              beatlab score --test beatd --test-folder found --from 0 --mapping chazal mitdb/208

            Exit codes: 0 done, 64 wrong usage, 65 a record that cannot be heard, 66 a file is missing, 73 no output.
            """)

    @OptionGroup var records: RecordArguments
    @OptionGroup var output: AnnotationOutput

    @Option(name: .shortAndLong, help: "Model file; the default model without it.")
    var model: String?

    func run() async throws {
        let classifier = try BeatClassifier(model: BeatModel(path: model ?? BeatModel.defaultPath()))
        try await output.write(try records.paths(), title: "classifying") { path in
            (try labels(of: path, by: classifier), ())
        }
    }
}

/// Labels the beats of one record in the final stage.
private func labels(of path: String, by classifier: BeatClassifier) throws -> [Annotation] {
    var beats = BeatStream(try LeadStream(path: path), window: classifier.model.window)
    var states = [classifier.initialState()]
    var labelled: [Annotation] = []
    while let some = try beats.next() {
        let final = some.filter { $0.stage == .final }
        let verdicts = try classifier.classify(final, streams: final.map { _ in 0 }, states: &states)
        labelled += zip(final, verdicts).map {
            Annotation(sample: $0.sample / Int64(beats.samplesPerFrame), code: $1.label.annotationCode)
        }
    }
    return labelled
}
