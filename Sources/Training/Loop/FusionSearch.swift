public import Inference
public import Signal

/// Finds the weights with which experts are fused, on patients that none of them learned from.
///
/// Experts of one kind (`timing`, `timing-2`: the same network from other seeds) share one weight. Every combination of
/// weights on a grid is tried in log space; the one with the highest macro F1 of N, S and V wins, where
/// a difference below `indifference` is decided by the lower cross-entropy: F1 of few patients is rough, and weights
/// that follow its last digit do not transfer.
public struct FusionSearch {
    /// Differences of macro F1 that mean nothing.
    public static let indifference = 0.004

    /// Weights to try for each expert.
    public var grid: [Float] = [0, 0.2, 0.4, 0.6, 0.8, 1]

    /// Prepares with the standard grid.
    public init() {}

    /// A fusion with its score.
    public struct Candidate: Sendable {
        /// The fusion.
        public var fusion: DualEnsemble.Fusion
        /// What it reached.
        public var score: ValidationScore
    }

    /// All candidates, best first.
    ///
    /// The verdicts are those of an ensemble of experts with these names; their votes are fused anew.
    public func candidates(
        _ judged: [(truth: BeatClass?, verdict: Verdict)], experts: [String],
        space: DualEnsemble.Fusion.Space = .logarithm
    ) -> [Candidate] {
        let labelled = judged.filter { $0.truth != nil }
        var found: [Candidate] = []
        for weights in combinations(experts) where weights.contains(where: { $0 > 0 }) {
            let fusion = DualEnsemble.Fusion(space: space, weights: weights)
            let fused = labelled.lazy.map { truth, verdict in
                let votes = verdict.votes.map { vote in vote.probabilities.map { Self.logarithm($0) } }
                return (truth: truth, verdict: Verdict(probabilities: fusion.fuse(votes), votes: []))
            }
            found.append(Candidate(fusion: fusion, score: ValidationScore(fused)))
        }
        let top = found.map(\.score.macroF1).max() ?? 0
        return found.sorted { a, b in
            let (nearA, nearB) = (
                a.score.macroF1 >= top - Self.indifference, b.score.macroF1 >= top - Self.indifference
            )
            if nearA != nearB { return nearA }
            if nearA { return a.score.crossEntropy < b.score.crossEntropy }
            return a.score.macroF1 > b.score.macroF1
        }
    }

    /// Kind of an expert: its name without the number of its seed.
    static func kind(_ name: String) -> String {
        guard let dash = name.lastIndex(of: "-"), Int(name[name.index(after: dash)...]) != nil else { return name }
        return String(name[..<dash])
    }

    private func combinations(_ experts: [String]) -> [[Float]] {
        let distinct = Self.kinds(of: experts)
        let shared = distinct.reduce([[]]) { found, _ in found.flatMap { start in grid.map { start + [$0] } } }
        return shared.map { Self.spread($0, over: experts) }
    }

    /// The kinds of experts, each once, in the order of their first names.
    static func kinds(of experts: [String]) -> [String] {
        var found: [String] = []
        for expert in experts where !found.contains(kind(expert)) { found.append(kind(expert)) }
        return found
    }

    /// One weight per expert from one per kind, which the experts of the kind share; those at the places of `silent` get none.
    static func spread(_ weights: [Float], over experts: [String], silent: Set<Int> = []) -> [Float] {
        let distinct = kinds(of: experts)
        let heard = experts.indices.filter { !silent.contains($0) }
        return experts.indices.map { place in
            guard !silent.contains(place) else { return 0 }
            let own = kind(experts[place])
            let weight = distinct.firstIndex(of: own).map { weights[$0] } ?? 0
            return weight / Float(heard.count { kind(experts[$0]) == own })
        }
    }

    private static func logarithm(_ probability: Float) -> Float {
        ValidationScore.logarithm(max(probability, 1e-7))
    }
}
