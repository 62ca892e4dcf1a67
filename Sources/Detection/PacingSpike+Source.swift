extension PacingSpike {
    /// The window of a spike at the source's rate, and the way from there to `rate`.
    struct Source: Sendable, Codable {
        /// Frames at the source's rate for one at `rate`.
        private let step: Double
        /// Half width of the mean that goes before above 720 Hz.
        private let half: Int
        /// A lead that holds one value for so long gives no signal.
        private let still: Int
        /// A lead that holds its highest or lowest value for so long is cut off there.
        private let cut: Int
        /// Place of the R peak in the window, and of the first frame at `PacingSpike.rate`.
        let peak: Int
        private let first: Double
        /// Length of the window.
        let count: Int

        /// The window of `count` frames at `PacingSpike.rate` with the R peak at `peak`.
        init(sampleRate: Double, peak: Int, count: Int) {
            step = sampleRate / PacingSpike.rate
            half = Int(sampleRate / 720)
            still = Int((0.1 * sampleRate).rounded())
            cut = Int((0.008 * sampleRate).rounded(.up))
            // Cubic interpolation needs a frame before and two after.
            let margin = step == 1 ? 0 : half + 2
            self.peak = Int((Double(peak) * step).rounded(.up)) + margin
            self.count = self.peak + Int((Double(count - 1 - peak) * step).rounded(.up)) + margin + 1
            first = Double(self.peak) - Double(peak) * step
        }

        /// Frames of the source for frames at `PacingSpike.rate`.
        func distance(_ frames: Int) -> Int64 { Int64((Double(frames) * step).rounded()) }

        /// Whether a lead moves at both ends of the window.
        func moves(_ signal: UnsafeBufferPointer<Float>) -> Bool {
            (1..<still).contains { signal[$0] != signal[0] }
                && (1..<still).contains { signal[count - 1 - $0] != signal[count - 1] }
        }

        /// Whether a lead stands still at its highest or lowest value, far from its mean (the line between complexes may be
        /// either in a quiet lead); the ends of what is known do not count.
        func isCut(_ signal: UnsafeBufferPointer<Float>, _ known: ClosedRange<Int>) -> Bool {
            let run = UnsafeBufferPointer(rebasing: signal[known])
            let extent = run.extent
            let mean = run.sum / Float(run.count)
            let far = 0.4 * (extent.highest - extent.lowest)
            let isHigh = extent.highest - mean > far
            let isLow = mean - extent.lowest > far
            guard isHigh || isLow else { return false }
            var length = 0
            for place in 1..<max(run.count - 1, 1) {
                let isAtEnd = isHigh && run[place] == extent.highest || isLow && run[place] == extent.lowest
                length = isAtEnd && run[place] == run[place - 1] ? length + 1 : 0
                if length >= cut { return true }
            }
            return false
        }

        /// The window at `PacingSpike.rate`: the frames themselves where that is the source's (they change places), else cubic (Catmull-Rom)
        /// between means of `2 * half + 1` of them.
        func resample(_ signal: inout [Float], into output: inout [Float]) {
            guard step != 1 else { return swap(&signal, &output) }
            let weight = 1 / Float(2 * half + 1)
            signal.withUnsafeBufferPointer { signal in
                func mean(_ place: Int) -> Float {
                    if half == 0 { return signal[place] }
                    var sum: Float = 0
                    for index in place - half...place + half { sum += signal[index] }
                    return sum * weight
                }
                for place in output.indices {
                    let time = first + Double(place) * step
                    let whole = Int(time)
                    let part = Float(time - Double(whole))
                    let (a, b, c, d) = (mean(whole - 1), mean(whole), mean(whole + 1), mean(whole + 2))
                    let slope = c - a
                    let curve = 2 * a - 5 * b + 4 * c - d
                    let jerk = 3 * (b - c) + d - a
                    output[place] = b + 0.5 * part * (slope + part * (curve + part * jerk))
                }
            }
        }
    }
}
