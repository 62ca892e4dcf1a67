/// The shapes that a patient's beats have lately had, and which of them is the rule.
///
/// A beat joins the family whose mean it correlates with best around the QRS complex (all leads that it has together, allowing for
/// two samples of jitter of the fiducial), or founds a new one in the place of the family of least weight. A family's mean is a running
/// mean whose memory is `memory` beats. The template is the family of greatest weight; weights fade, and a premature beat
/// counts a quarter, so that in bigeminy the basic beat stays the template, and a run of ectopic beats does not replace it.
/// A lead that is absent for a while is neither compared nor forgotten.
struct TemplateBank: Sendable, Codable {
    static let families = 4
    static let memory: Float = 16
    /// Correlation from which a beat belongs to a family.
    static let membership: Float = 0.85
    static let fading: Float = 0.985

    /// Where a beat stands.
    struct Match: Sendable, Codable {
        /// Nearest family; nil before the first beat.
        var family: Int?
        /// Correlation with it, -1 to 1.
        var correlation: Float = 0
        /// Its share of the weights.
        var share: Float = 0
        /// Its mean log ratio of RR to the local median.
        var prematurity: Float = 0
        /// Whether it is the template.
        var isTemplate = false
    }

    let window: BeatWindow
    /// Rows of (leads, length).
    private var means: [Float]
    private var weights = [Float](repeating: 0, count: families)
    private var counts = [Float](repeating: 0, count: families)
    private var prematurities = [Float](repeating: 0, count: families)
    /// Family of greatest weight; nil before the first beat.
    private(set) var template: Int?
    /// Family of the newest beat; nil before the first and where it is not the one before.
    private(set) var newest: Int?

    init(window: BeatWindow) {
        self.window = window
        means = [Float](repeating: 0, count: Self.families * LeadSelection.count * window.length)
    }

    private var stride: Int { LeadSelection.count * window.length }

    /// The template as (leads, length); zeros before the first beat.
    var templateWindow: [Float] {
        guard let template else { return [Float](repeating: 0, count: stride) }
        return Array(means[template * stride..<(template + 1) * stride])
    }

    /// Mean of the newest beat's family, (leads, length).
    var newestMean: ArraySlice<Float>? { newest.map { means[$0 * stride..<($0 + 1) * stride] } }

    /// After a gap the newest beat is not the one before.
    mutating func forgetNewest() { newest = nil }

    /// Finds the family nearest to a window (leads, length) by the leads that it has.
    func match(_ beat: UnsafeBufferPointer<Float>, present: [Bool]) -> Match {
        var best = Match()
        let total = max(weights.reduce(0, +), 1e-6)
        for family in 0..<Self.families where counts[family] > 0 {
            let correlation = correlation(of: beat, present, with: family)
            guard best.family == nil || correlation > best.correlation else { continue }
            best = Match(
                family: family, correlation: correlation, share: weights[family] / total,
                prematurity: prematurities[family], isTemplate: family == template)
        }
        return best
    }

    private func correlation(of beat: UnsafeBufferPointer<Float>, _ present: [Bool], with family: Int) -> Float {
        let zone = window.samples(from: -0.12, to: 0.18)
        guard let sample = beat.baseAddress else { return 0 }
        return means.withUnsafeBufferPointer { means in
            guard let mean = means.baseAddress else { return 0 }
            var best: Float = -1
            for lag in -2...2 {
                var sums = CorrelationSums()
                for lead in 0..<LeadSelection.count where present[lead] {
                    let row = lead * window.length + zone.lowerBound
                    sums.add(sample + row, mean + family * stride + row + lag, count: zone.count)
                }
                best = max(best, sums.correlation)
            }
            return best
        }
    }

    /// Adds a beat, by the leads that it has, to its family; `prematurity` is log(RR / local median), 0 where unknown.
    mutating func learn(
        _ beat: UnsafeBufferPointer<Float>, match: Match, prematurity: Float, present: [Bool]
    ) {
        for family in weights.indices { weights[family] *= Self.fading }
        let family: Int
        if let nearest = match.family, match.correlation >= Self.membership {
            family = nearest
        } else {
            family = weights.indices.min { weights[$0] < weights[$1] } ?? 0
            counts[family] = 0
            weights[family] = 0
            prematurities[family] = 0
        }
        newest = family
        counts[family] = min(counts[family] + 1, Self.memory)
        let rate = 1 / counts[family]
        prematurities[family] += rate * (prematurity - prematurities[family])
        weights[family] += prematurity < -0.15 ? 0.25 : 1
        for lead in 0..<LeadSelection.count where present[lead] || counts[family] == 1 {
            for index in lead * window.length..<(lead + 1) * window.length {
                means[family * stride + index] += rate * (beat[index] - means[family * stride + index])
            }
        }
        guard let current = template, counts[current] > 0 else {
            template = family
            return
        }
        // A little hysteresis: two families of like weight do not take turns.
        if weights[family] > 1.2 * weights[current] { template = family }
    }
}
