import Foundation

/// What speaks for and against a candidate being a beat, measured at the moment of its decision.
///
/// The measures are those of the classical rules, as numbers instead of yes or no: how high the activity stands over the
/// level of a QRS complex and over the noise (Pan & Tompkins' two thresholds), what stands beside it (their slope test for T
/// waves), how long ago the last beat was in seconds and in mean RR intervals (refractory period and search-back), and how
/// much it looks like the patient's own complexes. All are ratios, seconds, Hz or correlations: they do not depend on
/// gain, rate or the number of leads. `vector` lays them out for `EvidenceWeights`.
struct Evidence {
    /// Fused activity in units of a QRS complex.
    var height: Float = 0
    /// Mean over the leads, by share, of the logarithm of their own heights: low where the leads disagree.
    var agreement: Float = 0
    /// Fused noise in units of a QRS complex.
    var noise: Float = 0
    /// Correlation with the best template.
    var correlation: Float = 0
    /// How often that template was met, 0 to 1 (20 times).
    var experience: Float = 0
    /// Size in units of that template.
    var gain: Float = 1
    /// Highest and mean activity 0.3 to 0.11 s before.
    var peakBefore: Float = 0
    var meanBefore: Float = 0
    /// Highest and mean activity 0.11 to 0.3 s after, as far as it has come in.
    var peakAfter: Float = 0
    var meanAfter: Float = 0
    /// Mean activity within 0.08 s.
    var meanAround: Float = 0
    /// Seconds since the last beat, and the mean RR interval.
    var sinceLast: Float = 0
    var meanRR: Float = 0
    /// Mean absolute deviation of RR intervals as a part of their mean.
    var spreadRR: Float = 0
    /// Height and evidence of the last beat.
    var lastHeight: Float = 0
    var lastEvidence: Float = 0
    /// Height of the largest candidate that follows within 0.22 s, and its correlation where it is not small.
    var rivalHeight: Float = 0
    var rivalCorrelation: Float = 0
    /// Mean frequency of the band-passed candidate in Hz, and that of the last beats: P and T waves are slower than a QRS
    /// complex.
    var frequency: Float = 10
    var usualFrequency: Float = 10
    /// Highest activity 1.5 to 0.3 s before.
    var peakRecent: Float = 0
    /// How far the levels were lowered after a time without beats (logarithm, 0 or less).
    var lowering: Float = 0

    /// Pan & Tompkins' rule for T waves: soon after a beat, within the longest QT interval, far less steep than it, and slow.
    var isTWave: Bool {
        sinceLast < 0.45 && height < 0.35 * lastHeight && frequency < 0.7 * usualFrequency
    }

    /// As high as the last beat and of a known shape and size: a beat, however early.
    ///
    /// So a rate that doubles, or was taken for half of what it is, is followed at once.
    var isLikeTheLast: Bool {
        height > max(0.8, 0.8 * lastHeight) && correlation > 0.95 && (0.8...1.25).contains(gain) && sinceLast > 0.24
    }

    /// The measures in the order of `EvidenceWeights`; logarithms of ratios, with hinges where a rule has one.
    var vector: SIMD32<Float> {
        func log(_ value: Float) -> Float { Foundation.log(max(value, 0.01)) }
        let height = log(self.height)
        let since = min(max(sinceLast, 0.05), 6)
        let phase = since / meanRR
        let early = max(0, 0.4 - since)
        var vector = SIMD32<Float>()
        vector[0] = height
        vector[1] = agreement
        vector[2] = log(noise)
        vector[3] = correlation
        vector[4] = max(0, correlation - 0.8)
        vector[5] = experience
        vector[6] = log(peakBefore)
        vector[7] = log(peakAfter)
        vector[8] = log(meanBefore)
        vector[9] = log(meanAfter)
        vector[10] = log(meanAround)
        vector[11] = min(since, 2)
        vector[12] = log(meanRR)
        vector[13] = log(phase)
        vector[14] = min(phase, 2)
        vector[15] = early
        vector[16] = max(0, 0.6 - phase)
        vector[17] = log(lastHeight)
        vector[18] = early * (height - log(lastHeight))
        vector[19] = log(rivalHeight)
        vector[20] = rivalCorrelation
        vector[21] = min(max(lastEvidence, 0), 6)
        vector[22] = spreadRR
        vector[23] = max(0, height - log(peakAfter))
        vector[24] = max(0, height - log(peakBefore))
        vector[25] = max(0, -height - 1)
        vector[26] = min(max(log(gain), -3), 1)
        vector[27] = max(0, 1 - phase) * spreadRR
        vector[28] = max(lowering, -4)
        vector[29] = log(frequency)
        vector[30] = log(frequency / usualFrequency)
        vector[31] = min(max(height - log(peakRecent), -3), 3)
        return vector
    }

    /// The evidence (log-odds) that a beat needs: 0, and less in noise, where a missed beat is the worse error: by 1 per
    /// tenth of a QRS complex of noise above 0.25, at most 3.5.
    static func threshold(noise: Float) -> Float { -10 * min(0.35, max(0, noise - 0.25)) }

    /// The levels were lowered by so much (logarithm; 0.7-fold) that only known shapes count.
    static let lowered: Float = -0.35
    /// What a known shape's correlation is at least.
    static let knownShape: Float = 0.85
}

extension PanTompkins {
    /// A candidate's measures, weighed.
    struct Weighed {
        var measures: SIMD32<Float>
        /// Log-odds that it is a beat.
        var evidence: Float
        /// Mean frequency in Hz.
        var frequency: Float
    }

    /// Weighs what speaks for and against a candidate; nil where a rule refuses it.
    mutating func weighEvidence(for candidate: Candidate) -> Weighed? {
        let evidence = measure(candidate)
        // Much smaller than this patient's beats were: a beat only if it looks like them (the amplifier's gain or an
        // electrode changed), else the P waves or the noise of a pause.
        if evidence.lowering < Evidence.lowered, morphology.isExperienced, evidence.correlation < Evidence.knownShape {
            return nil
        }
        if evidence.isTWave { return nil }
        let measures = evidence.vector
        let weighed = weights.evidence(of: measures)
        return Weighed(
            measures: measures, evidence: evidence.isLikeTheLast ? max(weighed, 1) : weighed,
            frequency: evidence.frequency)
    }

    /// How a candidate compares with the templates.
    mutating func compare(_ candidate: Candidate) -> Morphology.Match {
        if let match = candidate.match { return match }
        morphology.load(band, centre: candidate.index - bandLead)
        return morphology.match(levels)
    }

    private mutating func measure(_ candidate: Candidate) -> Evidence {
        var evidence = Evidence()
        let index = candidate.index
        evidence.height = candidate.height
        for lead in 0..<leadCount where levels.leads[lead].share > 0 {
            let height = activity.peak(index - 3, index + 3, lead: lead) / levels.leads[lead].signal
            evidence.agreement += levels.leads[lead].share * log(max(0.03, height))
        }
        evidence.noise = levels.fusedNoise
        evidence.lowering = levels.lowering
        let match = candidate.match ?? .none
        evidence.correlation = match.correlation
        evidence.experience = match.template < 0 ? 0 : Float(min(20, morphology.count[match.template])) / 20
        evidence.gain = match.gain
        func at(_ seconds: Double) -> Int64 { index + Int64(seconds * rate) }
        let (before, after) = ((at(-0.3), at(-0.11)), (at(0.11), min(at(0.3), searched - 1)))
        evidence.peakBefore = fused.peak(before.0, before.1, lead: 0)
        evidence.meanBefore = fused.mean(before.0, before.1, lead: 0)
        evidence.peakAfter = fused.peak(after.0, after.1, lead: 0)
        evidence.meanAfter = fused.mean(after.0, after.1, lead: 0)
        evidence.meanAround = fused.mean(at(-0.08), at(0.08), lead: 0)
        evidence.peakRecent = fused.peak(at(-1.5), at(-0.3), lead: 0)
        evidence.sinceLast = Float(rhythm.sinceLast(index))
        evidence.meanRR = Float(rhythm.mean)
        evidence.spreadRR = Float(rhythm.spread)
        evidence.lastHeight = rhythm.lastHeight
        evidence.lastEvidence = rhythm.lastEvidence
        evidence.frequency = frequency(at: index)
        evidence.usualFrequency = rhythm.frequency
        measureRival(of: candidate, into: &evidence)
        return evidence
    }

    /// Mean frequency of the band-passed signal within 0.06 s of a candidate, in Hz: the root of its slope's energy to its
    /// own.
    @inline(__always)
    private func frequency(at index: Int64) -> Float {
        let centre = index - bandLead
        let reach = Int64(0.06 * rate)
        var energy: Float = 0
        var slope: Float = 0
        for lead in 0..<leadCount where levels.leads[lead].emphasis > 0 {
            let emphasis = levels.leads[lead].emphasis
            var last = band.value(centre - reach - 1, lead: lead)
            band.reading(centre - reach, centre + reach, lead: lead) { run, _ in
                for value in run {
                    if last.isFinite {
                        energy += emphasis * value * value
                        slope += emphasis * (value - last) * (value - last)
                    }
                    last = value
                }
            }
        }
        guard energy > 0 else { return rhythm.frequency }
        return min(max(Float(rate / (2 * .pi)) * (slope / energy).squareRoot(), 2), 30)
    }

    private mutating func measureRival(of candidate: Candidate, into evidence: inout Evidence) {
        var rival = -1
        for place in candidates.indices
        where Double(candidates[place].index - candidate.index) / rate < 0.22
            && candidates[place].height > evidence.rivalHeight
        {
            evidence.rivalHeight = candidates[place].height
            rival = place
        }
        guard rival >= 0, evidence.rivalHeight > 0.5 * evidence.height else { return }
        let match = compare(candidates[rival])
        candidates[rival].match = match
        evidence.rivalCorrelation = match.correlation
    }
}
