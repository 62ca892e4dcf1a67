import ArgumentParser
import Conditioning
import Detection
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
        let classifier: BeatClassifier
        do {
            classifier = try BeatClassifier(model: BeatModel(path: model ?? BeatModel.defaultPath()))
        } catch {
            throw ExitStatus.noInput.failure("\(error)")
        }
        try await output.write(try records.paths(), title: "classifying") { path in
            var labeller = try BeatLabeller(stream: LeadStream(path: path), classifier: classifier)
            return try labeller.annotations()
        }
    }
}

/// Runs one record through the stages and labels its beats.
private struct BeatLabeller {
    private var stream: LeadStream
    private let classifier: BeatClassifier
    private var states: [ClassifierState]
    private var conditioner: Conditioner
    private var detector: PanTompkins
    private var extractor: BeatExtractor
    private var labelled: [Annotation] = []

    init(stream: LeadStream, classifier: BeatClassifier) {
        self.stream = stream
        self.classifier = classifier
        states = [classifier.initialState()]
        let format = stream.format
        let window = classifier.model.window
        conditioner = Conditioner(
            sampleRate: format.sampleRate, leadCount: format.leads.count, modelRate: window.rate)
        detector = PanTompkins(sampleRate: format.sampleRate, leadCount: format.leads.count)
        extractor = BeatExtractor(
            sampleRate: format.sampleRate, leads: format.leads, lookAhead: conditioner.lookAhead, window: window)
    }

    mutating func annotations() throws -> [Annotation] {
        var conditioned = SampleBlock(firstFrame: 0, leadCount: stream.format.leads.count, values: [])
        var peaks: [RPeak] = []
        var beats: [Beat] = []
        var end: Int64 = 0
        while let block = try stream.next() {
            end = block.endFrame
            peaks.removeAll(keepingCapacity: true)
            detector.consume(block) { peaks.append($0) }
            conditioner.consume(block, into: &conditioned)
            extractor.consume(conditioned, peaks: peaks, through: end) { beats.append($0) }
            try label(&beats)
        }
        peaks.removeAll(keepingCapacity: true)
        detector.finish { peaks.append($0) }
        conditioner.finish(into: &conditioned)
        extractor.consume(conditioned, peaks: peaks, through: end) { beats.append($0) }
        extractor.finish { beats.append($0) }
        try label(&beats)
        return labelled
    }

    /// Labels the beats that are final, in order, and empties the list.
    private mutating func label(_ beats: inout [Beat]) throws {
        for beat in beats where beat.stage == .final {
            let verdicts = try classifier.classify([beat], streams: [0], states: &states)
            for verdict in verdicts {
                labelled.append(Annotation(sample: beat.sample, code: verdict.label.annotationCode))
            }
        }
        beats.removeAll(keepingCapacity: true)
    }
}
