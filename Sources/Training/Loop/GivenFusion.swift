public import Inference

/// A fusion in log space that was chosen before, for experts that are yet to be trained or put together.
public struct GivenFusion: Sendable {
    /// One weight for each kind of expert (signal, vision, timing, trees), in the order in which they come.
    public var weights: [Float]
    /// The same for the odds of S to N; those of `weights` where empty.
    public var atrialWeights: [Float]
    /// Numbers of the experts, from 1, that are heard on S against N while S is rare in the patient, and not where it is a habit:
    /// then the others of their kind have its weight.
    public var sceptics: [Int]
    /// Weight of the verdicts on the patient's earlier beats of the same shape in the odds of V, 0 to 1.
    public var familyShare: Float
    /// Whether the odds of V, and those of S to N, are held beside thresholds of the patient's own.
    public var patientThresholds: Bool

    /// Makes one.
    public init(
        weights: [Float], atrialWeights: [Float] = [], sceptics: [Int] = [], familyShare: Float = 0,
        patientThresholds: Bool = false
    ) {
        self.weights = weights
        self.atrialWeights = atrialWeights
        self.sceptics = sceptics
        self.familyShare = familyShare
        self.patientThresholds = patientThresholds
    }

    /// The fusion of these experts.
    ///
    /// - Throws: `TrainingError.setting` where the number of weights does not fit, or where nobody but sceptics would be left of a kind.
    public func fusion(of experts: [DualEnsemble.Member]) throws(TrainingError) -> DualEnsemble.Fusion {
        let names = experts.map(\.name)
        let kinds = FusionSearch.kinds(of: names)
        for (key, given) in [("weights", weights), ("atrial-weights", atrialWeights)]
        where given.count != kinds.count && !(key == "atrial-weights" && given.isEmpty) {
            throw .setting(
                key: key, value: "\(given)", allowed: "one for each kind of expert: \(kinds.joined(separator: ", "))")
        }
        return .init(
            space: .logarithm, weights: FusionSearch.spread(weights, over: names),
            atrialWeights: atrialWeights.isEmpty ? [] : FusionSearch.spread(atrialWeights, over: names),
            habitualAtrialWeights: try habitualAtrialWeights(of: names),
            familyShare: familyShare, patientThresholds: patientThresholds)
    }

    /// One weight per expert for patients with whom S is a habit, 0 for sceptics; empty without such.
    private func habitualAtrialWeights(of names: [String]) throws(TrainingError) -> [Float] {
        guard !sceptics.isEmpty else { return [] }
        let silent = Set(names.indices.filter { sceptics.contains($0 + 1) })
        let left = names.indices.filter { !silent.contains($0) }.map { names[$0] }
        guard sceptics.allSatisfy({ (1...names.count).contains($0) }),
            Set(FusionSearch.kinds(of: left)) == Set(FusionSearch.kinds(of: names))
        else {
            throw .setting(
                key: "sceptics", value: "\(sceptics)",
                allowed:
                    "numbers from 1 to \(names.count) that leave an expert of each kind: \(names.joined(separator: ", "))"
            )
        }
        return FusionSearch.spread(atrialWeights.isEmpty ? weights : atrialWeights, over: names, silent: silent)
    }
}
