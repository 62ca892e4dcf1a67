/// What is known of every lead: how active it is at a QRS complex and between complexes, and so how much it counts.
struct LeadLevels: Sendable, Codable {
    let leadCount: Int
    /// Activity at a QRS complex.
    var signal: [Float]
    /// Activity between complexes.
    var noise: [Float]
    /// Weight per unit of activity: (share of the lead) / signal.
    var weight: [Float]
    /// Fused noise in units of a QRS complex.
    var fusedNoise: Float = 0
    private let binLength: Int
    private static let binCount = 16
    private var bins: [Float]
    private var binSum: [Float]
    private var binFill = 0
    private var binSlot = 0
    private var sorted: [Float]

    init(rate: Double, leadCount: Int) {
        self.leadCount = leadCount
        signal = Array(repeating: 0, count: leadCount)
        noise = Array(repeating: 0, count: leadCount)
        weight = Array(repeating: 0, count: leadCount)
        binLength = max(1, Int((0.1 * rate).rounded()))
        bins = Array(repeating: -1, count: leadCount * Self.binCount)
        binSum = Array(repeating: 0, count: leadCount)
        sorted = Array(repeating: 0, count: Self.binCount)
    }

    /// The fused activity at one instant, in units of a QRS complex.
    @inline(__always)
    mutating func fuse(_ activity: ActivityHistory, _ index: Int64) -> Float {
        var fused: Float = 0
        for lead in 0..<leadCount {
            let value = max(0, activity.value(index, lead: lead))
            binSum[lead] += value
            fused += weight[lead] * min(value, 3 * signal[lead])
        }
        binFill += 1
        if binFill == binLength { closeBin() }
        return fused
    }

    mutating func closeBin() {
        for lead in 0..<leadCount {
            bins[lead * Self.binCount + binSlot] = binSum[lead] / Float(binLength)
            binSum[lead] = 0
            // Insertion sort of the lead's bins.
            var count = 0
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
            noise[lead] = sorted[count * 2 / 5]
        }
        binFill = 0
        binSlot = binSlot + 1 == Self.binCount ? 0 : binSlot + 1
        weigh()
    }

    mutating func weigh() {
        var total: Float = 0
        for lead in 0..<leadCount {
            guard signal[lead] > 0 else {
                weight[lead] = 0
                continue
            }
            let ratio = noise[lead] / signal[lead] + 0.1
            weight[lead] = 1 / (ratio * ratio)
            total += weight[lead]
        }
        fusedNoise = 0
        guard total > 0 else { return }
        for lead in 0..<leadCount where signal[lead] > 0 {
            weight[lead] /= total * signal[lead]
            fusedNoise += weight[lead] * noise[lead]
        }
    }

    /// Learns the level of a lead from a beat.
    mutating func learn(_ activity: ActivityHistory, at index: Int64, width: Int64) {
        for lead in 0..<leadCount {
            let peak = activity.peak(index - width, index + width, lead: lead)
            guard peak > 0 else { continue }
            let level = signal[lead]
            if level <= 0 {
                signal[lead] = peak
            } else {
                signal[lead] += 0.125 * (min(max(peak, 0.3 * level), 2 * level) - level)
            }
        }
    }
}
