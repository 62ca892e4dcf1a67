internal import Foundation

/// The size and the axes of a scalogram.
public struct ScalogramConfiguration: Sendable, Hashable, Codable {
    /// How the size of a wavelet coefficient becomes a pixel; amplitude is kept, no picture is scaled by its own extremes.
    public enum Pixel: String, Sendable, Codable {
        /// gain · |W|
        case linear
        /// ln(1 + gain · |W|)
        case logarithm
    }

    /// Leads: channels of the picture.
    public var leads: Int
    /// Samples of the window.
    public var length: Int
    /// Sampling rate of the window, Hz.
    public var rate: Double
    /// Frequencies: height of the picture; the highest comes first.
    public var scales: Int
    /// Times: width of the picture; column k lies at `k * length / times` samples.
    public var times: Int
    /// Centre frequency of the last row, Hz.
    public var lowest: Double
    /// Centre frequency of the first row, Hz.
    public var highest: Double
    /// ω₀ of the Morlet wavelet: its standard deviation in time is `cycles / (2π frequency)`.
    public var cycles: Double
    /// Linear or logarithmic.
    public var pixel: Pixel
    /// Factor before the pixel's function, per unit of the signal (mV).
    public var gain: Float

    /// Describes a scalogram; the defaults suit the standard beat window.
    public init(
        leads: Int = 2, length: Int = 208, rate: Double = 128, scales: Int = 64, times: Int = 64, lowest: Double = 0.5,
        highest: Double = 40, cycles: Double = 6, pixel: Pixel = .logarithm, gain: Float = 10
    ) {
        self.leads = leads
        self.length = length
        self.rate = rate
        self.scales = scales
        self.times = times
        self.lowest = lowest
        self.highest = highest
        self.cycles = cycles
        self.pixel = pixel
        self.gain = gain
    }

    /// Values of one picture: scales · times · leads.
    public var count: Int { scales * times * leads }

    /// Centre frequency of a row in Hz; logarithmic from `highest` down to `lowest`.
    public func frequency(ofRow row: Int) -> Double {
        guard scales > 1 else { return highest }
        return highest * pow(lowest / highest, Double(row) / Double(scales - 1))
    }

    func validate() throws(ScalogramError) {
        try check("leads", leads, 1...64)
        try check("length", length, 8...1_048_576)
        try check("scales", scales, 1...4096)
        try check("times", times, 1...length)
        guard rate > 0, rate.isFinite else { throw .setting("rate", "\(rate)", allowed: "above 0 Hz") }
        guard lowest > 0, lowest <= highest else {
            throw .setting("lowest", "\(lowest)", allowed: "above 0, at most highest (\(highest)) Hz")
        }
        guard highest < rate / 2 else { throw .setting("highest", "\(highest)", allowed: "below \(rate / 2) Hz") }
        guard cycles >= 2, cycles <= 64 else { throw .setting("cycles", "\(cycles)", allowed: "2 to 64") }
        guard (1e-6...1e6).contains(gain) else { throw .setting("gain", "\(gain)", allowed: "1e-6 to 1e6") }
    }

    private func check(_ name: String, _ value: Int, _ allowed: ClosedRange<Int>) throws(ScalogramError) {
        guard allowed.contains(value) else {
            throw .setting(name, "\(value)", allowed: "\(allowed.lowerBound) to \(allowed.upperBound)")
        }
    }
}

/// Why a scalogram cannot be made.
public enum ScalogramError: Error, Equatable, CustomStringConvertible {
    /// A setting is outside its range.
    case setting(String, String, allowed: String)
    /// FFTW made no plan of that length.
    case plan(length: Int)

    /// What is wrong and what is allowed.
    public var description: String {
        switch self {
        case .setting(let name, let value, let allowed): "scalogram: \(name) is \(value), allowed is \(allowed)"
        case .plan(let length): "FFTW has no plan for a transform of \(length): it is out of memory"
        }
    }
}
