import Foundation

/// RR intervals of a sinus rhythm whose spectrum has two peaks.
///
///     let tachogram = Tachogram(meanRR: 0.8, deviation: 0.05, ratio: 0.5, duration: 300, random: &random)
///     let next = tachogram.rr(at: 12.4)
///
/// McSharry, Clifford, Tarassenko & Smith, *IEEE Trans. Biomed. Eng.* 50(3):289-294 (2003), equations 7-9: the power spectrum is a
/// Gaussian about 0.1 Hz (Mayer waves, LF) and one about 0.25 Hz (respiration, HF), both 0.01 Hz wide; the amplitudes are its
/// square root, the phases are random, and the result is scaled to the mean and standard deviation asked for. Where the
/// paper takes an inverse Fourier transform and interpolates, the sum of cosines is evaluated where a beat needs it.
public struct Tachogram: Sendable {
    /// Centre of the low-frequency peak, in Hz.
    public static let lowFrequency = 0.1
    /// Centre of the high-frequency peak, in Hz.
    public static let highFrequency = 0.25
    /// Width (standard deviation) of both, in Hz.
    public static let width = 0.01

    private struct Component: Sendable {
        var angular: Double
        var phase: Double
        var amplitude: Double
    }

    private var components: [Component] = []
    private let meanRR: Double
    private var offset = 0.0
    private var scale = 0.0

    /// Makes a tachogram.
    ///
    /// - Parameters:
    ///   - meanRR: mean interval, in s.
    ///   - deviation: standard deviation over `duration`, in s.
    ///   - ratio: power of the LF peak over power of the HF peak.
    ///   - duration: length of the record, in s.
    public init(meanRR: Double, deviation: Double, ratio: Double, duration: Double, random: inout RandomStream) {
        self.meanRR = meanRR
        guard deviation > 0 else { return }
        // A record of one hour resolves lines 0.28 mHz apart; more than 256 a peak cannot be told from 256.
        let lines = min(256, max(24, Int(8 * Self.width * duration)))
        for (centre, power) in [(Self.lowFrequency, ratio), (Self.highFrequency, 1.0)] {
            for line in 0..<lines {
                // Lines stand in equal cells over ±4 widths, each at a random place in its cell: the sum never repeats.
                let position = (Double(line) + random.uniform()) / Double(lines) * 8 - 4
                components.append(
                    Component(
                        angular: 2 * .pi * (centre + position * Self.width), phase: 2 * .pi * random.uniform(),
                        amplitude: (power * exp(-position * position / 2)).squareRoot()))
            }
        }
        let times = stride(from: 0, to: max(duration, 20), by: max(0.25, duration / 20_000))
        let values = times.map { raw(at: $0) }
        let mean = values.reduce(0, +) / Double(values.count)
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
        offset = mean
        scale = deviation / variance.squareRoot()
    }

    private func raw(at time: Double) -> Double {
        components.reduce(0) { $0 + $1.amplitude * cos($1.angular * time + $1.phase) }
    }

    /// The sinus interval that begins at a time, in s; never under 40 % of the mean.
    public func rr(at time: Double) -> Double {
        guard scale > 0 else { return meanRR }
        return max(0.4 * meanRR, meanRR + scale * (raw(at: time) - offset))
    }
}
