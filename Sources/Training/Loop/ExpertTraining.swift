public import Extraction
import Foundation
public import Inference
public import Signal

/// Trains one expert on the beats of some patients and validates it on those of others.
public struct ExpertTraining {
    private let member: DualEnsemble.Member
    private let window: BeatWindow
    private let train: BeatDataset
    private let validation: BeatDataset
    private let configuration: TrainingConfiguration
    private let noise: NoiseLibrary?
    private let report: (String) -> Void

    /// Prepares; `report` gets the lines for people.
    public init(
        member: DualEnsemble.Member, window: BeatWindow, train: BeatDataset, validation: BeatDataset,
        configuration: TrainingConfiguration, noise: NoiseLibrary?, report: @escaping (String) -> Void
    ) {
        self.member = member
        self.window = window
        self.train = train
        self.validation = validation
        self.configuration = configuration
        self.noise = noise
        self.report = report
    }

    /// What came out.
    public struct Outcome {
        /// Weights of the best epoch by parameter name.
        public var weights: [String: Tensor]
        /// Validation score of that epoch; nil without validation records.
        public var score: ValidationScore?
        /// That epoch, from 1.
        public var epoch: Int
    }

    /// Runs all epochs, or goes on where the checkpoint in the output folder ends; at most `epochsNow` in this call.
    public func run(epochsNow: Int = .max) throws -> Outcome {
        try configuration.requirePrecision()
        let (steps, batch) = (configuration.steps, configuration.batch)
        let graph = try member.expert.trainingGraph(
            window: window, steps: steps, smoothing: configuration.smoothing,
            classWeights: train.classWeights(exponent: configuration.classBalance))
        let sampler = SequenceSampler(
            beatCounts: train.records.map(\.count), steps: steps, seed: configuration.seed)
        let pool = WorkerPool(threads: configuration.threads)
        let assembler = try BatchAssembler(
            dataset: train, expert: member.expert, window: window, steps: steps,
            augmentation: configuration.augmentation, noise: noise, pool: pool)
        let perEpoch = (sampler.sequences(epoch: 0).count + batch - 1) / batch
        let schedule = LearningRateSchedule.cosine(
            peak: configuration.optimizer.learningRate, warmup: configuration.optimizer.warmup,
            total: perEpoch * configuration.epochs, final: 0)
        let clipping = GradientClipping(norm: configuration.optimizer.clip)
        let initial = Weights(graph: graph, seed: configuration.seed)
        var state = Checkpoint(
            progress: .init(), weights: initial, best: initial,
            optimizer: AdamW(weights: initial, decay: configuration.optimizer.weightDecay),
            configuration: configuration.yaml)
        let file = Checkpoint.url(of: member.name, configuration)
        if FileManager.default.fileExists(atPath: file.path) {
            state = try Checkpoint(
                url: file, graph: graph, optimizer: state.optimizer, configuration: configuration)
            report("\(member.name): goes on after epoch \(state.progress.epoch)")
        }
        let executor = try TrainingExecutor(
            graph: graph, batchSize: batch, objective: Expert.Port.loss, weights: state.weights,
            seed: configuration.seed, pool: pool,
            precision: configuration.precision)
        let random = CounterRandom(seed: configuration.seed, stream: 0x4241_5443)
        report("\(member.name): \(graph.trainedCount) parameters, \(perEpoch) batches of \(batch) × \(steps) an epoch")

        let start = state.progress.epoch
        while state.progress.epoch < configuration.epochs, state.progress.epoch - start < epochsNow,
            !isExhausted(state.progress)
        {
            var pace = Pace(total: perEpoch)
            let sequences = sampler.sequences(epoch: state.progress.epoch)
            for first in stride(from: 0, to: sequences.count, by: batch) {
                let part = sequences[first..<min(first + batch, sequences.count)]
                executor.batch = part.count
                executor.step = state.progress.step
                try fill(executor, with: assembler, part, random: random.stream(state.progress.step))
                executor.forward(training: true)
                executor.backward()
                let loss = executor.objectiveValue
                guard loss.isFinite else { throw TrainingError.diverged(step: Int(state.progress.step), loss: loss) }
                state.optimizer.step(
                    executor, rate: schedule.rate(step: Int(state.progress.step)),
                    gradientScale: clipping.scale(executor))
                state.progress.step += 1
                if let line = pace.line(loss: loss, beats: part.reduce(0) { $0 + $1.beats.count }) {
                    report("\(member.name) epoch \(state.progress.epoch + 1)/\(configuration.epochs) \(line)")
                }
            }
            state.weights = executor.weights
            state.progress.epoch += 1
            try judge(&state)
            try state.write(to: file)
        }
        let best = validation.records.isEmpty ? state.weights : state.best
        return Outcome(
            weights: Dictionary(uniqueKeysWithValues: best.tensors.map { ($0.name, $0.tensor) }),
            score: state.progress.best, epoch: state.progress.bestEpoch)
    }

    private func isExhausted(_ progress: Checkpoint.Progress) -> Bool {
        configuration.patience > 0 && progress.best != nil
            && progress.epoch - progress.bestEpoch >= configuration.patience
    }

    private func fill(
        _ executor: TrainingExecutor, with assembler: BatchAssembler, _ part: ArraySlice<SequenceSampler.Sequence>,
        random: CounterRandom
    ) throws {
        let hasPicture = member.expert.pictureShape(window: window) != nil
        try executor.withInput(Expert.Port.context) { contexts in
            try executor.withInput(Expert.Port.labels) { labels in
                func fill(_ pictures: UnsafeMutableBufferPointer<Float>) {
                    assembler.fill(
                        part, into: .init(pictures: pictures, contexts: contexts, labels: labels), random: random)
                }
                if hasPicture {
                    try executor.withInput(Expert.Port.picture, fill)
                } else {
                    fill(UnsafeMutableBufferPointer(start: nil, count: 0))
                }
            }
        }
    }

    /// Validates and keeps the weights if they are the best so far.
    private func judge(_ state: inout Checkpoint) throws {
        guard !validation.records.isEmpty else { return }
        let weights = Dictionary(uniqueKeysWithValues: state.weights.tensors.map { ($0.name, $0.tensor) })
        let score = try ValidationScore(
            of: member, window: window, weights: weights, on: validation, threads: configuration.threads)
        if score.macroF1 > state.progress.best?.macroF1 ?? -1 {
            state.progress.best = score
            state.progress.bestEpoch = state.progress.epoch
            state.best = state.weights
        }
        report("\(member.name) epoch \(state.progress.epoch) validation \(score.line)")
    }
}

extension ValidationScore {
    /// Lets one expert alone judge the final stage of records.
    init(
        of member: DualEnsemble.Member, window: BeatWindow, weights: [String: Tensor], on records: BeatDataset,
        threads: Int
    ) throws {
        let model = BeatModel(
            ensemble: DualEnsemble(experts: [member], fusion: .init(space: .logarithm, weights: [1])), window: window,
            weights: [weights], origin: .init())
        let judge = RecordJudge(try BeatClassifier(model: model), threads: threads)
        self.init(records.judged(try judge.judge(records.records, stage: .final)))
    }
}

extension BeatDataset {
    /// Verdicts beside what the reference says, over all records.
    public func judged(_ verdicts: [[Verdict]]) -> [(truth: BeatClass?, verdict: Verdict)] {
        zip(records, verdicts).flatMap { record, own in
            zip(record.labels, own).map { (truth: $0, verdict: $1) }
        }
    }
}
