import Foundation

/// What is known of every lead: how active it is at a QRS complex and between complexes, and so how much it counts.
struct LeadLevels: Sendable, Codable {
    /// One lead's levels.
    struct Lead: Sendable, Codable {
        /// Activity at a QRS complex.
        fileprivate(set) var signal: Float = 0
        /// Activity at a QRS complex before the levels were lowered; fades into `signal` with every beat.
        fileprivate var reference: Float = 0
        /// Activity between complexes.
        fileprivate var noise: Float = 0
        /// The lead's part in the fused activity; all parts sum to 1.
        fileprivate(set) var share: Float = 0
        /// Mean share at the last eight beats or so.
        fileprivate var usualShare: Float = 0
        /// share / signal: what a unit of activity counts.
        fileprivate var weight: Float = 0
        /// share / signal²: what a unit of band-passed energy counts.
        fileprivate(set) var emphasis: Float = 0
        /// Sum of the bin that is being filled.
        fileprivate var sum: Float = 0
        /// The last bin that was filled, and the highest that are kept.
        fileprivate var lastBin: Float = -1
        fileprivate var highestBin: Float = 0
        /// Number of its bins in order.
        fileprivate var orderedCount = 0
    }

    private(set) var leads: [Lead]
    /// The lead that has been the best for some beats.
    private var bestLead = 0
    /// Fused noise in units of a QRS complex.
    private(set) var fusedNoise: Float = 0

    /// Noise is taken from bins of a tenth of a second, the last 1.6 s of them.
    private static let binCount = 16
    private let binLength: Int
    /// Shape (leads, binCount): as they came, and those that are not negative in order.
    private var bins: [Float]
    private var ordered: [Float]
    private var binFill = 0
    private var binSlot = 0

    init(rate: Double, leadCount: Int) {
        leads = Array(repeating: Lead(), count: leadCount)
        binLength = max(1, Int((0.1 * rate).rounded()))
        bins = Array(repeating: -1, count: leadCount * Self.binCount)
        ordered = Array(repeating: 0, count: leadCount * Self.binCount)
    }

    /// How many activity values may be listened to before shares change again: up to the one that closes the next bin, or
    /// from that one up to the next but one.
    var stretch: Int { binFill == binLength - 1 ? binLength : binLength - 1 - binFill }

    /// The fused activity from `first` on, in units of a QRS complex.
    func fuse(_ activity: History, from first: Int64, into fused: UnsafeMutableBufferPointer<Float>) {
        fused.update(repeating: 0)
        for lead in leads.indices {
            let (weight, most) = (leads[lead].weight, 3 * leads[lead].signal)
            activity.reading(first, first + Int64(fused.count) - 1, lead: lead) { run, start in
                let offset = Int(start - first)
                for place in 0..<run.count {
                    let value = run[place] > 0 ? run[place] : 0
                    fused[offset + place] += weight * (value < most ? value : most)
                }
            }
        }
    }

    /// Listens to the noise from `first` through `last`.
    mutating func listen(_ activity: History, _ first: Int64, _ last: Int64) {
        var next = first
        while next <= last {
            let end = min(next + Int64(binLength - binFill) - 1, last)
            for lead in leads.indices {
                var sum = leads[lead].sum
                activity.reading(next, end, lead: lead) { run, _ in for value in run { sum += value } }
                leads[lead].sum = sum
            }
            binFill += Int(end - next) + 1
            if binFill == binLength { closeBin() }
            next = end + 1
        }
    }

    private mutating func closeBin() {
        let (slot, length) = (binSlot, Float(binLength))
        leads.withUnsafeMutableBufferPointer { leads in
            bins.withUnsafeMutableBufferPointer { bins in
                ordered.withUnsafeMutableBufferPointer { ordered in
                    for lead in leads.indices {
                        let row = (lead * Self.binCount)..<((lead + 1) * Self.binCount)
                        let value = leads[lead].sum / length
                        let inOrder = UnsafeMutableBufferPointer(rebasing: ordered[row])
                        let count = Self.replace(
                            bins[row.lowerBound + slot], by: value, in: inOrder, leads[lead].orderedCount)
                        bins[row.lowerBound + slot] = value
                        leads[lead].sum = 0
                        leads[lead].lastBin = value
                        leads[lead].orderedCount = count
                        // Two fifths of the bins are below: the time between complexes, up to 200 beats a minute.
                        leads[lead].noise = count > 0 ? inOrder[count * 2 / 5] : -1
                        leads[lead].highestBin = count > 0 ? inOrder[count - 1] : 0
                    }
                }
            }
        }
        binFill = 0
        binSlot = slot + 1 == Self.binCount ? 0 : slot + 1
        weigh()
    }

    /// Puts a bin in the place of another among `count` in order, to which negative ones do not belong; how many are left.
    @inline(__always)
    private static func replace(
        _ old: Float, by new: Float, in ordered: UnsafeMutableBufferPointer<Float>, _ count: Int
    ) -> Int {
        var (count, place) = (count, count)
        if old >= 0 {
            place = 0
            for index in 0..<count where ordered[index] < old { place += 1 }
            count -= 1
        }
        // What stands between the two places moves up or down by one.
        while new >= 0, place > 0, ordered[place - 1] > new {
            ordered[place] = ordered[place - 1]
            place -= 1
        }
        while place < count, new < 0 || ordered[place + 1] < new {
            ordered[place] = ordered[place + 1]
            place += 1
        }
        guard new >= 0 else { return count }
        ordered[place] = new
        return count + 1
    }

    /// Of its activity at a QRS complex, what a lead must have had lately to answer: of a bin's mean a complex leaves half.
    private static let leastAnswer: Float = 0.15

    /// Gives every lead its share: the inverse square of its noise-to-signal ratio.
    mutating func weigh() {
        fusedNoise = leads.withUnsafeMutableBufferPointer { leads in
            var total: Float = 0
            // Where no lead answers it is a pause; where some do, the others show nothing, however little noise they have.
            let isPause = !leads.contains { $0.signal > 0 && $0.highestBin > Self.leastAnswer * $0.signal }
            for lead in leads.indices {
                leads[lead].share = 0
                // A negative activity says that the lead is off; so does none at all.
                guard leads[lead].signal > 0, leads[lead].lastBin > 0,
                    isPause || leads[lead].highestBin > Self.leastAnswer * leads[lead].signal
                else { continue }
                let ratio = max(0, leads[lead].noise) / leads[lead].signal + 0.1
                leads[lead].share = 1 / (ratio * ratio)
                total += leads[lead].share
            }
            var fusedNoise: Float = 0
            for lead in leads.indices {
                if total > 0 { leads[lead].share /= total }
                let (share, signal) = (leads[lead].share, leads[lead].signal)
                leads[lead].weight = share > 0 ? share / signal : 0
                leads[lead].emphasis = share > 0 ? share / (signal * signal) : 0
                fusedNoise += leads[lead].weight * max(0, leads[lead].noise)
            }
            return fusedNoise
        }
    }

    /// Of the largest share, what a lead must have not to be faint: in clean recordings of two leads nearly all have a third.
    private static let leastShare: Float = 0.05

    /// Leads whose share is next to nothing beside the largest.
    var faint: LeadSet {
        let largest = leads.reduce(0) { max($0, $1.share) }
        return leads.indices.reduce(into: LeadSet()) { faint, lead in
            if leads[lead].share < Self.leastShare * largest { faint.insert(.lead(lead)) }
        }
    }

    /// Whether any lead was ever heard.
    var areKnown: Bool { leads.contains { $0.signal > 0 } }

    /// Sets a lead's first level, or its new one where the old says nothing any more.
    mutating func start(_ lead: Int, at level: Float) {
        leads[lead].signal = level
        leads[lead].reference = 0
    }

    /// Lowers a lead's level after a time without beats.
    mutating func lower(_ lead: Int, to level: Float) {
        leads[lead].reference = max(leads[lead].reference, leads[lead].signal)
        leads[lead].signal = level
    }

    /// Takes the lowering of all leads back.
    mutating func restore() {
        for lead in leads.indices { leads[lead].signal = max(leads[lead].signal, leads[lead].reference) }
        weigh()
    }

    /// How far the levels stand below what they were, as a logarithm: 0 or less.
    var lowering: Float {
        var sum: Float = 0
        for lead in leads where lead.share > 0 && lead.reference > lead.signal {
            sum += lead.share * log(lead.signal / lead.reference)
        }
        return sum
    }

    /// Learns the level of every lead from a beat.
    mutating func learn(_ activity: History, at index: Int64, width: Int64) {
        for lead in leads.indices {
            let peak = activity.peak(index - width, index + width, lead: lead)
            guard peak > 0 else { continue }
            var known = leads[lead]
            let level = known.signal
            if level <= 0 {
                known.signal = peak
            } else {
                known.signal += 0.125 * (min(max(peak, 0.3 * level), 2 * level) - level)
                // The old level is back.
                if peak > 0.7 * known.reference { known.signal = max(known.signal, known.reference) }
            }
            known.reference = max(known.signal, known.reference + 0.2 * (known.signal - known.reference))
            leads[lead] = known
        }
        weigh()
        compareShares()
    }

    /// How many times the share of the best lead another must have had to take its place: one that goes to and fro between leads
    /// would see R waves early in one and late in the other.
    private static let preference: Float = 2

    /// Learns from a beat which lead is the best.
    private mutating func compareShares() {
        let isFirst = !leads.contains { $0.usualShare > 0 }
        for lead in leads.indices {
            leads[lead].usualShare += (isFirst ? 1 : 0.125) * (leads[lead].share - leads[lead].usualShare)
        }
        for lead in leads.indices where leads[lead].usualShare > Self.preference * leads[bestLead].usualShare {
            bestLead = lead
        }
    }

    /// The lead in which R peaks are marked: the best of the last beats, and another at once where that one became faint.
    var fiducialLead: Int {
        let largest = leads.indices.max { leads[$0].share < leads[$1].share } ?? 0
        return leads[bestLead].share < Self.leastShare * leads[largest].share ? largest : bestLead
    }
}
