internal import CKernels
public import Inference

/// Bounds the length of the whole gradient.
///
///     let clipping = GradientClipping(norm: 1)
///     optimizer.step(executor, rate: rate, gradientScale: clipping.scale(executor))
public struct GradientClipping: Sendable, Codable {
    /// Longest gradient (Euclidean, over all parameters).
    public let norm: Float

    /// Bounds it to `norm`.
    public init(norm: Float) { self.norm = norm }

    /// What the gradient has to be multiplied with: `min(1, norm / (‖g‖ + 1e-6))`, as PyTorch's `clip_grad_norm_`; 0 if it is not
    /// finite, so that such a step moves nothing.
    public func scale(_ executor: TrainingExecutor) -> Float {
        let length = Self.length(executor)
        guard length.isFinite else { return 0 }
        return min(1, norm / (length + 1e-6))
    }

    /// Euclidean norm of the gradient, the same for any number of threads.
    public static func length(_ executor: TrainingExecutor) -> Float {
        let gradients = executor.gradients
        guard let base = gradients.baseAddress else { return 0 }
        var sum = 0.0
        for first in stride(from: 0, to: gradients.count, by: 65_536) {
            sum += ck_squares(Int64(min(65_536, gradients.count - first)), base + first)
        }
        return Float(sum.squareRoot())
    }
}
