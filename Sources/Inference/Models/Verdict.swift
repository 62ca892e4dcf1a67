public import Signal

#if canImport(Glibc)
    import Glibc
#endif

/// What the models say about one beat.
public struct Verdict: Sendable, Equatable, Codable {
    /// What one expert says.
    public struct Vote: Sendable, Equatable, Codable {
        /// Name of the expert (`DualEnsemble.Member`).
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
    /// Probabilities before the patient's earlier beats were heard (`DualEnsemble.Fusion.familyShare` and `patientThresholds`);
    /// nil where they are not.
    public var alone: [Float]?
    /// The patient's own threshold in the log odds of V to N and S, which was taken from these; nil where the model has none.
    public var ventricularThreshold: Float?
    /// The same in the log odds of S to N.
    public var atrialThreshold: Float?
    /// Share of the patient's last beats that were S, by which experts were heard (`AtrialHabit`); nil where the model has none.
    public var atrialHabit: Float?

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
        func paced(_ probabilities: [Float]) -> [Float] {
            // Not what is left of 1: where Q is nearly that, only rounding is left.
            let others = probabilities[..<BeatClass.paced.rawValue].reduce(0, +)
            var paced = probabilities.map { $0 * (others > 0 ? (1 - evidence) / others : 0) }
            paced[BeatClass.paced.rawValue] = others > 0 ? evidence : 1
            return paced
        }
        var changed = self
        changed.probabilities = paced(probabilities)
        changed.alone = alone.map(paced)
        return changed
    }

    /// The verdict with a part of the probabilities of N and S given to F, as a mixture of complexes says.
    ///
    /// Both give in proportion: whether the conducted front came from the sinus node is another matter.
    func fusionBeat(evidence: Float) -> Self {
        var changed = self
        for conducted in [BeatClass.normal, .supraventricular].map(\.rawValue) {
            changed.probabilities[conducted] -= evidence * probabilities[conducted]
            changed.probabilities[BeatClass.fusion.rawValue] += evidence * probabilities[conducted]
        }
        return changed
    }

    /// log odds of V to N and S together, bounded to ±9.
    var ventricularOdds: Float {
        let conducted =
            probabilities[BeatClass.normal.rawValue] + probabilities[BeatClass.supraventricular.rawValue]
        let ventricular = probabilities[BeatClass.ventricular.rawValue]
        return min(max(logf(max(ventricular, 1e-9) / max(conducted, 1e-9)), -9), 9)
    }

    /// The verdict with other odds of V to N and S; what the three have together and the odds of N to S stay.
    func ventricular(odds: Float) -> Self {
        let classes = [BeatClass.normal, .supraventricular].map(\.rawValue)
        let ventricular = BeatClass.ventricular.rawValue
        let conducted = classes.reduce(0) { $0 + probabilities[$1] }
        let together = conducted + probabilities[ventricular]
        guard conducted > 0 else { return self }
        var changed = self
        changed.alone = alone ?? probabilities
        let share = 1 / (1 + expf(-odds))
        for index in classes {
            changed.probabilities[index] *= together * (1 - share) / conducted
        }
        changed.probabilities[ventricular] = together * share
        return changed
    }

    /// The verdict with the log odds of V to N and S beside a threshold.
    func ventricular(threshold: Float) -> Self {
        var changed = ventricular(odds: ventricularOdds - threshold)
        changed.ventricularThreshold = threshold
        return changed
    }

    /// log odds of S to N, bounded to ±9.
    var atrialOdds: Float {
        let (normal, atrial) = (
            probabilities[BeatClass.normal.rawValue], probabilities[BeatClass.supraventricular.rawValue]
        )
        return min(max(logf(max(atrial, 1e-9) / max(normal, 1e-9)), -9), 9)
    }

    /// The verdict with the log odds of S to N beside a threshold; what the two have together stays.
    func atrial(threshold: Float) -> Self {
        let odds = atrialOdds - threshold
        let (normal, atrial) = (BeatClass.normal.rawValue, BeatClass.supraventricular.rawValue)
        let together = probabilities[normal] + probabilities[atrial]
        var changed = self
        changed.alone = alone ?? probabilities
        changed.atrialThreshold = threshold
        changed.probabilities[atrial] = together / (1 + expf(-odds))
        changed.probabilities[normal] = together / (1 + expf(odds))
        return changed
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
