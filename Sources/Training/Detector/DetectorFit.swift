public import Detection
import Foundation
import Scoring
import Signal
import WFDB

/// Fits the detector's weights to records with reference beats.
///
///     let fit = DetectorFit(set: RecordSet(folder: data), records: records, report: tell)
///     let weights = try await fit.run()
///
/// The detector runs over the records and over variations of them (one lead alone, noise, other rates, faster, slower,
/// fading, paused, interrupted, stepped); every candidate that it weighs is an example, a beat or none by the reference.
/// What it meets depends on what it decided before, so that it runs again with the weights just fitted, and the
/// examples of all rounds count (Ross, Gordon & Bagnell, *A reduction of imitation learning to no-regret online
/// learning*, AISTATS 2011).
public struct DetectorFit: Sendable {
    /// Where the records are; noise is taken from `nstdb` there.
    public let set: RecordSet
    /// The records.
    public let records: [RecordName]
    /// Times that the detector runs over the records.
    public var rounds = 3
    /// Hidden units, up to 16.
    public var unitCount = 16
    /// Times that the examples are gone through.
    public var passes = 8
    /// Weights of the first round.
    public var start = EvidenceWeights.fitted
    private let report: @Sendable (String) -> Void

    /// Prepares a fit; `report` is told how far it is.
    public init(set: RecordSet, records: [RecordName], report: @escaping @Sendable (String) -> Void) {
        self.set = set
        self.records = records
        self.report = report
    }

    /// The fitted weights.
    ///
    /// - Throws: `WFDBError` and `StressError` where a record or the noise cannot be read, `TrainingError` where the stages do
    ///   not take a record.
    public func run() async throws -> EvidenceWeights {
        let noises = try ["bw", "ma"].map { try Waveform(path: set.folder + "/nstdb/" + $0) }
        var weights = start
        var examples = DetectorExamples()
        for round in 1...rounds {
            examples.add(try await collect(decidedBy: weights, noises: noises))
            var fit = EvidenceFit()
            fit.unitCount = unitCount
            fit.passes = passes
            fit.seed = UInt64(round)
            let loss: Float
            (weights, loss) = fit.weights(for: examples)
            report("round \(round) of \(rounds): \(examples.count) candidates, loss \(loss)")
        }
        return weights
    }

    /// What the detector weighs in all records, as many at a time as there are cores.
    private func collect(decidedBy weights: EvidenceWeights, noises: [Waveform]) async throws -> DetectorExamples {
        try await records.inOrder(threads: ProcessInfo.processInfo.activeProcessorCount) { record in
            try examples(of: record, decidedBy: weights, noises: noises)
        }.reduce(into: DetectorExamples()) { $0.add($1) }
    }

    private func examples(
        of record: RecordName, decidedBy evidence: EvidenceWeights, noises: [Waveform]
    ) throws -> DetectorExamples {
        let path = set.path(of: record)
        let wave = try Waveform(path: path)
        let leads = try LeadColumns.usable(of: wave.signals, frameRate: wave.sampleRate, path: path)
        let annotations = try Annotation.reference(
            ofRecordAt: path, frameRate: wave.sampleRate, frameCount: Int64(wave.frameCount))
        let whole = DetectorPassage(wave, leads: leads, annotations: annotations)
        var examples = DetectorExamples()
        func add(_ passage: DetectorPassage, weight: Float) {
            guard StreamFormat.supportedRates.contains(passage.sampleRate) else { return }
            examples.add(passage, decidedBy: evidence, weight: weight)
        }
        add(whole, weight: 4)
        for lead in 0..<whole.leadCount { add(whole.lead(lead), weight: 1) }
        let other = whole.resampled(to: wave.sampleRate > 200 ? 128 : 250)
        // Played slower, a record must still have the rate of a stream.
        let dense = wave.sampleRate > 200 ? whole : other
        add(dense.played(1.5), weight: 0.25)
        add(dense.played(0.7), weight: 0.25)
        add(whole.fading(), weight: 0.25)
        add(whole.paused(), weight: 0.25)
        add(whole.interrupted(), weight: 0.25)
        add(whole.stepped(), weight: 0.25)
        add(other, weight: 0.25)
        for noise in noises where (0.9...1.1).contains(noise.sampleRate / wave.sampleRate) {
            let stress = try NoiseStress(record: record.name, signal: wave, beats: annotations, noise: noise)
            for decibels in [6.0, 0, -6] {
                let noisy = DetectorPassage(
                    stress.mixed(decibels: decibels), leads: leads, annotations: annotations)
                add(noisy, weight: 0.5)
                add(noisy.lead(0), weight: 0.25)
            }
        }
        return examples
    }
}
