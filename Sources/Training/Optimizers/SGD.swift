public import Inference

/// Stochastic gradient descent with momentum and weight decay, as PyTorch computes it.
///
/// `g ← g + decay · p`, `m ← momentum · m + g` (the first step `m = g`), then `p ← p − rate · m`, or with Nesterov's momentum
/// `p ← p − rate · (g + momentum · m)`. Decay applies to the weights of products only.
public struct SGD: Optimizer {
    /// Share of the last step's direction.
    public let momentum: Float
    /// Whether the gradient is taken ahead.
    public let nesterov: Bool
    /// Weight decay.
    public let decay: Float
    /// Steps so far.
    public private(set) var steps = 0
    private let stretches: DecayStretches
    private var velocity: [Float]

    /// Begins at rest.
    public init(weights: Weights, momentum: Float = 0.9, nesterov: Bool = false, decay: Float = 0) {
        self.momentum = momentum
        self.nesterov = nesterov
        self.decay = decay
        stretches = DecayStretches(weights)
        velocity = [Float](repeating: 0, count: weights.trainedEnd)
    }

    /// One step.
    public mutating func step(_ executor: TrainingExecutor, rate: Float, gradientScale: Float = 1) {
        steps += 1
        guard gradientScale > 0 else { return }
        let (value, gradient) = (executor.trainedValues, executor.gradients)
        precondition(value.count == velocity.count, "the optimiser was made for another network")
        let all = stretches.stretches
        let keep = steps == 1 ? 0 : momentum
        velocity.withUnsafeMutableBufferPointer { velocity in
            let v = UnsafeMutableBufferPointer(rebasing: velocity[...])
            executor.pool.run(all.count) { index, _ in
                let rate = -rate
                let decay = all[index].decays ? decay : 0
                for i in all[index].range {
                    let g = gradient[i] * gradientScale + decay * value[i]
                    v[i] = keep * v[i] + g
                    value[i] += rate * (nesterov ? g + momentum * v[i] : v[i])
                }
            }
        }
    }

    /// Steps and velocity.
    public var state: [(name: String, tensor: Tensor)] {
        [
            ("optimizer.steps", Tensor(shape: [1], values: [Float(steps)])),
            ("optimizer.velocity", Tensor(shape: [velocity.count], values: velocity)),
        ]
    }

    /// Continues from a state.
    public mutating func restore(_ state: [String: Tensor]) throws {
        let count = try state.stepCount
        velocity = try state.values("optimizer.velocity", count: velocity.count)
        steps = count
    }
}
