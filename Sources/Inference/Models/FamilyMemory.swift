/// What was thought of a patient's beats of each shape: ventricular or not.
///
/// Beats of one shape are conducted one way, so that a verdict unlike those on the beats that look like it is more likely to
/// be wrong than they are. A beat belongs to the family of the same leads whose mean it correlates with best around the QRS
/// complex, all leads together, or founds one in the place of the family of least weight. A family's opinion is the fading mean of
/// the log odds of V that its beats were given, the newest among them; opinions are pooled with the beat's own odds in log space
/// (Genest & Zidek, *Statistical Science* 1(1):114-135, 1986). Beats of a row are not thought of apart, since the regular and fast
/// rhythm of a row says the same of each: the k-th of a row counts 1/k of one that comes by itself, so that a ventricular
/// tachycardia stays what its complexes were alone.
///
/// Beside the extraction's `TemplateBank`, whose four wider families are features that models learned from: sixteen narrower
/// ones keep what differs apart, for 0.3 points more of V F1 by cross-validation.
struct FamilyMemory: Sendable, Equatable, Codable {
    static let capacity = 16
    /// Correlation from which a beat belongs to a family.
    static let membership: Float = 0.9
    /// Beats over which a family's shape is averaged.
    static let memory: Float = 32
    /// Factor of the families' weights at every beat.
    static let fading: Float = 0.997
    /// Factor of the families' presence at every beat: what ten beats ago was the rule may be so no more.
    static let passing: Float = 0.9
    /// Factor of a family's opinion at each of its beats.
    static let forgetting: Float = 0.995
    /// Largest log odds that a beat adds to the opinion of its family.
    static let bound: Float = 4

    /// Beats of one shape.
    struct Family: Sendable, Equatable, Codable {
        var mean: BeatShape
        var count: Float = 0
        var weight: Float = 0
        /// As the weight, of the last beats alone.
        var presence: Float = 0
        /// Fading sum of log odds, and of ones.
        var odds: Float = 0
        var opinions: Float = 0
    }

    private(set) var families: [Family] = []
    /// The family of the newest beat that has one, and how many of its beats have come in a row.
    private var row: Row?

    /// Beats of one family, one after the other.
    private struct Row: Sendable, Equatable, Codable {
        var family: Int
        var beats: Float
    }

    /// The family that a beat belongs to, nil where its shape is new.
    func nearest(to shape: BeatShape) -> Int? {
        var best: (index: Int, correlation: Float)?
        for (index, family) in families.enumerated() where family.mean.leads == shape.leads {
            let correlation = shape.qrs.correlation(family.mean.qrs)
            if correlation >= Self.membership, correlation > best?.correlation ?? -1 { best = (index, correlation) }
        }
        return best?.index
    }

    /// The log odds of V of a beat after its family (`nearest(to:)`) was heard; `share` is the weight of the family, 0 to 1.
    func pooled(_ odds: Float, family: Int?, share: Float) -> Float {
        let known = family.map { families[$0] }
        let weight = 1 / inRow(family)
        let sum = (known?.odds ?? 0) * Self.forgetting + weight * Self.bounded(odds)
        return (1 - share) * odds + share * sum / ((known?.opinions ?? 0) * Self.forgetting + weight)
    }

    /// The place in its row that a beat of a family has, from 1.
    private func inRow(_ family: Int?) -> Float { row.map { $0.family == family ? $0.beats + 1 : 1 } ?? 1 }

    /// Takes a beat with its own log odds of V into its family.
    ///
    /// Where it has none it founds one, but for flat lines, which have no shape.
    mutating func learn(_ shape: BeatShape, family: Int?, odds: Float) {
        guard !shape.isFlat else { return }
        for index in families.indices {
            families[index].weight *= Self.fading
            families[index].presence *= Self.passing
        }
        let index = family ?? found(shape)
        families[index].count = min(families[index].count + 1, Self.memory)
        families[index].weight += 1
        families[index].presence += 1
        let place = inRow(family)
        families[index].odds = families[index].odds * Self.forgetting + Self.bounded(odds) / place
        families[index].opinions = families[index].opinions * Self.forgetting + 1 / place
        row = Row(family: index, beats: place)
        families[index].mean.approach(shape, rate: 1 / families[index].count)
    }

    private static func bounded(_ odds: Float) -> Float { min(max(odds, -bound), bound) }

    /// The place of a new family, in that of the least one where there is no room.
    private mutating func found(_ shape: BeatShape) -> Int {
        guard families.count == Self.capacity,
            let least = families.indices.min(by: { families[$0].weight < families[$1].weight })
        else {
            families.append(Family(mean: shape))
            return families.count - 1
        }
        families[least] = Family(mean: shape)
        return least
    }
}
