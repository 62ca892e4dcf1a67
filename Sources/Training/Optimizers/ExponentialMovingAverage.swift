public import Inference

/// A slowly following copy of the weights, which often generalises better than the last ones.
///
///     var average = ExponentialMovingAverage(weights: executor.weights, decay: 0.999)
///     average.update(executor)          // after every step
///     let shipped = average.weights
///
/// `average ← d · average + (1 − d) · weights`, running statistics included, with `d = min(decay, (1 + n) / (10 + n))` at step `n`, so
/// that the start is soon forgotten.
public struct ExponentialMovingAverage: Sendable {
    /// Share that stays in a step.
    public let decay: Float
    /// Steps so far.
    public private(set) var steps = 0
    /// The average.
    public private(set) var weights: Weights

    /// Begins at the given weights.
    public init(weights: Weights, decay: Float) {
        self.weights = weights
        self.decay = decay
    }

    /// Continues an average from a checkpoint.
    public init(weights: Weights, decay: Float, steps: Int) {
        self.init(weights: weights, decay: decay)
        self.steps = steps
    }

    /// Follows the executor's weights by one step.
    public mutating func update(_ executor: TrainingExecutor) {
        steps += 1
        let share = 1 - min(decay, Float(1 + steps) / Float(10 + steps))
        weights.approach(executor, share: share)
    }
}
