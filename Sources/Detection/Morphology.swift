/// The shapes of this patient's QRS complexes, band-passed, and how much a candidate looks like one of them.
///
/// Three templates per stream are enough for the dominant complex and two ectopic ones; a new shape takes the place of the
/// one that was seen least and longest ago. Leads count by their share (`LeadLevels`).
struct Morphology: Sendable, Codable {
    /// How a candidate compares with the best template.
    struct Match: Sendable, Codable {
        /// Normalised correlation, 0 to 1.
        var correlation: Float
        /// Which template; negative where there is none.
        var template: Int
        /// By how many steps it was shifted.
        var shift: Int
        /// Size in units of the template.
        var gain: Float

        static let none = Match(correlation: 0, template: -1, shift: 0, gain: 1)
    }

    static let templateCount = 3
    /// Seconds of signal to each side of the peak.
    static let reachTime = 0.09
    /// Largest shift in the comparison, in seconds.
    static let slackTime = 0.035
    /// A beat that correlates less than this founds a template of its own.
    static let sameShape: Float = 0.75

    let leadCount: Int
    /// Activity values per template value, and per step of a shift.
    let step: Int64
    private let reach: Int
    private let slack: Int
    private let length: Int
    /// Shape (templateCount, leadCount, length).
    private var templates: [Float]
    /// Shape (templateCount, leadCount): sums of squares.
    private var energies: [Float]
    /// How many beats a template has seen.
    private(set) var count: [Int]
    /// Beats since a template was last met.
    private var age: [Int]
    /// Shape (leadCount, row).
    private var window: [Float]
    /// Values of a lead in the window, with room for a load of all shifts at its end.
    private var row: Int { length + Shifts.scalarCount }

    /// A value for every shift; there are up to 13 of them.
    private typealias Shifts = SIMD16<Float>

    init(rate: Double, leadCount: Int) {
        self.leadCount = leadCount
        step = rate >= 160 ? 2 : 1
        let coarse = rate / Double(step)
        reach = Int((Self.reachTime * coarse).rounded())
        slack = max(1, Int((Self.slackTime * coarse).rounded()))
        length = 2 * reach + 1
        precondition(2 * slack < Shifts.scalarCount, "a shift has a lane")
        templates = Array(repeating: 0, count: Self.templateCount * leadCount * length)
        count = Array(repeating: 0, count: Self.templateCount)
        age = Array(repeating: 0, count: Self.templateCount)
        energies = Array(repeating: 0, count: Self.templateCount * leadCount)
        window = Array(repeating: 0, count: leadCount * (length + Shifts.scalarCount))
    }

    /// Loads the band-passed signal around an index.
    mutating func load(_ band: History, centre: Int64) {
        let (row, count) = (row, length + 2 * slack)
        window.withUnsafeMutableBufferPointer { window in
            for lead in 0..<leadCount {
                let part = UnsafeMutableBufferPointer(rebasing: window[(lead * row)..<(lead * row + count)])
                band.copy(from: centre - Int64(reach + slack) * step, step: step, lead: lead, into: part)
            }
        }
    }

    /// The best match of the loaded window.
    func match(_ levels: LeadLevels) -> Match {
        var best = Match.none
        guard count.contains(where: { $0 > 0 }) else { return best }
        let own = energyOfWindow(levels)
        for template in 0..<Self.templateCount where count[template] > 0 {
            var norm: Float = 0
            for lead in 0..<leadCount { norm += levels.leads[lead].emphasis * energies[template * leadCount + lead] }
            guard norm > 0 else { continue }
            let products = compare(template, levels)
            for shift in 0...(2 * slack) where products[shift] > 0 && own[shift] > 0 {
                let correlation = products[shift] / (norm * own[shift]).squareRoot()
                if correlation > best.correlation {
                    best = Match(
                        correlation: correlation, template: template, shift: shift - slack,
                        gain: products[shift] / norm)
                }
            }
        }
        return best
    }

    /// Energy of the window at every shift, over all leads.
    private func energyOfWindow(_ levels: LeadLevels) -> Shifts {
        sum(levels) { values, _, _ in values * values }
    }

    /// Products of the window at every shift with a template, over all leads.
    private func compare(_ template: Int, _ levels: LeadLevels) -> Shifts {
        templates.withUnsafeBufferPointer { templates in
            sum(levels) { values, lead, offset in
                values * templates[(template * leadCount + lead) * length + offset]
            }
        }
    }

    /// Sums a measure of the window's values over the leads, by emphasis, and over a template's length.
    @inline(__always)
    private func sum(_ levels: LeadLevels, _ measure: (Shifts, _ lead: Int, _ offset: Int) -> Shifts) -> Shifts {
        var sum = Shifts.zero
        window.withUnsafeBytes { window in
            for lead in 0..<leadCount where levels.leads[lead].emphasis > 0 {
                var part = Shifts.zero
                for offset in 0..<length {
                    let place = (lead * row + offset) * MemoryLayout<Float>.stride
                    part += measure(window.loadUnaligned(fromByteOffset: place, as: Shifts.self), lead, offset)
                }
                sum += part * levels.leads[lead].emphasis
            }
        }
        return sum
    }

    /// Learns the loaded window as a beat; of which template it is.
    mutating func learn(_ match: Match) -> Int {
        for template in 0..<Self.templateCount { age[template] += 1 }
        var target = match.template
        var shift = match.shift
        if match.template < 0 || match.correlation < Self.sameShape {
            target = 0
            for template in 0..<Self.templateCount where worth(template) < worth(target) { target = template }
            count[target] = 0
            shift = 0
        }
        count[target] = min(count[target] + 1, 1000)
        age[target] = 0
        let rate = max(0.125, 1 / Float(count[target]))
        for lead in 0..<leadCount {
            var energy: Float = 0
            for offset in 0..<length {
                let index = (target * leadCount + lead) * length + offset
                templates[index] += rate * (window[lead * row + slack + shift + offset] - templates[index])
                energy += templates[index] * templates[index]
            }
            energies[target * leadCount + lead] = energy
        }
        return target
    }

    /// Whether no other shape was seen more often than a template's.
    func isUsual(_ template: Int) -> Bool { count.allSatisfy { $0 <= count[template] } }

    /// Whether there is a shape that was seen so often that it is this patient's.
    var isExperienced: Bool { count.contains { $0 >= 8 } }

    /// Forgets all shapes.
    mutating func forget() {
        for template in 0..<Self.templateCount {
            count[template] = 0
            age[template] = 0
        }
    }

    /// How much would be lost with a template.
    private func worth(_ template: Int) -> Int { min(count[template], 64) * 4 - min(age[template], 200) }
}
