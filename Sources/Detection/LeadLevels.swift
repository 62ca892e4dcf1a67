import Foundation

/// What is known of every lead: how active it is at a QRS complex and between complexes, and so how much it counts.
struct LeadLevels: Sendable, Codable {
    let leadCount: Int
    /// Activity at a QRS complex.
    private(set) var signal: [Float]
    /// Activity at a QRS complex before the levels were lowered; fades into `signal` with every beat.
    private var reference: [Float]
    /// Activity between complexes.
    private(set) var noise: [Float]
    /// The lead's part in the fused activity; all parts sum to 1.
    private(set) var share: [Float]
    /// share / signal: what a unit of activity counts.
    private var weight: [Float]
    /// share / signal²: what a unit of band-passed energy counts.
    private(set) var emphasis: [Float]
    /// Fused noise in units of a QRS complex.
    private(set) var fusedNoise: Float = 0

    /// Noise is taken from bins of a tenth of a second, the last 1.6 s of them.
    private static let binCount = 16
    private let binLength: Int
    private var bins: [Float]
    private var binSum: [Float]
    private var binFill = 0
    private var binSlot = 0
    private var sorted: [Float]

    init(rate: Double, leadCount: Int) {
        self.leadCount = leadCount
        let zeros = [Float](repeating: 0, count: leadCount)
        signal = zeros
        reference = zeros
        noise = zeros
        share = zeros
        weight = zeros
        emphasis = zeros
        binLength = max(1, Int((0.1 * rate).rounded()))
        bins = Array(repeating: -1, count: leadCount * Self.binCount)
        binSum = zeros
        sorted = Array(repeating: 0, count: Self.binCount)
    }

    /// The fused activity at one instant, in units of a QRS complex.
    @inline(__always)
    func fuse(_ activity: History, _ index: Int64) -> Float {
        var fused: Float = 0
        for lead in 0..<leadCount {
            let value = max(0, activity.value(index, lead: lead))
            fused += weight[lead] * min(value, 3 * signal[lead])
        }
        return fused
    }

    /// Listens to the noise at one instant.
    @inline(__always)
    mutating func listen(_ activity: History, _ index: Int64) {
        for lead in 0..<leadCount { binSum[lead] += activity.value(index, lead: lead) }
        binFill += 1
        if binFill == binLength { closeBin() }
    }

    private mutating func closeBin() {
        for lead in 0..<leadCount {
            bins[lead * Self.binCount + binSlot] = binSum[lead] / Float(binLength)
            binSum[lead] = 0
            let count = sortBins(of: lead)
            // Two fifths of the bins are below: the time between complexes, up to 200 beats a minute.
            noise[lead] = count > 0 ? sorted[count * 2 / 5] : -1
        }
        binFill = 0
        binSlot = binSlot + 1 == Self.binCount ? 0 : binSlot + 1
        weigh()
    }

    /// Puts a lead's bins in order into `sorted`; how many there are.
    private mutating func sortBins(of lead: Int) -> Int {
        var count = 0
        bins.withUnsafeBufferPointer { bins in
            sorted.withUnsafeMutableBufferPointer { sorted in
                for bin in 0..<Self.binCount {
                    let value = bins[lead * Self.binCount + bin]
                    guard value >= 0 else { continue }
                    var place = count
                    while place > 0, sorted[place - 1] > value {
                        sorted[place] = sorted[place - 1]
                        place -= 1
                    }
                    sorted[place] = value
                    count += 1
                }
            }
        }
        return count
    }

    /// Gives every lead its share: the inverse square of its noise-to-signal ratio.
    mutating func weigh() {
        var total: Float = 0
        for lead in 0..<leadCount {
            share[lead] = 0
            // A negative activity says that the lead is off; so does none at all.
            guard signal[lead] > 0, bins[lead * Self.binCount + (binSlot == 0 ? Self.binCount : binSlot) - 1] != 0
            else { continue }
            let ratio = max(0, noise[lead]) / signal[lead] + 0.1
            share[lead] = 1 / (ratio * ratio)
            total += share[lead]
        }
        fusedNoise = 0
        for lead in 0..<leadCount {
            if total > 0 { share[lead] /= total }
            weight[lead] = share[lead] > 0 ? share[lead] / signal[lead] : 0
            emphasis[lead] = share[lead] > 0 ? share[lead] / (signal[lead] * signal[lead]) : 0
            fusedNoise += weight[lead] * max(0, noise[lead])
        }
    }

    /// Sets a lead's first level.
    mutating func start(_ lead: Int, at level: Float) { signal[lead] = level }

    /// Lowers a lead's level after a time without beats.
    mutating func lower(_ lead: Int, to level: Float) {
        reference[lead] = max(reference[lead], signal[lead])
        signal[lead] = level
    }

    /// Takes the lowering of all leads back.
    mutating func restore() {
        for lead in 0..<leadCount { signal[lead] = max(signal[lead], reference[lead]) }
        weigh()
    }

    /// How far the levels stand below what they were, as a logarithm: 0 or less.
    var lowering: Float {
        var sum: Float = 0
        for lead in 0..<leadCount where share[lead] > 0 && reference[lead] > signal[lead] {
            sum += share[lead] * log(signal[lead] / reference[lead])
        }
        return sum
    }

    /// Learns the level of every lead from a beat.
    mutating func learn(_ activity: History, at index: Int64, width: Int64) {
        for lead in 0..<leadCount {
            let peak = activity.peak(index - width, index + width, lead: lead)
            guard peak > 0 else { continue }
            let level = signal[lead]
            if level <= 0 {
                signal[lead] = peak
            } else {
                signal[lead] += 0.125 * (min(max(peak, 0.3 * level), 2 * level) - level)
                // The old level is back.
                if peak > 0.7 * reference[lead] { signal[lead] = max(signal[lead], reference[lead]) }
            }
            reference[lead] = max(signal[lead], reference[lead] + 0.2 * (signal[lead] - reference[lead]))
        }
        weigh()
    }
}
