import Extraction
import Signal

extension BeatModel {
    /// Experts that one model may have.
    public static let mostExperts = 32
    /// Largest weight in a fusion, and largest bias.
    public static let largestWeight: Float = 100
    /// Values of one beat in all layers of an expert together; those of the largest architecture are a third of it.
    private static let mostValues = 1 << 23

    /// Refuses what would make later stages trap, take all memory or say nothing: what a file holds is a stranger's.
    ///
    /// What is written has passed it too.
    func check() throws {
        try Self.check(ensemble, window)
        for (member, own) in zip(ensemble.experts, weights) { try Self.check(own, of: member, window) }
    }

    /// Refuses an ensemble whose graphs need not be built to see that it is no good.
    static func check(_ ensemble: DualEnsemble, _ window: BeatWindow) throws(BeatModelError) {
        let experts = ensemble.experts
        guard (1...mostExperts).contains(experts.count) else {
            throw .unusable("it has \(experts.count) experts, allowed are 1 to \(mostExperts)")
        }
        for member in experts {
            guard isName(member.name) else {
                throw .unusable("'\(member.name.prefix(40))' is no name of an expert: letters, digits, dashes and dots")
            }
            guard member.leads.map((1...LeadSelection.count).contains) ?? true else {
                throw .unusable("expert '\(member.name)' is for beats of other than 1 or 2 leads")
            }
            guard member.expert.isBounded else {
                throw .unusable("expert '\(member.name)' is too deep or too wide, or has settings out of range")
            }
        }
        guard Set(experts.map(\.name)).count == experts.count else { throw .unusable("it names an expert twice") }
        try check(ensemble.fusion, of: ensemble)
        try check(window)
        for member in experts {
            guard case .vision(_, let picture) = member.expert.encoder else { continue }
            guard picture.leads == LeadSelection.count, picture.length == window.length, picture.rate == window.rate
            else { throw .unusable("expert '\(member.name)' has a scalogram of another window") }
        }
    }

    /// Names are parts of the names of tensors and of the files that `beatlab export` writes.
    private static func isName(_ text: String) -> Bool {
        func isPlain(_ character: Character) -> Bool {
            character.isASCII && (character.isLetter || character.isNumber)
        }
        return text.count <= 64 && (text.first.map(isPlain) ?? false)
            && text.allSatisfy { isPlain($0) || $0 == "-" || $0 == "." }
    }

    /// Somebody must be heard on every beat, and no sum may leave the range of numbers.
    private static func check(_ fusion: DualEnsemble.Fusion, of ensemble: DualEnsemble) throws(BeatModelError) {
        let rows = [
            ("weights", fusion.weights), ("atrialWeights", fusion.atrialWeights),
            ("habitualAtrialWeights", fusion.habitualAtrialWeights),
        ]
        for (name, row) in rows where name == "weights" || !row.isEmpty {
            guard row.count == ensemble.experts.count, row.allSatisfy((0...largestWeight).contains) else {
                throw .unusable("its \(name) are not one number from 0 to \(Int(largestWeight)) for each expert")
            }
        }
        for leads in 1...LeadSelection.count {
            let heard = ensemble.panel(leads: leads).fusion
            for row in [heard.weights, heard.atrialWeights, heard.habitualAtrialWeights]
            where !row.isEmpty && !row.contains(where: { $0 > 0 }) {
                throw .unusable(
                    "of those who judge beats of \(leads == 1 ? "one lead" : "both leads") nobody has a weight above 0")
            }
        }
        guard [0, classCount].contains(fusion.bias.count),
            fusion.bias.allSatisfy((-largestWeight...largestWeight).contains)
        else { throw .unusable("its bias is not one number up to \(Int(largestWeight)) for each class") }
        guard (0...1).contains(fusion.familyShare) else {
            throw .unusable("it gives families a share of \(fusion.familyShare), not one from 0 to 1")
        }
    }

    /// The window must hold the P wave and the QRS complex with room to shift them, or there is nothing to compare.
    private static func check(_ window: BeatWindow) throws(BeatModelError) {
        guard (50...1000).contains(window.rate), (8...4096).contains(window.before), (8...4096).contains(window.after),
            Double(window.before) >= 0.3 * window.rate, Double(window.after) >= 0.25 * window.rate
        else {
            throw .unusable(
                "its window is none of 50 to 1,000 Hz that goes from 0.3 s before the R peak, or earlier, to 0.25 s after "
                    + "it, or later, with at most 4,096 samples on either side")
        }
    }

    private static func check(
        _ weights: [String: Tensor], of member: DualEnsemble.Member, _ window: BeatWindow
    ) throws {
        let graph = try member.expert.streamingGraph(window: window)
        guard graph.nodes.reduce(0, { $0 + $1.shape.count }) <= mostValues else {
            throw BeatModelError.unusable("expert '\(member.name)' is too deep or too wide for one beat")
        }
        // Built now, so that a wrong shape is told at start and not at the first beat.
        _ = try Weights(graph: graph, tensors: weights)
        if case .trees = member.expert.encoder,
            !ObliviousTrees.areFeatures(weights["trees.features"]?.values ?? [], width: ContextFeature.count)
        {
            throw BeatModelError.unusable(
                "expert '\(member.name)' asks for a feature that is none of 0 to \(ContextFeature.count - 1)")
        }
    }
}
