/// The stretch of conditioned signal that the experts see around an R peak.
///
///     let window = BeatWindow.standard          // 128 Hz, 144 + 64 samples
///     window.length                             // 208
///     window.seconds(ofSample: 144)             // 0: the R peak
///
/// The standard window begins 1.125 s before the R peak, so that it holds the previous T wave and the P wave, and ends
/// 0.5 s after it, so that it holds the T wave.
public struct BeatWindow: Sendable, Hashable, Codable {
    /// Samples per second and lead, in Hz.
    public var rate: Double
    /// Samples before the R peak.
    public var before: Int
    /// Samples from the R peak on (the first of them is the R peak itself).
    public var after: Int

    /// Makes a window; `rate` in Hz, lengths in samples.
    public init(rate: Double, before: Int, after: Int) {
        precondition(rate > 0 && before > 0 && after > 0, "a beat window has a rate and samples on both sides")
        self.rate = rate
        self.before = before
        self.after = after
    }

    /// 128 Hz, 1.125 s before the R peak, 0.5 s from it.
    public static let standard = BeatWindow(rate: 128, before: 144, after: 64)

    /// Samples per lead.
    public var length: Int { before + after }

    /// Seconds from the R peak to a sample of the window.
    public func seconds(ofSample sample: Int) -> Double { Double(sample - before) / rate }

    /// The samples of the window between two times in seconds relative to the R peak.
    public func samples(from start: Double, to end: Double) -> Range<Int> {
        let first = min(max(before + Int((start * rate).rounded()), 0), length)
        let last = min(max(before + Int((end * rate).rounded()), first), length)
        return first..<last
    }
}
