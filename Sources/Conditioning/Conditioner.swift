import Foundation
public import Signal

/// Brings a stream to what the networks look at: the model's rate, no baseline wander, no mains.
///
///     var conditioner = Conditioner(sampleRate: 360, leadCount: 2)
///     var conditioned = SampleBlock(firstFrame: 0, leadCount: 2, values: [])
///     conditioner.consume(block, into: &conditioned)   // conditioned.values is reused
///     let position = conditioner.conditionedPosition(ofSource: peak.frame)
///
/// Two steps, both causal:
/// 1. a linear-phase low-pass at 40 Hz (-50 dB from 55 Hz on: muscle and mains) that resamples to the model's rate
///    (`Resampler`); 40 Hz is the upper edge of the monitoring bandwidth of IEC 60601-2-27;
/// 2. a second-order Butterworth high-pass at 0.5 Hz (the monitoring edge of the same standard), which takes breathing and
///    electrode drift out. It is primed with the first value of a lead, so that a stream does not begin with a swing.
///
/// Conditioned frame m lies at source time m / `modelRate` exactly; it is written once the source has come `lookAhead` seconds
/// further. Values are in mV. **A lead that is missing is `NaN` in the conditioned frames too** (that is its mark); after it
/// comes back its high-pass starts afresh. A loss of up to 50 ms is none (`Resampler`). The output does not depend on how
/// the source was cut into blocks.
public struct Conditioner: Sendable, Codable {
    /// The rate that models are trained at, in Hz.
    public static let defaultModelRate = 128.0
    /// Cut-off of the baseline high-pass in Hz.
    public static let baselineCutoff = 0.5
    /// Cut-off of the low-pass in Hz.
    public static let noiseCutoff = 40.0
    /// Seconds that the low-pass reaches to each side.
    static let reach = 0.0625

    /// Frames per second that come in.
    public var sampleRate: Double { resampler.sourceRate }
    /// Frames per second that go out.
    public var modelRate: Double { resampler.targetRate }
    /// Values per frame.
    public var leadCount: Int { resampler.leadCount }

    private var resampler: Resampler
    private var baseline: [BaselineFilter]

    /// Makes a conditioner for a stream of `sampleRate` Hz.
    public init(sampleRate: Double, leadCount: Int, modelRate: Double = Conditioner.defaultModelRate) {
        let lower = min(sampleRate, modelRate)
        resampler = Resampler(
            from: sampleRate, to: modelRate, leadCount: leadCount, cutoff: min(Self.noiseCutoff, 0.42 * lower),
            halfWidth: Self.reach)
        baseline = Array(
            repeating: BaselineFilter(cutoff: Self.baselineCutoff, sampleRate: modelRate), count: leadCount)
    }

    /// Seconds of source that must have come in after a conditioned frame's time before it is written.
    public var lookAhead: Double { resampler.lookAhead }

    /// Index of the next source frame to come.
    public var nextSourceFrame: Int64 { resampler.nextSourceFrame }

    /// Index of the next conditioned frame.
    public var nextFrame: Int64 { resampler.nextFrame }

    /// Forgets the past and expects source frame `frame` next; conditioned frames go on at the first one at or after its time.
    public mutating func reset(at frame: Int64) {
        resampler.reset(at: frame)
        for lead in baseline.indices { baseline[lead].reset() }
    }

    /// Takes a block and puts the conditioned frames that it completes into `output`, whose values are replaced.
    ///
    /// - Precondition: `block` has `leadCount` leads and begins at `nextSourceFrame`.
    public mutating func consume(_ block: SampleBlock, into output: inout SampleBlock) {
        resampler.consume(block, into: &output)
        removeBaseline(from: &output)
    }

    /// Writes the conditioned frames up to the last source frame, as if its values held on: the end of a record.
    public mutating func finish(into output: inout SampleBlock) {
        resampler.finish(into: &output)
        removeBaseline(from: &output)
    }

    /// Position of a conditioned frame on the source's axis, rounded to a whole frame.
    public func sourceFrame(ofConditioned frame: Int64) -> Int64 {
        Int64(resampler.sourcePosition(of: frame).rounded())
    }

    /// Position of a source frame on the conditioned axis, in conditioned frames.
    public func conditionedPosition(ofSource frame: Int64) -> Double {
        Double(frame) * modelRate / sampleRate
    }

    private mutating func removeBaseline(from output: inout SampleBlock) {
        let leadCount = self.leadCount
        let frameCount = output.frameCount
        output.values.withUnsafeMutableBufferPointer { values in
            for lead in 0..<leadCount {
                for frame in 0..<frameCount {
                    let index = frame * leadCount + lead
                    values[index] = baseline[lead].filter(values[index])
                }
            }
        }
    }
}

/// A second-order Butterworth high-pass (bilinear transform, direct form 2 transposed), primed with its first value.
struct BaselineFilter: Sendable, Codable {
    private let gain: Double
    private let a1: Double
    private let a2: Double
    private var z1 = 0.0
    private var z2 = 0.0
    private var isPrimed = false

    init(cutoff: Double, sampleRate: Double) {
        let w = tan(Double.pi * cutoff / sampleRate)
        let norm = 1 / (1 + 2.0.squareRoot() * w + w * w)
        gain = norm
        a1 = 2 * (w * w - 1) * norm
        a2 = (1 - 2.0.squareRoot() * w + w * w) * norm
    }

    mutating func reset() { isPrimed = false }

    /// One value in, one out; `NaN` (a missing value) comes out as it went in, and the next good one primes the filter.
    mutating func filter(_ value: Float) -> Float {
        guard value.isFinite else {
            isPrimed = false
            return .nan
        }
        let x = Double(value)
        if !isPrimed {
            // The state after a constant x since ever, where the output is 0.
            z1 = -gain * x
            z2 = gain * x
            isPrimed = true
        }
        let y = gain * x + z1
        z1 = -2 * gain * x - a1 * y + z2
        z2 = gain * x - a2 * y
        return Float(y)
    }
}
