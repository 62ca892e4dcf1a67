/// How well the probabilities of a classifier match how often it is right.
///
///     var calibration = Calibration()
///     calibration.count(probabilities: [0.9, 0.05, 0.05, 0, 0], truth: 0)
///     calibration.expectedError
///
/// Predictions are binned by the probability of the class that was chosen. The expected calibration error is the mean
/// gap between confidence and accuracy over the bins, weighted by their counts (Naeini, Cooper & Hauskrecht, AAAI 2015;
/// Guo et al., ICML 2017). The bins are those of a reliability diagram.
public struct Calibration: Sendable, Equatable, Codable {
    /// One bin of a reliability diagram.
    public struct Bin: Sendable, Equatable, Codable {
        /// Predictions in the bin.
        public var count = 0
        /// Those that were right.
        public var correct = 0
        /// Sum of their probabilities.
        public var confidenceSum = 0.0

        /// Mean probability; nil in an empty bin.
        public var confidence: Double? { count > 0 ? confidenceSum / Double(count) : nil }
        /// Share that was right; nil in an empty bin.
        public var accuracy: Double? { count > 0 ? Double(correct) / Double(count) : nil }
    }

    /// Bins of equal width over 0...1; the last one includes 1.
    public private(set) var bins: [Bin]
    private var brierSum = 0.0

    /// Makes an empty calibration.
    public init(binCount: Int = 15) {
        precondition(binCount > 0, "a calibration has at least one bin")
        bins = [Bin](repeating: Bin(), count: binCount)
    }

    /// Counts one prediction.
    ///
    /// - Parameters:
    ///   - probabilities: One per class, each in 0...1.
    ///   - truth: Index of the true class.
    public mutating func count(probabilities: some Collection<Float>, truth: Int) {
        precondition(truth >= 0 && truth < probabilities.count, "the true class is one of those with a probability")
        var best = 0
        var confidence = -1.0
        for (label, probability) in probabilities.enumerated() {
            let p = Double(probability)
            if p > confidence { (best, confidence) = (label, p) }
            let error = p - (label == truth ? 1 : 0)
            brierSum += error * error
        }
        let bin = min(bins.count - 1, max(0, Int(min(1, max(0, confidence)) * Double(bins.count))))
        bins[bin].count += 1
        bins[bin].correct += best == truth ? 1 : 0
        bins[bin].confidenceSum += confidence
    }

    /// Counts one prediction of one class against all others, binned by the probability of the class.
    ///
    /// A calibration counts either whole predictions or those of one class.
    public mutating func count(probability: Float, isTrue: Bool) {
        let p = min(1, max(0, Double(probability)))
        let error = p - (isTrue ? 1 : 0)
        brierSum += error * error
        let bin = min(bins.count - 1, Int(p * Double(bins.count)))
        bins[bin].count += 1
        bins[bin].correct += isTrue ? 1 : 0
        bins[bin].confidenceSum += p
    }

    /// Adds the counts of another calibration with as many bins.
    public static func += (sum: inout Self, other: Self) {
        precondition(sum.bins.count == other.bins.count, "calibrations that are added have as many bins")
        for index in sum.bins.indices {
            sum.bins[index].count += other.bins[index].count
            sum.bins[index].correct += other.bins[index].correct
            sum.bins[index].confidenceSum += other.bins[index].confidenceSum
        }
        sum.brierSum += other.brierSum
    }

    /// Predictions counted.
    public var count: Int { bins.reduce(0) { $0 + $1.count } }

    /// Expected calibration error, 0 to 1; nil without predictions.
    public var expectedError: Double? {
        guard count > 0 else { return nil }
        return bins.reduce(0) { $0 + abs(Double($1.correct) - $1.confidenceSum) } / Double(count)
    }

    /// The largest gap of any bin, 0 to 1; nil without predictions.
    public var maximumError: Double? {
        bins.compactMap { bin in bin.accuracy.flatMap { a in bin.confidence.map { abs(a - $0) } } }.max()
    }

    /// Brier score: mean squared distance of the probabilities from the truth, summed over classes; nil without
    /// predictions.
    public var brierScore: Double? { count > 0 ? brierSum / Double(count) : nil }
}
