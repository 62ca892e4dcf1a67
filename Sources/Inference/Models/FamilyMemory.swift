import Extraction

#if canImport(Glibc)
    import Glibc
#endif

/// What was thought of a patient's beats of each shape: ventricular or not.
///
/// Beats of one shape are conducted one way, so that a verdict unlike those on the beats that look like it is more likely to
/// be wrong than they are. A beat belongs to the family whose mean it correlates with best around the QRS complex, both
/// leads together, or founds one in the place of the family of least weight. A family's opinion is the fading mean of
/// the log odds of V that its beats were given, the newest among them; opinions are pooled with the beat's own odds in log space
/// (Genest & Zidek, *Statistical Science* 1(1):114-135, 1986).
struct FamilyMemory: Sendable, Equatable, Codable {
    static let capacity = 16
    /// Correlation from which a beat belongs to a family.
    static let membership: Float = 0.9
    /// Beats over which a family's shape is averaged.
    static let memory: Float = 32
    /// Factor of the families' weights at every beat.
    static let fading: Float = 0.997
    /// Factor of a family's opinion at each of its beats.
    static let forgetting: Float = 0.995
    /// Largest log odds that a beat adds to the opinion of its family.
    static let bound: Float = 4

    /// The stretch of a beat's window that says what shape it has: each lead about its mean.
    struct Shape: Sendable {
        let values: [Float]

        /// Cuts it out of a window (leads, length).
        init(_ samples: [Float], window: BeatWindow) {
            let zone = window.samples(from: -0.12, to: 0.18)
            var values: [Float] = []
            for lead in 0..<LeadSelection.count {
                let own = samples[lead * window.length + zone.lowerBound..<lead * window.length + zone.upperBound]
                let mean = own.reduce(0, +) / Float(max(own.count, 1))
                values += own.map { $0 - mean }
            }
            self.values = values
        }
    }

    private struct Family: Sendable, Equatable, Codable {
        var mean: [Float]
        var count: Float = 0
        var weight: Float = 0
        /// Fading sum of log odds, and of ones.
        var odds: Float = 0
        var opinions: Float = 0
    }

    private var families: [Family] = []

    /// The log odds of V of a beat after its family was heard; `share` is the weight of the family, 0 to 1.
    func pooled(_ odds: Float, of shape: Shape, share: Float) -> Float {
        let known = nearest(to: shape).map { families[$0] }
        let sum = (known?.odds ?? 0) * Self.forgetting + Self.bounded(odds)
        return (1 - share) * odds + share * sum / ((known?.opinions ?? 0) * Self.forgetting + 1)
    }

    /// Takes a beat with its own log odds of V.
    mutating func learn(_ shape: Shape, odds: Float) {
        for index in families.indices { families[index].weight *= Self.fading }
        let index = nearest(to: shape) ?? found(shape.values.count)
        families[index].count = min(families[index].count + 1, Self.memory)
        families[index].weight += 1
        families[index].odds = families[index].odds * Self.forgetting + Self.bounded(odds)
        families[index].opinions = families[index].opinions * Self.forgetting + 1
        let rate = 1 / families[index].count
        for place in shape.values.indices {
            families[index].mean[place] += rate * (shape.values[place] - families[index].mean[place])
        }
    }

    private static func bounded(_ odds: Float) -> Float { min(max(odds, -bound), bound) }

    private func nearest(to shape: Shape) -> Int? {
        var best: (index: Int, correlation: Float)?
        for (index, family) in families.enumerated() where family.mean.count == shape.values.count {
            var (product, own, other): (Float, Float, Float) = (0, 0, 1e-12)
            for place in shape.values.indices {
                product += shape.values[place] * family.mean[place]
                own += shape.values[place] * shape.values[place]
                other += family.mean[place] * family.mean[place]
            }
            let correlation = product / (own * other).squareRoot()
            if correlation >= Self.membership, correlation > best?.correlation ?? -1 { best = (index, correlation) }
        }
        return best?.index
    }

    /// The place of a new family.
    private mutating func found(_ length: Int) -> Int {
        let new = Family(mean: [Float](repeating: 0, count: length))
        guard families.count == Self.capacity,
            let least = families.indices.min(by: { families[$0].weight < families[$1].weight })
        else {
            families.append(new)
            return families.count - 1
        }
        families[least] = new
        return least
    }
}
