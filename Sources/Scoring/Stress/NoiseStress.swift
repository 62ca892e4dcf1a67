import Foundation
public import WFDB

/// Adds noise to a record at a given signal-to-noise ratio, as WFDB's `nst` does.
///
///     let stress = try NoiseStress(record: "118", signal: signal, beats: atr, noise: muscle)
///     let noisy = stress.mixed(decibels: 6)
///
/// From 5:00 on, two minutes with noise and two without alternate. The ratio is that of the power of a sine as high as
/// the normal beats (peak to peak, squared, by 8) to the noise's power, per lead; the noise runs along with the record
/// from its own start and begins again where it ends. Wherever noise comes or goes, an offset keeps the signal from
/// jumping (Moody, Muldrow & Mark, Comput. Cardiol. 11 (1984) 381-384).
public struct NoiseStress: Sendable {
    /// Seconds until the first noise.
    public static let firstNoise = 300.0
    /// Seconds of each stretch with noise, and of each without.
    public static let stretch = 120.0

    private let signal: Waveform
    private let noise: Waveform
    private let signalAmplitude: [Double]
    private let noiseAmplitude: [Double]

    /// Measures signal and noise.
    ///
    /// - Parameters:
    ///   - record: Name of the record, for messages.
    ///   - signal: The record to which noise is added.
    ///   - beats: Its reference annotations.
    ///   - noise: The noise; its leads are used in turn where the record has more.
    /// - Throws: `StressError` where the rates differ by more than a tenth, a lead is flat or there are no beats.
    public init(record: String, signal: Waveform, beats: [Annotation], noise: Waveform) throws(StressError) {
        let ratio = noise.sampleRate / signal.sampleRate
        guard (0.9...1.1).contains(ratio) else {
            throw .noiseRate(noise: noise.sampleRate, record: signal.sampleRate)
        }
        guard let amplitude = signal.beatAmplitude(at: beats) else { throw .noBeats(record: record) }
        if let lead = amplitude.firstIndex(of: 0) { throw .flatLead(record: record, lead: lead) }
        let rms = noise.noiseAmplitude()
        if let lead = rms.firstIndex(of: 0) { throw .flatLead(record: "the noise", lead: lead) }
        self.signal = signal
        self.noise = noise
        // nst hands these on as text of six digits.
        signalAmplitude = amplitude.map(Self.sixDigits)
        noiseAmplitude = rms.map(Self.sixDigits)
    }

    /// Factors by which the noise of each lead is multiplied for a ratio in dB.
    public func gains(decibels: Double) -> [Double] {
        let ratio = pow(10, -decibels / 20) * 2.0.squareRoot() / 4
        return signalAmplitude.indices.map {
            Self.sixDigits(ratio * signalAmplitude[$0] / noiseAmplitude[$0 % noiseAmplitude.count])
        }
    }

    /// The record with noise at a ratio in dB.
    public func mixed(decibels: Double) -> Waveform {
        let gains = gains(decibels: decibels)
        var mixed = signal
        let leads = signal.leadCount
        let (first, stretch) = (Int(Self.firstNoise * signal.sampleRate), Int(Self.stretch * signal.sampleRate))
        for lead in 0..<leads {
            var gain = 0.0
            var offset: Int32 = 0
            var output: Int32 = 0
            var last: (signal: Int32, noise: Int32) = (0, 0)
            for frame in 0..<signal.frameCount {
                let isSwitch = frame >= first && (frame - first).isMultiple(of: stretch)
                let isWrap = frame > 0 && frame.isMultiple(of: noise.frameCount)
                if isSwitch {
                    gain = gain == 0 ? gains[lead] : 0
                    offset = Self.offset(last.signal, gain, last.noise, output)
                }
                let value = signal.values[frame * leads + lead]
                let added = noise.values[frame % noise.frameCount * noise.leadCount + lead % noise.leadCount]
                guard value != RecordReader.missingSample, added != RecordReader.missingSample else {
                    mixed.values[frame * leads + lead] = RecordReader.missingSample
                    continue
                }
                if isWrap { offset = Self.offset(value, gain, added, output) }
                output = Self.clamped(Double(value) + gain * Double(added) - Double(offset))
                mixed.values[frame * leads + lead] = output
                last = (value, added)
            }
        }
        return mixed
    }

    /// What has to be taken away so that a sample stays where the last output was.
    private static func offset(_ signal: Int32, _ gain: Double, _ noise: Int32, _ output: Int32) -> Int32 {
        clamped(Double(signal) + gain * Double(noise) - Double(output))
    }

    /// Cut to a whole number as C does, inside of 31 bits.
    private static func clamped(_ value: Double) -> Int32 { Int32(min(max(value, -0x3FFF_FFFF), 0x3FFF_FFFF)) }

    private static func sixDigits(_ value: Double) -> Double { Double(String(format: "%g", value)) ?? value }
}
