public import Extraction
import Foundation
public import Inference
public import Scoring
import Signal
import WFDB

/// Scores a model on whole records, with the detector in the loop, from the first sample: missed and false peaks count.
public struct ModelEvaluation: Sendable {
    /// Which judgement was scored.
    public let stage: Beat.Stage
    /// Beat matrices per record.
    public let evaluation: Evaluation
    /// How well probabilities match, over detected beats.
    public let calibration: Calibration

    /// Scores the verdicts of a stage under a mapping.
    public init(
        records: [RecordBeats], verdicts: [[Verdict]], stage: Beat.Stage, mapping: LabelMapping
    ) throws(TrainingError) {
        var evaluation = Evaluation(mapping: mapping)
        var calibration = Calibration()
        for (record, own) in zip(records, verdicts) {
            let found = zip(record.frames, own).map { Annotation(sample: $0, code: Self.code(of: $1.label)) }
            do {
                let period = try ComparisonPeriod(
                    sampleRate: record.format.sampleRate, length: record.frameCount, from: 0)
                let verdictOfFrame = Dictionary(zip(record.frames, own), uniquingKeysWith: { first, _ in first })
                let result = BeatComparison(
                    reference: record.reference, test: found, period: period, mapping: mapping
                ) { pair in
                    guard let truth = pair.reference.beatClass, let frame = pair.testFrame,
                        let verdict = verdictOfFrame[frame]
                    else { return }
                    calibration.count(probabilities: verdict.probabilities, truth: truth.rawValue)
                }
                evaluation.append(record: record.record.name, matrix: result.matrix)
            } catch {
                throw .record(record.record.description, reason: "\(error)")
            }
        }
        self.stage = stage
        self.evaluation = evaluation
        self.calibration = calibration
    }

    /// The annotation code that stands for a class.
    static func code(of label: BeatClass) -> AnnotationCode {
        switch label {
        case .normal: .normal
        case .supraventricular: .svpb
        case .ventricular: .pvc
        case .fusion: .fusion
        case .paced: .unknown
        }
    }
}
