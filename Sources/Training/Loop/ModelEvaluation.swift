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
    public private(set) var evaluation: Evaluation
    /// How well probabilities match, over detected beats.
    public private(set) var calibration = Calibration()
    /// The same of each class against all others, in the order of `BeatClass.allCases`.
    public private(set) var classCalibrations = BeatClass.allCases.map { _ in Calibration() }
    /// Every pair of each record, in the order of the evaluation's records.
    public private(set) var pairs: [[BeatPair]] = []
    /// The records, in the same order.
    public private(set) var records: [RecordName] = []
    private var answers: [Answer] = []

    /// A pair with the probability of what was said.
    private struct Answer: Sendable {
        var reference: BeatLabel
        var test: BeatLabel
        var confidence: Float
    }

    /// Scores the verdicts of a stage under a mapping.
    ///
    /// - Parameters:
    ///   - records: the beats, in the order of `verdicts`.
    ///   - stretches: the parts of a record of some seconds that count, in seconds; the whole of it by default.
    public init(
        records: [RecordBeats], verdicts: [[Verdict]], stage: Beat.Stage, mapping: LabelMapping,
        stretches: (Double) -> [Range<Double>] = { [0..<$0] }
    ) throws(TrainingError) {
        self.stage = stage
        evaluation = Evaluation(mapping: mapping)
        for (record, own) in zip(records, verdicts) {
            do {
                try count(record, own, stretches(Double(record.frameCount) / record.format.sampleRate))
            } catch {
                throw .unusable(record.record.description, cause: error)
            }
        }
    }

    /// Adds the records of another evaluation of the same stage and mapping, of another fold for example.
    public static func += (sum: inout Self, other: Self) {
        precondition(sum.stage == other.stage && sum.evaluation.mapping == other.evaluation.mapping, "of one kind")
        for record in other.evaluation.records { sum.evaluation.append(record: record.name, matrix: record.matrix) }
        sum.calibration += other.calibration
        for index in sum.classCalibrations.indices { sum.classCalibrations[index] += other.classCalibrations[index] }
        sum.pairs += other.pairs
        sum.records += other.records
        sum.answers += other.answers
    }

    private mutating func count(
        _ record: RecordBeats, _ verdicts: [Verdict], _ stretches: [Range<Double>]
    ) throws(ScoringError) {
        let found = zip(record.frames, verdicts).map { Annotation(sample: $0, code: $1.label.annotationCode) }
        let verdictOfFrame = Dictionary(zip(record.frames, verdicts), uniquingKeysWith: { first, _ in first })
        var matrix = BeatMatrix()
        var own: [BeatPair] = []
        for stretch in stretches {
            let isWhole = stretch.upperBound * record.format.sampleRate >= Double(record.frameCount) - 0.5
            let period = try ComparisonPeriod(
                sampleRate: record.format.sampleRate, length: record.frameCount, from: stretch.lowerBound,
                to: isWhole ? nil : stretch.upperBound)
            let result = BeatComparison(
                reference: record.reference, test: found, period: period, mapping: evaluation.mapping
            ) { own.append($0) }
            matrix += result.matrix
        }
        for pair in own { count(pair, pair.testFrame.flatMap { verdictOfFrame[$0] }) }
        evaluation.append(record: record.record.name, matrix: matrix)
        pairs.append(own)
        records.append(record.record)
    }

    private mutating func count(_ pair: BeatPair, _ verdict: Verdict?) {
        answers.append(.init(reference: pair.reference, test: pair.test, confidence: verdict?.confidence ?? 1))
        guard let truth = pair.reference.beatClass, let verdict else { return }
        calibration.count(probabilities: verdict.probabilities, truth: truth.rawValue)
        for label in BeatClass.allCases {
            classCalibrations[label.rawValue].count(
                probability: verdict.probabilities[label.rawValue], isTrue: label == truth)
        }
    }

    /// What is left when the least sure verdicts are withheld.
    public struct Coverage: Sendable {
        /// Share of the verdicts that are given, 0 to 1.
        public var share: Double
        /// Least probability of the label that is given.
        public var threshold: Float
        /// The pairs whose verdict is given, and missed beats.
        public var matrix: BeatMatrix
    }

    /// Coverage against accuracy: what is left when the least sure verdicts are withheld, for given shares.
    public func coverage(_ shares: [Double] = [1, 0.99, 0.98, 0.95, 0.9, 0.8]) -> [Coverage] {
        let said = answers.filter { $0.test.beatClass != nil }.sorted { $0.confidence > $1.confidence }
        return shares.compactMap { share in
            let kept = said.prefix(Int((share * Double(said.count)).rounded()))
            guard let last = kept.last else { return nil }
            var matrix = BeatMatrix()
            for answer in kept { matrix.count(reference: answer.reference, test: answer.test) }
            for answer in answers where answer.test.beatClass == nil {
                matrix.count(reference: answer.reference, test: answer.test)
            }
            return Coverage(share: Double(kept.count) / Double(said.count), threshold: last.confidence, matrix: matrix)
        }
    }
}
