/// Brings every feature of a context vector to mean 0 and deviation 1 over the training beats.
///
/// Features are logarithms of ratios, correlations and flags of very different spread; without this a network learns the
/// widest first and the telling ones late. Part of an expert, so that experts trained apart can be fused.
public struct ContextScaling: Sendable, Hashable, Codable {
    /// Scaled values are cut at this many deviations.
    public static let bound: Float = 5

    /// Subtracted from each feature; empty leaves the context as it is.
    public var means: [Float]
    /// Each feature is divided by it.
    public var deviations: [Float]

    /// Leaves the context as it is.
    public static let none = ContextScaling(means: [], deviations: [])

    /// Makes all `width` features 0: they are cut to `bound` deviations, each too large to leave anything of it.
    public static func hidden(width: Int) -> Self {
        Self(means: [Float](repeating: 0, count: width), deviations: [Float](repeating: 1e30, count: width))
    }

    /// Scales by given values; both have one value per feature, or none.
    public init(means: [Float], deviations: [Float]) {
        precondition(means.count == deviations.count, "one mean and one deviation per feature")
        self.means = means
        self.deviations = deviations
    }

    /// Measures rows of `width` features; deviations get `floor` added, so that a feature that hardly moves is not blown up.
    public init(measuring rows: some Sequence<[Float]>, width: Int, floor: Float = 0.02) {
        var sums = [Double](repeating: 0, count: width)
        var squares = sums
        var count = 0.0
        for values in rows {
            for start in stride(from: 0, to: values.count - width + 1, by: width) {
                for feature in 0..<width {
                    let value = Double(values[start + feature])
                    sums[feature] += value
                    squares[feature] += value * value
                }
                count += 1
            }
        }
        count = max(count, 1)
        means = sums.map { Float($0 / count) }
        deviations = zip(sums, squares).map { sum, square in
            Float(max(square / count - (sum / count) * (sum / count), 0).squareRoot()) + floor
        }
    }

    /// Scales a context vector in place.
    public func apply(to context: UnsafeMutableBufferPointer<Float>) {
        guard !means.isEmpty else { return }
        precondition(context.count == means.count, "the context has as many features as were measured")
        for feature in context.indices {
            let scaled = (context[feature] - means[feature]) / deviations[feature]
            context[feature] = min(max(scaled, -Self.bound), Self.bound)
        }
    }
}
