import Foundation

/// Learning rate as a function of the step.
///
///     let schedule = LearningRateSchedule.cosine(peak: 1e-3, warmup: 200, total: 10_000, final: 1e-6)
///     schedule.rate(step: 0)
public enum LearningRateSchedule: Sendable, Codable, Equatable {
    /// Always the same.
    case constant(Float)
    /// Rises in a line to `peak` over `warmup` steps, then falls along half a cosine to `final` at step `total` (Loshchilov & Hutter 2017).
    case cosine(peak: Float, warmup: Int, total: Int, final: Float)
    /// Rises along half a cosine from `peak / 25` to `peak` over the share `rise` of `total` steps, then falls so to `peak / 250000`
    /// (Smith & Topin 2019, with PyTorch's defaults).
    case oneCycle(peak: Float, total: Int, rise: Float)
    /// Multiplied by `factor` every `every` steps.
    case step(initial: Float, factor: Float, every: Int)

    /// The rate of a step, counted from 0.
    public func rate(step: Int) -> Float {
        switch self {
        case .constant(let rate):
            return rate
        case .cosine(let peak, let warmup, let total, let final):
            if step < warmup { return peak * Float(step + 1) / Float(warmup) }
            let way = Float(step - warmup) / Float(max(total - warmup, 1))
            return Self.halfCosine(from: peak, to: final, way)
        case .oneCycle(let peak, let total, let rise):
            let top = max(rise * Float(total) - 1, 1e-6)
            if Float(step) <= top { return Self.halfCosine(from: peak / 25, to: peak, Float(step) / top) }
            let way = (Float(step) - top) / max(Float(total - 1) - top, 1e-6)
            return Self.halfCosine(from: peak, to: peak / 250_000, way)
        case .step(let initial, let factor, let every):
            return initial * Float(pow(Double(factor), Double(step / max(every, 1))))
        }
    }

    private static func halfCosine(from start: Float, to end: Float, _ way: Float) -> Float {
        end + (start - end) * 0.5 * (1 + Float(cos(Double.pi * Double(min(max(way, 0), 1)))))
    }
}
