/// How the RR intervals of two annotators agree, after Bland & Altman, *Lancet* 327 (1986) 307-310.
///
/// An interval counts where both of its beats were paired and neither annotator has another beat in between.
public struct RRAgreement: Sendable, Equatable {
    /// Mean of the two intervals, in ms.
    public private(set) var means: [Float] = []
    /// Test minus reference, in ms.
    public private(set) var differences: [Float] = []

    /// Makes an empty one.
    public init() {}

    /// Counts an interval of both annotators, in ms.
    public mutating func count(reference: Double, test: Double) {
        means.append(Float((reference + test) / 2))
        differences.append(Float(test - reference))
    }

    /// Adds the intervals of another record.
    public static func += (sum: inout Self, other: Self) {
        sum.means += other.means
        sum.differences += other.differences
    }

    /// Mean difference in ms; nil without intervals.
    public var bias: Double? {
        differences.isEmpty ? nil : differences.reduce(0) { $0 + Double($1) } / Double(differences.count)
    }

    /// Standard deviation of the differences in ms; nil with fewer than two intervals.
    public var standardDeviation: Double? {
        guard let bias, differences.count > 1 else { return nil }
        let squares = differences.reduce(0) { $0 + (Double($1) - bias) * (Double($1) - bias) }
        return (squares / Double(differences.count - 1)).squareRoot()
    }

    /// Limits of agreement: 95 % of the differences of a normal distribution lie between them.
    public var limits: ConfidenceInterval? {
        guard let bias, let standardDeviation else { return nil }
        return ConfidenceInterval(lower: bias - 1.96 * standardDeviation, upper: bias + 1.96 * standardDeviation)
    }
}
