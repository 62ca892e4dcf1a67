internal import CKernels
import Extraction
import Foundation
import Inference
import Signal

/// Fusions whose parameters are learned from votes: what given weights must be compared with.
///
/// Cross-entropy over labelled beats, minimised by Adam (Kingma & Ba, ICLR 2015) in batches of beats. To be judged it has to
/// be fitted to other patients than those that it is used on, as the experts are.
public struct LearnedFusion: Sendable {
    /// What may depend on what.
    public enum Kind: String, Sendable, CaseIterable {
        /// One weight per expert and a bias per class.
        case learned
        /// The weights are a softmax over experts of a linear function of the context, times a learned scale.
        case attention
        /// One linear layer over all votes (log probabilities) and the context.
        case feature
    }

    /// A beat with its votes.
    struct Example {
        /// (experts, classes) log probabilities.
        var votes: [Float]
        /// Scaled context.
        var context: [Float]
        var label: Int
    }

    private static let passes = 4
    private static let batch = 256
    private static let rate: Float = 0.01
    private static let classes = BeatClass.allCases.count

    private let kind: Kind
    private let experts: Int
    private let scaling: ContextScaling
    private var parameters: [Float]

    /// Fits to records and their verdicts of one stage.
    init(_ kind: Kind, records: [RecordBeats], verdicts: [[Verdict]], stage: Beat.Stage, seed: UInt64) {
        self.kind = kind
        experts = verdicts.lazy.compactMap(\.first).first?.votes.count ?? 0
        let contexts = records.lazy.map { stage == .final ? $0.finalContexts : $0.provisionalContexts }
        scaling = ContextScaling(measuring: contexts, width: ContextFeature.count)
        parameters = Self.start(kind, experts: experts)
        var examples: [Example] = []
        for (record, own) in zip(records, verdicts) {
            for (beat, verdict) in own.enumerated() {
                guard let label = record.labels[beat] else { continue }
                examples.append(example(record.beat(beat, stage: stage), verdict, label: label.rawValue))
            }
        }
        fit(examples, random: CounterRandom(seed: seed, stream: 0x4655_5345))
    }

    /// A verdict with its votes fused anew.
    func fuse(_ verdict: Verdict, of beat: Beat) -> Verdict {
        var logits = [Float](repeating: 0, count: Self.classes)
        var weights = [Float](repeating: 0, count: experts)
        let example = example(beat, verdict, label: 0)
        evaluate(example, logits: &logits, weights: &weights)
        return Verdict(probabilities: DualEnsemble.Fusion.softmax(logits), votes: verdict.votes)
    }

    private func example(_ beat: Beat, _ verdict: Verdict, label: Int) -> Example {
        var context = beat.context
        context.withUnsafeMutableBufferPointer { scaling.apply(to: $0) }
        let votes = verdict.votes.flatMap { vote in vote.probabilities.map { logf(max($0, 1e-4)) } }
        return Example(votes: votes, context: context, label: label)
    }

    // MARK: - The three functions

    private static func start(_ kind: Kind, experts: Int) -> [Float] {
        let even = 1 / Float(max(experts, 1))
        switch kind {
        case .learned: return [Float](repeating: even, count: experts) + [Float](repeating: 0, count: classes)
        case .attention:
            // A row of the context and a constant per expert, the scale, a bias per class.
            return [Float](repeating: 0, count: experts * (ContextFeature.count + 1)) + [1]
                + [Float](repeating: 0, count: classes)
        case .feature:
            var start = [Float](repeating: 0, count: classes * width(experts))
            for row in 0..<classes {
                for expert in 0..<experts { start[row * width(experts) + expert * classes + row] = even }
            }
            return start
        }
    }

    /// Inputs of the linear layer: votes, context and a constant.
    private static func width(_ experts: Int) -> Int { experts * classes + ContextFeature.count + 1 }

    /// Logits of a beat; `weights` gets the attention of each expert.
    private func evaluate(_ example: Example, logits: inout [Float], weights: inout [Float]) {
        let classes = Self.classes
        switch kind {
        case .learned:
            for index in 0..<experts { weights[index] = parameters[index] }
            for row in 0..<classes {
                logits[row] = parameters[experts + row]
                for expert in 0..<experts { logits[row] += weights[expert] * example.votes[expert * classes + row] }
            }
        case .attention:
            let row = ContextFeature.count + 1
            for expert in 0..<experts {
                weights[expert] = parameters[expert * row + row - 1]
                for feature in 0..<ContextFeature.count {
                    weights[expert] += parameters[expert * row + feature] * example.context[feature]
                }
            }
            weights = DualEnsemble.Fusion.softmax(weights)
            let scale = parameters[experts * row]
            for column in 0..<classes {
                logits[column] = parameters[experts * row + 1 + column]
                for expert in 0..<experts {
                    logits[column] += scale * weights[expert] * example.votes[expert * classes + column]
                }
            }
        case .feature:
            let width = Self.width(experts)
            for row in 0..<classes {
                var sum = parameters[row * width + width - 1]
                for index in example.votes.indices { sum += parameters[row * width + index] * example.votes[index] }
                let first = row * width + example.votes.count
                for index in example.context.indices { sum += parameters[first + index] * example.context[index] }
                logits[row] = sum
            }
        }
    }

    /// Adds the gradient of a beat, whose logits have the gradient `errors`.
    private func add(_ errors: [Float], of example: Example, weights: [Float], to gradient: inout [Float]) {
        let classes = Self.classes
        switch kind {
        case .learned:
            for row in 0..<classes {
                gradient[experts + row] += errors[row]
                for expert in 0..<experts { gradient[expert] += errors[row] * example.votes[expert * classes + row] }
            }
        case .attention:
            let row = ContextFeature.count + 1
            let scale = parameters[experts * row]
            // What each expert's vote would do to the loss, and on average.
            var effects = [Float](repeating: 0, count: experts)
            for expert in 0..<experts {
                for column in 0..<classes {
                    effects[expert] += errors[column] * example.votes[expert * classes + column]
                }
            }
            let mean = zip(weights, effects).reduce(0) { $0 + $1.0 * $1.1 }
            gradient[experts * row] += mean
            for column in 0..<classes { gradient[experts * row + 1 + column] += errors[column] }
            for expert in 0..<experts {
                let slope = scale * weights[expert] * (effects[expert] - mean)
                for feature in 0..<ContextFeature.count {
                    gradient[expert * row + feature] += slope * example.context[feature]
                }
                gradient[expert * row + row - 1] += slope
            }
        case .feature:
            let width = Self.width(experts)
            for row in 0..<classes {
                for index in example.votes.indices {
                    gradient[row * width + index] += errors[row] * example.votes[index]
                }
                let first = row * width + example.votes.count
                for index in example.context.indices { gradient[first + index] += errors[row] * example.context[index] }
                gradient[row * width + width - 1] += errors[row]
            }
        }
    }

    // MARK: - Fitting

    private mutating func fit(_ examples: [Example], random: CounterRandom) {
        var first = [Float](repeating: 0, count: parameters.count)
        var second = first
        var logits = [Float](repeating: 0, count: Self.classes)
        var weights = [Float](repeating: 0, count: experts)
        let total = Self.passes * (examples.count / Self.batch)
        let schedule = LearningRateSchedule.cosine(peak: Self.rate, warmup: 0, total: total, final: 0)
        for step in 0..<total {
            var gradient = [Float](repeating: 0, count: parameters.count)
            for place in 0..<Self.batch {
                let index = random.bits(UInt64(step * Self.batch + place)) % UInt64(examples.count)
                let example = examples[Int(index)]
                evaluate(example, logits: &logits, weights: &weights)
                var errors = DualEnsemble.Fusion.softmax(logits)
                errors[example.label] -= 1
                add(errors, of: example, weights: weights, to: &gradient)
            }
            var arguments = ck_adamw_arguments(
                rate: schedule.rate(step: step), beta1: 0.9, beta2: 0.999, epsilon: 1e-8, decay: 0,
                correction1: 1 - powf(0.9, Float(step + 1)), correction2: 1 - powf(0.999, Float(step + 1)),
                gradient_scale: 1 / Float(Self.batch))
            ck_adamw(Int64(parameters.count), &arguments, &parameters, gradient, &first, &second)
        }
    }
}
