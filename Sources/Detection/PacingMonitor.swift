/// Looks for the spike of a pacemaker before an R peak, and remembers what this patient's spikes look like.
///
/// A pacing stimulus lasts half a millisecond to two; recorders leave a deflection of a few milliseconds of it, far sharper
/// than anything that the heart makes, at the very beginning of a complex that is wide, because it spreads from the
/// electrode through muscle (`PacingSpike`). Where the sinus node was nearly as fast, the complex is a fusion and may be
/// narrow or hide the spike; but a pacemaker's spikes are alike from beat to beat, so a beat is also compared with the
/// sharp part of the ones before. Both go through logistic functions (`PacingWeights`).
///
/// Below `leastRate` frames a second a spike cannot be told from a QRS complex: there is no evidence.
/// It does not look for spikes without a complex (loss of capture) or in front of the P wave (atrial pacing).
struct PacingMonitor: Sendable, Codable {
    /// Frames a second that a spike takes to be seen: its band reaches to 120 Hz and beyond.
    static let leastRate = 240.0
    /// Part of a spike in the mean of the patient's spikes, and of a beat in the share of beats with one.
    private static let rates: (shape: Float, share: Float) = (1 / 8, 1 / 32)
    /// A spike that is so probable by itself is remembered.
    private static let clear: Float = 0.9

    private let weights: PacingWeights
    private let isFastEnough: Bool
    private var spike: PacingSpike
    /// Mean of the patient's clear spikes.
    private var shape: [Float]
    private var hasShape = false
    /// Share of the beats of late that had a spike.
    private var share: Float = 0

    init(sampleRate: Double, leadCount: Int, weights: PacingWeights) {
        self.weights = weights
        isFastEnough = sampleRate >= Self.leastRate
        spike = PacingSpike(sampleRate: sampleRate, leadCount: leadCount)
        shape = Array(repeating: 0, count: spike.shapeCount)
    }

    /// The evidence for the beat whose R peak is at a frame of the raw signal, and its place in the memory.
    ///
    /// Needs the signal to `PacingSpike.lookAhead` seconds after the R peak; the last value holds on at the end.
    mutating func judge(_ raw: History, peak: Int64) -> PacingEvidence? {
        guard isFastEnough, let measures = spike.measure(raw, peak: peak) else { return nil }
        let logit = (weights.spike * measures).sum() + weights.spikeBias
        let trust = share.squareRoot()
        var memory = SIMD4<Float>(min(max(logit, -12), 12), 0, 0, trust)
        if hasShape {
            let (correlation, gain) = spike.compare(with: shape)
            memory[1] = trust * max(0, 1.5 - abs(PacingSpike.logarithm(gain)))
            memory[2] = trust * correlation
        }
        let alone = logistic(logit)
        share += Self.rates.share * ((alone > 0.5 ? 1 : 0) - share)
        if alone > Self.clear { learn() }
        return PacingEvidence(
            spike: measures, memory: memory,
            probability: logistic((weights.memory * memory).sum() + weights.memoryBias))
    }

    private mutating func learn() {
        spike.blend(into: &shape, part: hasShape ? Self.rates.shape : 1)
        hasShape = true
    }
}
