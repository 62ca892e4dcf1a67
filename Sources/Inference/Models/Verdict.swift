public import Signal

/// What the models say about one beat.
public struct Verdict: Sendable, Equatable, Codable {
    /// What one expert says.
    public struct Vote: Sendable, Equatable, Codable {
        /// Name of the expert: `signal`, `vision` or `timing`.
        public var expert: String
        /// Probabilities of N, S, V, F, Q; their sum is 1.
        public var probabilities: [Float]

        /// Makes a vote.
        public init(expert: String, probabilities: [Float]) {
            self.expert = expert
            self.probabilities = probabilities
        }
    }

    /// Probabilities of N, S, V, F, Q (`BeatClass.allCases`); their sum is 1.
    public var probabilities: [Float]
    /// What each expert said before the fusion.
    public var votes: [Vote]

    /// Makes a verdict.
    public init(probabilities: [Float], votes: [Vote]) {
        precondition(probabilities.count == BeatClass.allCases.count, "one probability per class")
        self.probabilities = probabilities
        self.votes = votes
    }

    /// The verdict with the probability of Q taken from the evidence of a pacemaker, 0 to 1; the other classes share the
    /// rest as they did.
    ///
    /// What tells a paced beat is its spike, which is gone at the models' rate; what they know of the others holds on.
    public func paced(evidence: Float) -> Self {
        var paced = self
        let others = probabilities.reduce(0, +) - probabilities[BeatClass.paced.rawValue]
        for index in paced.probabilities.indices {
            paced.probabilities[index] *= others > 0 ? (1 - evidence) / others : 0
        }
        paced.probabilities[BeatClass.paced.rawValue] = others > 0 ? evidence : 1
        return paced
    }

    /// The most probable class; the earlier one where two are equal.
    public var label: BeatClass {
        var best = BeatClass.normal
        for candidate in BeatClass.allCases where probabilities[candidate.rawValue] > probabilities[best.rawValue] {
            best = candidate
        }
        return best
    }

    /// Probability of the label.
    public var confidence: Float { probabilities[label.rawValue] }
}

/// Number of classes of every model here.
let classCount = BeatClass.allCases.count
