/// What is known of the rhythm: the last beat and the RR intervals before it.
struct Rhythm: Sendable, Codable {
    /// A mean and a mean deviation over about eight intervals.
    private static let memory = 0.125
    /// A longer interval is a pause, and says nothing of the rate.
    private static let longest = 2.0

    private let rate: Double
    /// Activity index and source frame of the last beat; -1 before the first.
    private(set) var lastIndex: Int64 = -1
    private(set) var lastFrame: Int64 = -1
    /// Fused activity and evidence of the last beat.
    private(set) var lastHeight: Float = 1
    private(set) var lastEvidence: Float = 0
    /// Mean RR interval in seconds.
    private(set) var mean = 0.8
    /// Mean absolute deviation of RR intervals, as a part of the mean.
    private(set) var spread = 0.1

    /// Mean frequency of the last complexes, band-passed, in Hz.
    private(set) var frequency: Float = 10

    init(rate: Double) { self.rate = rate }

    /// Seconds from the last beat to an activity index; the mean interval where there is no beat yet.
    func sinceLast(_ index: Int64) -> Double { lastIndex < 0 ? mean : Double(index - lastIndex) / rate }

    mutating func accept(_ candidate: Candidate, evidence: Float, frequency: Float) {
        self.frequency += Float(Self.memory) * (frequency - self.frequency)
        let interval = sinceLast(candidate.index)
        if lastIndex >= 0, interval < Self.longest {
            // One interval moves the mean by no more than a missed or a false beat may.
            let step = min(max(interval, 0.6 * mean), 1.5 * mean) - mean
            spread += Self.memory * (abs(step) / mean - spread)
            mean += Self.memory * step
        }
        lastIndex = candidate.index
        lastFrame = candidate.frame
        lastHeight = candidate.height
        lastEvidence = evidence
    }
}
