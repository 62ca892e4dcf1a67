import Extraction
import Foundation
import Inference
import Signal

/// Fits the trees expert to the contexts of the training beats.
struct TreeTraining {
    private let member: DualEnsemble.Member
    private let window: BeatWindow
    private let train: BeatDataset
    private let validation: BeatDataset
    private let configuration: TrainingConfiguration
    private let report: (String) -> Void

    init(
        member: DualEnsemble.Member, window: BeatWindow, train: BeatDataset, validation: BeatDataset,
        configuration: TrainingConfiguration, report: @escaping (String) -> Void
    ) {
        self.member = member
        self.window = window
        self.validation = validation
        self.train = train
        self.configuration = configuration
        self.report = report
    }

    /// Fits all trees, then validates.
    func run() throws -> ExpertTraining.Outcome {
        let weights = fit()
        var score: ValidationScore?
        if !validation.records.isEmpty {
            score = try ValidationScore(
                of: member, window: window, weights: weights, on: validation, threads: configuration.threads)
            report("\(member.name) validation \(score?.line ?? "")")
        }
        return ExpertTraining.Outcome(weights: weights, score: score, epoch: configuration.boosting.trees)
    }

    private func fit() -> [String: Tensor] {
        let width = ContextFeature.count
        let random = CounterRandom(seed: configuration.seed, stream: 0x524f_5753)
        var values: [Float] = []
        var labels: [UInt8] = []
        for (number, record) in train.records.enumerated() {
            let own = random.stream(UInt64(number))
            for beat in 0..<record.count {
                guard let label = record.labels[beat] else { continue }
                let isProvisional = own.uniform(UInt64(beat)) < configuration.augmentation.provisional
                let source = isProvisional ? record.provisionalContexts : record.finalContexts
                values.append(contentsOf: source[beat * width..<(beat + 1) * width])
                labels.append(UInt8(label.rawValue))
            }
        }
        let settings = configuration.boosting
        report("trees: \(settings.trees) trees of depth \(settings.depth) on \(labels.count) beats")
        let weights = train.classWeights(exponent: configuration.classBalance)
        var boosting = TreeBoosting(
            values: values, width: width, labels: labels,
            weights: weights.isEmpty ? BeatClass.allCases.map { _ in 1 } : weights, settings: settings,
            seed: configuration.seed, pool: WorkerPool(threads: configuration.threads))
        let start = Date()
        let tensors = boosting.fit { done, loss in
            guard done % 50 == 0 || done == settings.trees else { return }
            report("trees: \(done)/\(settings.trees) loss \(loss) after \(Int(Date().timeIntervalSince(start))) s")
        }
        return Dictionary(uniqueKeysWithValues: tensors.map { ("trees." + $0.key, $0.value) })
    }
}
