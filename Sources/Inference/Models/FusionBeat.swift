#if canImport(Glibc)
    import Glibc
#endif

/// A beat as the sum of two complexes of its patient: one that came down from the atria and one of a ventricular focus.
///
/// In a fusion beat (F) the two fronts meet, so that it looks like a mixture of the complexes that either makes alone, and it
/// comes about when the next conducted beat is due (Marriott, Schwartz & Bix, *Circulation* 26 (1962), 880-884). That is
/// measured here and not learned: few patients have more than a handful of them.
struct FusionBeat: Equatable {
    /// Part of the conducted complex.
    private(set) var conducted: Float
    /// Part of the ventricular complex.
    private(set) var ventricular: Float
    /// Share of what the conducted complex leaves unexplained that the sum explains, 0 to 1.
    private(set) var gain: Float

    /// Correlation with the usual conducted complex from which a beat is one of those.
    static let conductedLook: Float = 0.85
    /// log(RR / usual RR) below which a beat is premature.
    static let premature: Float = -0.15
    /// Correlation of the two complexes from which a sum of them says nothing.
    private static let alike: Float = 0.8
    /// Parts that a fusion beat has of both.
    private static let parts: ClosedRange<Float> = 0.2...1.3
    /// Log odds of a fusion beat are 0 at this gain, and rise by the slope.
    private static let evenGain: Float = 0.63
    private static let slope: Float = 20

    /// The least squares of a beat on two complexes; nil where these are too much alike, or the first explains the beat.
    init?(_ beat: BeatShape.Stretch, conducted first: BeatShape.Stretch, ventricular second: BeatShape.Stretch) {
        guard first.correlation(second) < Self.alike else { return nil }
        let (a, b, c) = (first.product(first), second.product(second), first.product(second))
        let (x, y, energy) = (beat.product(first), beat.product(second), beat.product(beat))
        let determinant = a * b - c * c
        let left = energy - x * x / a
        guard determinant > 1e-6 * a * b, left > 1e-6 * energy else { return nil }
        conducted = (b * x - c * y) / determinant
        ventricular = (a * y - c * x) / determinant
        gain = min(1 - (energy - conducted * x - ventricular * y) / left, 1)
    }

    /// Probability that a beat which would be of class N or S is a fusion beat, with this mixture.
    var evidence: Float {
        guard Self.parts.contains(conducted), Self.parts.contains(ventricular) else { return 0 }
        return 1 / (1 + expf(Self.slope * (Self.evenGain - gain)))
    }
}

extension FamilyMemory {
    /// Beats after which a family's complex is clear of noise.
    private static let fewest: Float = 8
    /// Presence of the conducted family that is usual, in that of the one most present.
    private static let present: Float = 0.3
    /// Samples that the R peak of a ventricular complex may lie beside that of the mixture.
    private static let reach = 3

    /// The sum of the most usual conducted complex and of a ventricular one that explains a beat best; nil where there is no
    /// such pair yet, or the beat has the look of the conducted ones.
    ///
    /// A complex that no longer comes is not the usual one: where the heart's axis turns, with the body or with an electrode, all
    /// that comes is another one, which may look like a mixture and is none.
    func mixture(of shape: BeatShape) -> FusionBeat? {
        let families = families.filter { $0.mean.leads == shape.leads }
        let conducted = families.filter { $0.odds < 0 }
        let least = Self.present * (conducted.map(\.presence).max() ?? 0)
        guard let usual = conducted.filter({ $0.presence >= least }).max(by: { $0.weight < $1.weight })?.mean,
            shape.complex.correlation(usual.complex) < FusionBeat.conductedLook
        else { return nil }
        var best: FusionBeat?
        for family in families where family.odds > 0 && family.count >= Self.fewest {
            for shift in -Self.reach...Self.reach {
                let focus = family.mean.complex.shifted(by: shift)
                guard let beat = FusionBeat(shape.complex, conducted: usual.complex, ventricular: focus) else {
                    continue
                }
                if beat.gain > best?.gain ?? 0 { best = beat }
            }
        }
        return best
    }

    /// Probability that a beat which would be of class N or S is a fusion beat; `prematurity` is log(RR / usual RR).
    func fusionEvidence(of shape: BeatShape, prematurity: Float) -> Float {
        prematurity > FusionBeat.premature ? mixture(of: shape)?.evidence ?? 0 : 0
    }
}
