internal import CKernels
public import Inference

/// Adam with decoupled weight decay, as PyTorch computes it.
///
///     var optimizer = AdamW(weights: executor.weights, decay: 0.01)
///     optimizer.step(executor, rate: 1e-3)
///
/// Loshchilov & Hutter 2019: `p ← p (1 − rate · decay)`, then `p ← p − rate · m̂ / (√v̂ + epsilon)` with bias-corrected moments. Decay applies to
/// the weights of products only, not to biases, scales and shifts, unless `decaysAll`.
public struct AdamW: Optimizer {
    /// Decay of the first moment.
    public let beta1: Float
    /// Decay of the second moment.
    public let beta2: Float
    /// Added to the root of the second moment.
    public let epsilon: Float
    /// Weight decay.
    public let decay: Float
    /// Steps so far.
    public private(set) var steps = 0
    private let stretches: DecayStretches
    private var first: [Float]
    private var second: [Float]
    private let decaysAll: Bool

    /// Begins with zero moments.
    public init(
        weights: Weights, beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8, decay: Float = 0.01,
        decaysAll: Bool = false
    ) {
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.decay = decay
        self.decaysAll = decaysAll
        stretches = DecayStretches(weights)
        first = [Float](repeating: 0, count: weights.trainedEnd)
        second = first
    }

    /// One step.
    public mutating func step(_ executor: TrainingExecutor, rate: Float, gradientScale: Float = 1) {
        steps += 1
        guard gradientScale > 0 else { return }
        let correction1 = 1 - pow(Double(beta1), steps)
        let correction2 = 1 - pow(Double(beta2), steps)
        let (values, gradients) = (executor.trainedValues, executor.gradients)
        guard let value = values.baseAddress, let gradient = gradients.baseAddress else { return }
        precondition(values.count == first.count, "the optimiser was made for another network")
        first.withUnsafeMutableBufferPointer { first in
            second.withUnsafeMutableBufferPointer { second in
                guard let m = first.baseAddress, let v = second.baseAddress else { return }
                let all = stretches.stretches
                executor.pool.run(all.count) { index, _ in
                    let range = all[index].range
                    var arguments = ck_adamw_arguments(
                        rate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon,
                        decay: all[index].decays || decaysAll ? decay : 0, correction1: Float(correction1),
                        correction2: Float(correction2), gradient_scale: gradientScale)
                    let at = range.lowerBound
                    ck_adamw(Int64(range.count), &arguments, value + at, gradient + at, m + at, v + at)
                }
            }
        }
    }

    /// Steps and moments.
    public var state: [(name: String, tensor: Tensor)] {
        [
            ("optimizer.steps", Tensor(shape: [1], values: [Float(steps)])),
            ("optimizer.first", Tensor(shape: [first.count], values: first)),
            ("optimizer.second", Tensor(shape: [second.count], values: second)),
        ]
    }

    /// Continues from a state.
    public mutating func restore(_ state: [String: Tensor]) throws {
        let count = try state.stepCount
        first = try state.values("optimizer.first", count: first.count)
        second = try state.values("optimizer.second", count: second.count)
        steps = count
    }
}

/// Whole power.
private func pow(_ base: Double, _ exponent: Int) -> Double {
    var (result, square, rest) = (1.0, base, exponent)
    while rest > 0 {
        if rest & 1 == 1 { result *= square }
        square *= square
        rest >>= 1
    }
    return result
}
