import Foundation

/// How the measures of `Evidence` are weighed: one hidden layer, fitted once, the same for every record.
///
/// Logistic regression with a layer of tanh units between (Rumelhart, Hinton & Williams, *Nature* 323 (1986) 533-536):
/// a unit can say "small, but early and unlike any complex", which a sum of measures cannot. Measures are standardised
/// (`mean`, `scale`) and limited to `limit` standard deviations, so that what was never seen cannot count for more than
/// what was. `beatlab fit-detector` fits them.
public struct EvidenceWeights: Sendable, Equatable, Codable {
    /// Number of measures that are weighed.
    public static let measureCount = 32
    /// Standard deviations beyond which a measure counts no more.
    public static let limit: Float = 4

    /// What is subtracted from each measure.
    public var mean: [Float]
    /// What each difference is multiplied by: 1 / standard deviation.
    public var scale: [Float]
    /// Shape (measureCount, unitCount).
    public var hidden: [Float]
    /// Shape (unitCount).
    public var biases: [Float]
    /// Shape (unitCount).
    public var outputs: [Float]
    /// Log-odds where all units are silent.
    public var outputBias: Float

    /// Makes weights of up to 16 units.
    public init(
        mean: [Float], scale: [Float], hidden: [Float], biases: [Float], outputs: [Float], outputBias: Float
    ) {
        precondition(outputs.count <= 16 && biases.count == outputs.count, "there are up to 16 units")
        precondition(mean.count == Self.measureCount && scale.count == mean.count, "every measure is standardised")
        precondition(hidden.count == mean.count * outputs.count, "every unit weighs every measure")
        self.mean = mean
        self.scale = scale
        self.hidden = hidden
        self.biases = biases
        self.outputs = outputs
        self.outputBias = outputBias
    }

    /// Log-odds that a candidate is a beat.
    public func evidence(of vector: SIMD32<Float>) -> Float {
        let unitCount = outputs.count
        var sums = SIMD16<Float>()
        hidden.withUnsafeBufferPointer { hidden in
            for place in 0..<Self.measureCount {
                let measure = standardised(vector, place)
                for unit in 0..<unitCount { sums[unit] += measure * hidden[place * unitCount + unit] }
            }
        }
        var sum = outputBias
        for unit in 0..<unitCount { sum += outputs[unit] * tanh(sums[unit] + biases[unit]) }
        return sum
    }

    /// A measure in standard deviations, limited.
    @inline(__always)
    public func standardised(_ vector: SIMD32<Float>, _ place: Int) -> Float {
        min(max((vector[place] - mean[place]) * scale[place], -Self.limit), Self.limit)
    }
}
