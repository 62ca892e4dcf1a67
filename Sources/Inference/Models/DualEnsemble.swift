import Signal

#if canImport(Glibc)
    import Glibc
#endif

/// Two encoders and a clock: the signal expert, the vision expert and a timing expert, fused with weights.
///
/// Two experts that look at different pictures of one beat (waveform and scalogram) err on different beats. The timing
/// expert sees intervals and shape measures but no waveform, so that it cannot memorise patients; in log space its vote
/// shifts the odds of the other two. Boosted trees over the same context err on other beats than the networks do. Any of
/// them may be missing.
public struct DualEnsemble: Sendable, Hashable, Codable {
    /// How votes become one.
    public struct Fusion: Sendable, Hashable, Codable {
        /// What the weights multiply.
        public enum Space: String, Sendable, Codable, CaseIterable {
            /// Weighted mean of probabilities.
            case probability
            /// Weighted sum of log probabilities, normalised: a product of experts.
            case logarithm
        }

        /// What the weights multiply.
        public var space: Space
        /// One weight per expert in the order of `DualEnsemble.experts`.
        public var weights: [Float]
        /// Weights in the odds of S to N, in log space; those of `weights` where empty.
        ///
        /// A supraventricular beat is conducted as a normal one is, so that its QRS complex says little: who is heard on V is one
        /// matter, who is heard on S another.
        public var atrialWeights: [Float]
        /// The same in patients with whom S is a habit (`AtrialHabit`), and in part where it is not rare; those of `atrialWeights`
        /// where empty.
        public var habitualAtrialWeights: [Float]
        /// Added to the log probability of every class before the last normalisation; empty for none.
        public var bias: [Float]
        /// Weight of the verdicts on the patient's earlier beats of the same shape in the log odds of V to N and S, 0 to 1.
        ///
        /// Above 0 fusion beats are told by mixtures of these shapes (`FusionBeat`).
        public var familyShare: Float
        /// Whether the odds of V to N and S, and those of S to N, are held beside thresholds of the patient's own
        /// (`PatientThreshold`).
        public var patientThresholds: Bool

        /// Makes a fusion.
        public init(
            space: Space, weights: [Float], atrialWeights: [Float] = [], habitualAtrialWeights: [Float] = [],
            bias: [Float] = [], familyShare: Float = 0, patientThresholds: Bool = false
        ) {
            self.space = space
            self.weights = weights
            self.atrialWeights = atrialWeights
            self.habitualAtrialWeights = habitualAtrialWeights
            self.bias = bias
            self.familyShare = familyShare
            self.patientThresholds = patientThresholds
        }

        /// The same for some of the experts alone, by index.
        func restricted(to experts: [Int]) -> Self {
            var own = self
            own.weights = experts.map { weights[$0] }
            own.atrialWeights = atrialWeights.isEmpty ? [] : experts.map { atrialWeights[$0] }
            own.habitualAtrialWeights = habitualAtrialWeights.isEmpty ? [] : experts.map { habitualAtrialWeights[$0] }
            return own
        }

        /// The fusion for a patient with whom S is a habit of some strength, 0 to 1.
        func habitual(_ strength: Float) -> Self {
            guard strength > 0, !habitualAtrialWeights.isEmpty else { return self }
            var own = self
            own.atrialWeights = zip(atrialWeights.isEmpty ? weights : atrialWeights, habitualAtrialWeights).map {
                $0 + strength * ($1 - $0)
            }
            return own
        }

        /// Reads a fusion; older files name no share of families, thresholds or habits.
        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            space = try container.decode(Space.self, forKey: .space)
            weights = try container.decode([Float].self, forKey: .weights)
            atrialWeights = try container.decode([Float].self, forKey: .atrialWeights)
            habitualAtrialWeights = try container.decodeIfPresent([Float].self, forKey: .habitualAtrialWeights) ?? []
            bias = try container.decode([Float].self, forKey: .bias)
            familyShare = try container.decodeIfPresent(Float.self, forKey: .familyShare) ?? 0
            patientThresholds = try container.decodeIfPresent(Bool.self, forKey: .patientThresholds) ?? false
        }

        /// 0.6 signal, 0.4 vision.
        public static let standard = Fusion(space: .probability, weights: [0.6, 0.4])

        /// Fuses votes, `classCount` log probabilities each, into probabilities.
        public func fuse(_ votes: [[Float]]) -> [Float] {
            precondition(votes.count == weights.count, "one weight per vote")
            var logits = [Float](repeating: 0, count: classCount)
            switch space {
            case .logarithm:
                let atria = BeatClass.normal.rawValue...BeatClass.supraventricular.rawValue
                for (expert, vote) in votes.enumerated() {
                    let bounded = vote.map { max($0, -16) }
                    for index in logits.indices { logits[index] += weights[expert] * bounded[index] }
                    guard !atrialWeights.isEmpty else { continue }
                    // What N and S have together keeps its weight; how they share it gets the other.
                    let together = logf(atria.reduce(0) { $0 + expf(bounded[$1]) })
                    let change = atrialWeights[expert] - weights[expert]
                    for index in atria { logits[index] += change * (bounded[index] - together) }
                }
            case .probability:
                let total = max(weights.reduce(0, +), 1e-6)
                for (vote, weight) in zip(votes, weights) {
                    for index in logits.indices { logits[index] += weight / total * expf(vote[index]) }
                }
                for index in logits.indices { logits[index] = logf(max(logits[index], 1e-7)) }
            }
            for (index, value) in bias.enumerated() where index < classCount { logits[index] += value }
            return Self.softmax(logits)
        }

        /// Probabilities of logits.
        package static func softmax(_ logits: [Float]) -> [Float] {
            let highest = logits.max() ?? 0
            let exponentials = logits.map { expf($0 - highest) }
            let sum = exponentials.reduce(0, +)
            return exponentials.map { $0 / sum }
        }

        /// log softmax of logits; no class is likelier than another where one of them is no number, as with weights of a file that
        /// leave the range.
        static func logSoftmax(_ logits: UnsafeBufferPointer<Float>) -> [Float] {
            let highest = logits.max() ?? 0
            var sum: Float = 0
            for value in logits { sum += expf(value - highest) }
            let shift = highest + logf(sum)
            guard shift.isFinite else { return logits.map { _ in -logf(Float(logits.count)) } }
            return logits.map { $0 - shift }
        }
    }

    /// An expert with its name in votes and in the file.
    public struct Member: Sendable, Hashable, Codable {
        /// `signal`, `vision`, `timing` or `trees`; of one that learned from single leads `single-lead-signal` and so on.
        public var name: String
        /// Its architecture.
        public var expert: Expert
        /// Number of leads of the beats that it learned from; nil where that was left open.
        public var leads: Int?

        /// Makes a member.
        public init(name: String, expert: Expert, leads: Int? = nil) {
            self.name = name
            self.expert = expert
            self.leads = leads
        }
    }

    /// The experts, in the order of the weights.
    public var experts: [Member]
    /// How their votes are fused.
    public var fusion: Fusion

    /// Makes an ensemble.
    public init(experts: [Member], fusion: Fusion) {
        self.experts = experts
        self.fusion = fusion
    }

    /// The experts that judge a beat, and how their votes become one.
    struct Panel: Sendable {
        /// By index.
        var experts: [Int]
        /// With one weight for each of them.
        var fusion: Fusion
        /// Whether they learned from single leads, which they saw as lead 0.
        var isOfSingleLeads: Bool
    }

    /// Who judges beats of which so many leads give signal: who learned from such beats, else who learned from no number of leads
    /// in particular, else all.
    ///
    /// What is not there is no measure of what is: a tree that asks how much a lead looks like its template gets no
    /// answer from a lead that is off.
    func panel(leads: Int) -> Panel {
        let able = [leads, nil].lazy.map { number in experts.indices.filter { experts[$0].leads == number } }
        let chosen = able.first { !$0.isEmpty } ?? Array(experts.indices)
        return Panel(
            experts: chosen, fusion: fusion.restricted(to: chosen),
            isOfSingleLeads: chosen.allSatisfy { experts[$0].leads == 1 })
    }
}
