/// How the measures of `Evidence` are weighed: one hidden layer, fitted once, the same for every record.
///
/// Logistic regression with a layer of tanh units between (Rumelhart, Hinton & Williams, *Nature* 323 (1986) 533-536):
/// a unit can say "small, but early and unlike any complex", which a sum of measures cannot. Measures are standardised
/// (`mean`, `scale`) and limited to `limit` standard deviations, so that what was never seen cannot count for more than
/// what was. `beatlab fit-detector` fits them.
public struct EvidenceWeights: Sendable, Equatable, Codable {
    /// A value per measure.
    public typealias Measures = SIMD32<Float>
    /// A value per unit; lanes beyond `unitCount` are 0.
    public typealias Units = SIMD16<Float>

    /// Number of measures that are weighed.
    public static let measureCount = Measures.scalarCount
    /// Standard deviations beyond which a measure counts no more.
    public static let limit: Float = 4

    /// Number of units, at most 16.
    public let unitCount: Int
    /// What is subtracted from each measure.
    public let mean: [Float]
    /// What each difference is multiplied by: 1 / standard deviation.
    public let scale: [Float]
    /// Shape (measureCount): what a measure counts in every unit.
    public var hidden: [Units]
    /// What every unit adds.
    public var biases: Units
    /// What every unit counts.
    public var outputs: Units
    /// Log-odds where all units are silent.
    public var outputBias: Float

    /// Makes weights of up to 16 units that are silent.
    public init(unitCount: Int, mean: [Float], scale: [Float]) {
        precondition((1...Units.scalarCount).contains(unitCount), "there are up to 16 units")
        precondition(mean.count == Self.measureCount && scale.count == mean.count, "every measure is standardised")
        self.unitCount = unitCount
        self.mean = mean
        self.scale = scale
        hidden = Array(repeating: .zero, count: Self.measureCount)
        biases = .zero
        outputs = .zero
        outputBias = 0
    }

    /// Makes weights of lists; `hidden` is of shape (measureCount, outputs.count).
    init(mean: [Float], scale: [Float], hidden: [Float], biases: [Float], outputs: [Float], outputBias: Float) {
        precondition(hidden.count == mean.count * outputs.count, "every unit weighs every measure")
        precondition(biases.count == outputs.count, "every unit has a bias")
        self.init(unitCount: outputs.count, mean: mean, scale: scale)
        for unit in 0..<unitCount {
            self.biases[unit] = biases[unit]
            self.outputs[unit] = outputs[unit]
            for place in 0..<Self.measureCount { self.hidden[place][unit] = hidden[place * unitCount + unit] }
        }
        self.outputBias = outputBias
    }

    /// Log-odds that a candidate is a beat.
    public func evidence(of measures: Measures) -> Float {
        var sums = biases
        hidden.withUnsafeBufferPointer { hidden in
            for place in 0..<Self.measureCount { sums += hidden[place] * standardised(measures, place) }
        }
        // A loop over numbers: comparisons of lanes are not made of vector instructions.
        withUnsafeMutableBytes(of: &sums) { sums in
            let sums = sums.assumingMemoryBound(to: Float.self)
            for unit in 0..<Units.scalarCount { sums[unit] = Self.activation(sums[unit]) }
        }
        return outputBias + (outputs * sums).sum()
    }

    /// A measure in standard deviations, limited.
    @inline(__always)
    public func standardised(_ measures: Measures, _ place: Int) -> Float {
        min(max((measures[place] - mean[place]) * scale[place], -Self.limit), Self.limit)
    }

    /// The hyperbolic tangent within 4e-7: a quotient of polynomials in x², fitted for the least largest relative error up
    /// to 9, where the tangent is 1 in single precision.
    @inline(__always)
    static func activation(_ value: Float) -> Float {
        let x = min(max(value, -9), 9)
        let square = x * x
        var top: Float = square * 1.335_464_983e-8 + 2.060_907_718e-5
        top = top * square + 3.495_587_967e-3
        top = top * square + 0.133_810_251_95
        top = top * square + 1
        var bottom: Float = square * 7.776_554_298e-7 + 3.285_634_448e-4
        bottom = bottom * square + 2.587_698_214e-2
        bottom = bottom * square + 0.467_143_416_4
        bottom = bottom * square + 1
        return x * top / bottom
    }
}
