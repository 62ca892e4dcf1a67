public import Detection
import Scoring
import Signal
import WFDB

/// Fits the weights of the detector's evidence of a pacemaker.
///
/// First the spike by itself, to beats that are paced for certain (`/`) and beats that are not; then, with the memory that
/// these weights make, the spike beside the patient's own, to all beats of class Q and all others. A record counts by the root
/// of its beats of either kind, so that no patient outvotes the rest.
public struct PacingFit: Sendable {
    /// Where the records are.
    public let set: RecordSet
    /// Records to learn from.
    public let records: [RecordName]

    /// Makes a fit.
    public init(set: RecordSet, records: [RecordName]) {
        self.set = set
        self.records = records
    }

    /// The weights that fit the records.
    ///
    /// - Throws: `TrainingError.pacing` where they show no beats of one of the two kinds.
    public func run() async throws -> PacingWeights {
        var weights = PacingWeights(spike: .zero, spikeBias: 0, memory: .zero, memoryBias: 0)
        let alone = try await beats(of: records, weights: weights)
        let spike = try fit(examples(alone, of: \.spike) { $0 != .fusionOfPaced && $0 != .unknown })
        weights.spike = Self.vector(spike.weights)
        weights.spikeBias = Float(spike.bias)
        let remembered = try await beats(of: records, weights: weights)
        let memory = try fit(examples(remembered, of: \.memory) { _ in true })
        weights.memory = Self.vector(memory.weights)
        weights.memoryBias = Float(memory.bias)
        return weights
    }

    /// The beats of records with some weights, two records at a time.
    public func beats(of records: [RecordName], weights: PacingWeights) async throws -> [PacingBeats] {
        let set = set
        return try await records.inOrder(threads: 2) { record in
            try PacingBeats(reading: record, path: set.path(of: record), weights: weights)
        }
    }

    private func fit(_ examples: [LogisticRegression.Example]) throws(TrainingError) -> LogisticRegression {
        let paced = examples.count { $0.isPositive }
        guard paced > 0, paced < examples.count else {
            throw .pacing(records: records, paced: paced, others: examples.count - paced)
        }
        return LogisticRegression(examples)
    }

    private func examples(
        _ records: [PacingBeats], of measures: KeyPath<PacingEvidence, SIMD4<Float>>,
        where isCertain: (AnnotationCode) -> Bool
    ) -> [LogisticRegression.Example] {
        records.flatMap { record -> [LogisticRegression.Example] in
            let beats = record.found.compactMap { beat -> (measures: SIMD4<Float>, isPaced: Bool)? in
                guard let evidence = beat.evidence, let code = beat.code, isCertain(code) else { return nil }
                return (evidence[keyPath: measures], beat.isPaced)
            }
            let paced = beats.count { $0.isPaced }
            return beats.map { beat in
                let alike = beat.isPaced ? paced : beats.count - paced
                return LogisticRegression.Example(
                    measures: beat.measures, isPositive: beat.isPaced, weight: 1 / Double(alike).squareRoot())
            }
        }
    }

    private static func vector(_ values: [Double]) -> SIMD4<Float> {
        SIMD4(Float(values[0]), Float(values[1]), Float(values[2]), Float(values[3]))
    }
}
