#if canImport(Glibc)
    import Glibc
#endif

/// Where the ectopic beats of a patient part from the others: a threshold of their own in the log odds of a class.
///
/// Odds that are right over all patients can be wrong in one of them: premature beats that come but a little early, each like
/// the other, are a heap of their own below even odds, with a gap between it and the heap of beats on time. So the odds of the
/// last beats are gathered in a fading histogram; where it has two heaps, the threshold moves towards the deepest place
/// between them (the mode method of Prewitt & Mendelsohn, *Ann. N. Y. Acad. Sci.* 128:1035-1053, 1966). Where there is one heap, with
/// a tail or without, it goes back to even odds.
struct PatientThreshold: Sendable, Equatable, Codable {
    /// Beats that the histogram holds.
    static let memory: Float = 300
    /// Beats before which nothing is said.
    static let fewest: Float = 60
    /// Where a threshold may be.
    static let range: ClosedRange<Float> = -3.5...3
    /// Width of a bin, and what the odds are bounded to.
    static let width: Float = 0.25
    static let bound: Float = 9
    static let bins = Int(2 * bound / width)
    /// Spread of the Gaussian that the histogram is smoothed with, in log odds.
    private static let smoothing: Float = 0.6
    /// How high the place between two heaps may be, beside the lower of them.
    private static let depth: Float = 0.25
    /// Beats that the upper heap must have, and share of them that is above even odds: a heap that nobody calls ectopic is none.
    private static let leastHeap: Float = 10
    private static let leastCalled: Float = 0.2
    /// Part of the way from even odds to the place between the heaps that the threshold goes in the end: heaps may be chance.
    private static let trust: Float = 0.7
    /// Part of that way that it goes at a beat.
    private static let rate: Float = 0.01
    /// Weights of the bins around one, to either side.
    private static let kernel: [Float] = (-7...7).map { expf(-0.5 * powf(Float($0) * width / smoothing, 2)) }

    private var histogram: [Float] = []
    /// The histogram smoothed.
    private var smooth: [Float] = []
    private var count: Float = 0
    /// What a beat's log odds must exceed for the class to be likelier.
    private(set) var value: Float = 0

    /// Takes the log odds of a beat.
    mutating func learn(odds: Float) {
        guard odds.isFinite else { return }
        if histogram.isEmpty {
            histogram = [Float](repeating: 0, count: Self.bins)
            smooth = histogram
        }
        for bin in 0..<Self.bins {
            histogram[bin] *= 1 - 1 / Self.memory
            smooth[bin] *= 1 - 1 / Self.memory
        }
        let place = (min(max(odds, -Self.bound), Self.bound) + Self.bound) / Self.width
        let own = min(Int(place), Self.bins - 1)
        histogram[own] += 1
        let reach = Self.kernel.count / 2
        for near in max(own - reach, 0)...min(own + reach, Self.bins - 1) {
            smooth[near] += Self.kernel[near - own + reach]
        }
        count = min(count + 1, Self.memory)
        guard count >= Self.fewest else { return }
        value += Self.rate * (Self.trust * (valley ?? 0) - value)
    }

    /// The deepest place between two heaps; nil where there are none.
    private var valley: Float? {
        let called = histogram[(Self.bins / 2)...].reduce(0, +)
        // The highest place to the right of each bin, and the beats from it on.
        var right = smooth
        var beats = histogram
        for bin in stride(from: Self.bins - 2, through: 0, by: -1) {
            right[bin] = max(right[bin], right[bin + 1])
            beats[bin] += beats[bin + 1]
        }
        var left: Float = 0
        var best: (place: Float, ratio: Float)?
        for bin in 0..<Self.bins {
            left = max(left, smooth[bin])
            let place = (Float(bin) + 0.5) * Self.width - Self.bound
            guard Self.range.contains(place), beats[bin] >= Self.leastHeap, called >= Self.leastCalled * beats[bin]
            else { continue }
            let ratio = smooth[bin] / max(min(left, right[bin]), 1e-9)
            if ratio < best?.ratio ?? Self.depth { best = (place, ratio) }
        }
        return best?.place
    }
}
