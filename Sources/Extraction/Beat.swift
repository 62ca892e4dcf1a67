/// One heartbeat cut out of the stream, with what is known of the patient so far: what the experts look at.
///
/// Everything here is causal: it depends on samples up to `readyAt` and on nothing later.
public struct Beat: Sendable, Equatable, Codable {
    /// When in a beat's life it is judged.
    public enum Stage: String, Sendable, Codable {
        /// As soon as the window is full, with past RR intervals only.
        case provisional
        /// When the next R peak is known or 1.5 s have passed, with the following RR interval.
        case final
    }

    /// Absolute frame of the R peak in the stream as it came in (source rate).
    public var sample: Int64
    /// Absolute frame (source rate) of the last sample that this value needed.
    public var readyAt: Int64
    /// Provisional or final.
    public var stage: Stage
    /// Waveform around the R peak at the model's rate, (leads, length) row-major, mV, baseline removed.
    ///
    /// A lead that is absent, off or lost in noise beside the other is zeros.
    public var window: [Float]
    /// The patient's running template on the same axes, (leads, length); zeros before the first beats.
    public var template: [Float]
    /// RR intervals, irregularity and shape against the patient's own; the order is `ContextFeature.allCases`.
    public var context: [Float]
    /// Interval to the previous R peak in seconds; nil at the first beat and after a gap.
    public var rr: Double?
    /// Quality of the window in its best lead, 0 to 1: the share of samples that the stream gave, times how far the QRS
    /// complexes stand above fast noise (1 from 44 dB on).
    public var quality: Float
    /// Evidence that a pacemaker started the beat, 0 to 1 (`PacingEvidence.probability`); 0 where none can be had.
    public var pacing: Float

    /// Makes a beat.
    public init(
        sample: Int64, readyAt: Int64, stage: Stage, window: [Float], template: [Float], context: [Float],
        rr: Double?, quality: Float, pacing: Float = 0
    ) {
        self.sample = sample
        self.readyAt = readyAt
        self.stage = stage
        self.window = window
        self.template = template
        self.context = context
        self.rr = rr
        self.quality = quality
        self.pacing = pacing
    }
}
