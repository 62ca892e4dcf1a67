import Extraction
import Foundation
import Inference
import Signal
import Testing

@testable import Training

@Suite struct TrainingLoopTests {
    /// Beats whose RR ratio says what they are: S come early, V are early and wide.
    private func dataset(records: Int, seed: UInt64) -> BeatDataset {
        BeatDataset(
            records: (0..<records).map { record in
                let random = CounterRandom(seed: seed, stream: UInt64(record))
                var beats = RecordBeats(
                    record: RecordName(database: "made", name: "\(record)"),
                    format: StreamFormat(stream: "\(record)", sampleRate: 128, leads: ["II", "V1"]), frameCount: 40_000,
                    window: .standard, reference: [])
                let size = LeadSelection.count * BeatWindow.standard.length
                for index in 0..<120 {
                    let kind = [BeatClass.normal, .supraventricular, .ventricular][Int(random.bits(UInt64(index)) % 3)]
                    var context = [Float](repeating: 0, count: ContextFeature.count)
                    context[.rrToMedian8] = kind == .normal ? 0 : -0.4 + 0.1 * random.normal(UInt64(1000 + index))
                    context[.width0] = kind == .ventricular ? 0.8 : 0.1 * random.normal(UInt64(2000 + index))
                    for stage in [Beat.Stage.provisional, .final] {
                        beats.append(
                            Beat(
                                sample: Int64(index * 300), readyAt: 0, stage: stage,
                                window: (0..<size).map { random.normal(UInt64(index * size + $0)) },
                                template: [Float](repeating: 0.5, count: size), context: context, rr: 0.8, quality: 1),
                            label: kind)
                    }
                }
                return beats
            })
    }

    private func training(
        _ output: String, epochs: Int = 4, seed: UInt64 = 1, precision: Precision = .float32
    ) -> ExpertTraining {
        var configuration = TrainingConfiguration()
        configuration.epochs = epochs
        configuration.patience = 0
        configuration.steps = 12
        configuration.batch = 4
        configuration.seed = seed
        configuration.optimizer.learningRate = 1e-2
        configuration.optimizer.warmup = 5
        configuration.precision = precision
        configuration.output = output
        let member = DualEnsemble.Member(
            name: "timing",
            expert: Expert(encoder: .timing, head: BeatHead(features: 16, recurrent: 8, dropout: 0.1)))
        return ExpertTraining(
            member: member, window: .standard, train: dataset(records: 4, seed: 1),
            validation: dataset(records: 2, seed: 2), configuration: configuration, noise: nil, report: { _ in })
    }

    private func folder() throws -> String {
        let url = FileManager.default.temporaryDirectory.appending(path: "training-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        return url.path
    }

    @Test func training_onSeparableBeats_learnsThem() throws {
        let output = try folder()
        defer { try? FileManager.default.removeItem(atPath: output) }
        let outcome = try training(output, epochs: 12).run()
        #expect((outcome.score?.macroF1 ?? 0) > 0.95)
    }

    @Test(arguments: Precision.supported)
    func training_interruptedAndResumed_givesTheSameWeights(precision: Precision) throws {
        let (whole, parts) = (try folder(), try folder())
        defer { for path in [whole, parts] { try? FileManager.default.removeItem(atPath: path) } }
        let expected = try training(whole, precision: precision).run()
        // The configuration names its output; both runs must have the same one to count as one run.
        _ = try training(parts, precision: precision).run(epochsNow: 1)
        _ = try training(parts, precision: precision).run(epochsNow: 2)
        let outcome = try training(parts, precision: precision).run()
        #expect(outcome.weights == expected.weights && outcome.score == expected.score)
    }

    @Test func checkpoint_ofTheSameRun_isTheSameFile() throws {
        let output = try folder()
        defer { try? FileManager.default.removeItem(atPath: output) }
        let url = URL(filePath: output).appending(path: "timing.checkpoint.safetensors")
        var files: [Data] = []
        for _ in 0..<2 {
            _ = try training(output).run(epochsNow: 1)
            files.append(try Data(contentsOf: url))
            let progress = try #require(try Safetensors(contentsOf: url).metadata["progress"])
            let keys = progress.matches(of: /"(best|bestEpoch|epoch|step)":/).map { String($0.1) }
            #expect(keys == ["best", "bestEpoch", "epoch", "step"], "\(progress)")
            try FileManager.default.removeItem(at: url)
        }
        #expect(files[0] == files[1])
    }

    @Test func training_withAnotherConfiguration_refusesTheCheckpoint() throws {
        let output = try folder()
        defer { try? FileManager.default.removeItem(atPath: output) }
        _ = try training(output).run(epochsNow: 1)
        #expect(throws: TrainingError.self) { try training(output, seed: 2).run() }
    }

    @Test(
        arguments: [
            ("epoch", "-5"), ("epoch", "99"), ("step", "18446744073709551615"), ("step", "1"), ("bestEpoch", "7"),
            ("best", "null"), ("best", #"{"crossEntropy":1,"accuracy":1,"f1":[]}"#),
            ("best", #"{"crossEntropy":1,"accuracy":1,"f1":[1e300,1,1,1,1]}"#),
        ])
    func training_fromACheckpointOfNoSuchRun_isRefused(key: String, value: String) throws {
        let output = try folder()
        defer { try? FileManager.default.removeItem(atPath: output) }
        _ = try training(output).run(epochsNow: 2)
        let url = URL(filePath: output).appending(path: "timing.checkpoint.safetensors")
        var file = try Safetensors(contentsOf: url)
        let progress = try #require(file.metadata["progress"])
        let old = try Regex(#""\#(key)":(?:[0-9]+|\{[^}]*\})"#)
        try #require(progress.contains(old), "\(progress)")
        file.metadata["progress"] = progress.replacing(old, with: "\"\(key)\":\(value)")
        try file.write(to: url)
        let error = #expect(throws: TrainingError.self) { try training(output).run() }
        #expect("\(error.map { "\($0)" } ?? "")".contains("timing.checkpoint.safetensors: has no progress"))
    }

    @Test func training_fromACheckpointWithoutSteps_isRefusedWithTheFile() throws {
        let output = try folder()
        defer { try? FileManager.default.removeItem(atPath: output) }
        _ = try training(output).run(epochsNow: 1)
        let url = URL(filePath: output).appending(path: "timing.checkpoint.safetensors")
        var file = try Safetensors(contentsOf: url)
        file.tensors["optimizer.steps"] = Tensor(shape: [1], values: [3e38])
        try file.write(to: url)
        let error = #expect(throws: TrainingError.self) { try training(output).run() }
        #expect("\(error.map { "\($0)" } ?? "")".contains("timing.checkpoint.safetensors: the checkpoint's optimiser"))
    }

    @Test(.enabled(if: Precision.bfloat16.isSupported, "this CPU has no AVX512-BF16"))
    func training_withAnotherPrecision_isAnotherRun() throws {
        let (single, half) = (try folder(), try folder())
        defer { for path in [single, half] { try? FileManager.default.removeItem(atPath: path) } }
        let expected = try training(single, epochs: 1).run()
        #expect(try training(half, epochs: 1, precision: .bfloat16).run().weights != expected.weights)
        #expect(throws: TrainingError.self) { try training(single, epochs: 1, precision: .bfloat16).run() }
    }

    @Test func sampler_dealsEveryBeatOnce_inAnOrderOfTheSeed() {
        let sampler = SequenceSampler(beatCounts: [100, 0, 7, 53], steps: 16, seed: 4)
        for epoch in 0..<3 {
            let sequences = sampler.sequences(epoch: epoch)
            #expect(sequences == sampler.sequences(epoch: epoch))
            for (record, count) in [100, 0, 7, 53].enumerated() {
                let own = sequences.filter { $0.record == record }.map(\.beats).sorted { $0.lowerBound < $1.lowerBound }
                #expect(own.flatMap { Array($0) } == Array(0..<count))
                #expect(own.allSatisfy { $0.count <= 16 })
            }
        }
        #expect(sampler.sequences(epoch: 0) != sampler.sequences(epoch: 1))
    }

    @Test func variation_swapAndLoss_keepContextAndWaveformTogether() {
        var settings = TrainingConfiguration.Augmentation()
        settings.leadSwap = 1
        settings.leadDropout = 0
        settings.signFlip = 0
        settings.scale = 0
        let variation = BeatVariation(settings, noise: nil, random: CounterRandom(seed: 1, stream: 1))
        var window: [Float] = [1, 2, 3, 4]
        var template: [Float] = [5, 6, 7, 8]
        var context = [Float](repeating: 0, count: ContextFeature.count)
        context[.amplitude0] = 0.5
        context[.leadPresent0] = 1
        context.withUnsafeMutableBufferPointer {
            variation.apply(index: 0, window: &window, template: &template, context: $0)
        }
        #expect(window == [3, 4, 1, 2] && template == [7, 8, 5, 6])
        #expect(context[.amplitude1] == 0.5 && context[.amplitude0] == 0 && context[.leadPresent1] == 1)
    }
}
