public import Signal

/// Says of every lead, sample by sample, whether it carries an ECG and how clean it is.
///
///     var quality = LeadQuality(sampleRate: 360, leadCount: 2)
///     quality.consume(block)
///     quality.state(ofLead: 0)     // .good
///     quality.value(ofLead: 0)     // 0.93
///
/// Four measures per lead, each over the last second or so:
/// * missing values (`NaN`): off at once, on again after `settling` without one;
/// * flat: not a single change for `flatTime` (asystole still shows noise of the amplifier);
/// * saturated: at the same extreme value, which the lead reached and never exceeded, for `saturationTime`; a lead that
///   has shown no other value yet has no extremes, and is flat;
/// * noise: mean absolute second difference over 8 ms (energy above the QRS band) against the mean absolute slope over 24 ms.
///   A clean ECG is smooth between beats, so its ratio is low; muscle noise lifts it.
///
/// The output does not depend on how the signal was cut. It does not tell apart an ECG and other smooth signals.
public struct LeadQuality: Sendable, Codable {
    /// What a lead is doing.
    public enum State: String, Sendable, Codable {
        /// It carries a signal.
        case good
        /// It gives no values, or only one.
        case off
        /// It is stuck at its highest or lowest value.
        case saturated
        /// It carries more noise than signal.
        case noisy
    }

    /// Seconds without any change after which a lead counts as off.
    public static let flatTime = 2.0
    /// Seconds of values after which a lead that was off is on.
    public static let settling = 0.5
    /// Seconds at an extreme value after which a lead counts as saturated.
    public static let saturationTime = 0.5

    private let span: Int
    private let decay: Double
    private let flatFrames: Int
    private let settlingFrames: Int
    private let saturationFrames: Int
    private var leads: [Lead]
    private var recent: [Float]
    private var slot = 0

    private struct Lead: Sendable, Codable {
        var last: Float = .nan
        var lowest: Float = .infinity
        var highest: Float = -.infinity
        var missing = 0
        var present = 0
        var unchanged = 0
        var slope = 0.0
        var roughness = 0.0
        var settled = false
    }

    /// Makes the measure for a stream of `sampleRate` Hz.
    public init(sampleRate: Double, leadCount: Int) {
        precondition(sampleRate > 0 && leadCount > 0, "a rate above 0 and at least one lead")
        span = max(1, Int((0.008 * sampleRate).rounded()))
        decay = 1 / (1.0 * sampleRate)
        flatFrames = Int((Self.flatTime * sampleRate).rounded())
        settlingFrames = Int((Self.settling * sampleRate).rounded())
        saturationFrames = Int((Self.saturationTime * sampleRate).rounded())
        leads = Array(repeating: Lead(), count: leadCount)
        recent = Array(repeating: .nan, count: leadCount * (3 * span + 1))
    }

    /// Forgets the past.
    public mutating func reset() {
        for lead in leads.indices { leads[lead] = Lead() }
        for index in recent.indices { recent[index] = .nan }
        slot = 0
    }

    /// Takes a block of any length.
    public mutating func consume(_ block: SampleBlock) {
        precondition(block.leadCount == leads.count, "the lead count differs")
        let leadCount = leads.count
        let depth = 3 * span + 1
        block.values.withUnsafeBufferPointer { values in
            for frame in 0..<block.frameCount {
                for lead in 0..<leadCount {
                    take(values[frame * leadCount + lead], lead: lead, depth: depth)
                }
                slot = slot + 1 == depth ? 0 : slot + 1
            }
        }
    }

    /// State of a lead now.
    public func state(ofLead lead: Int) -> State {
        let lead = leads[lead]
        if !lead.settled { return .off }
        if lead.unchanged >= saturationFrames, lead.lowest < lead.highest,
            lead.last >= lead.highest || lead.last <= lead.lowest
        {
            return .saturated
        }
        if lead.unchanged >= flatFrames { return .off }
        return noiseRatio(lead) > 0.9 ? .noisy : .good
    }

    /// Quality of a lead now, 0 (no use) to 1 (clean).
    public func value(ofLead lead: Int) -> Float {
        switch state(ofLead: lead) {
        case .off, .saturated: 0
        case .noisy, .good: Float(min(1, max(0, 1.25 - 1.25 * noiseRatio(leads[lead]))))
        }
    }

    /// Best quality of all leads.
    public var best: Float { leads.indices.map { value(ofLead: $0) }.max() ?? 0 }

    private func noiseRatio(_ lead: Lead) -> Double {
        lead.slope > 0 ? lead.roughness / lead.slope : 0
    }

    private mutating func take(_ value: Float, lead index: Int, depth: Int) {
        let row = index * depth
        recent[row + slot] = value
        guard value.isFinite else {
            leads[index].missing += 1
            leads[index].present = 0
            leads[index].settled = false
            return
        }
        leads[index].present += 1
        if leads[index].present >= settlingFrames { leads[index].settled = true }
        leads[index].unchanged = value == leads[index].last ? leads[index].unchanged + 1 : 0
        leads[index].last = value
        leads[index].lowest = min(leads[index].lowest, value)
        leads[index].highest = max(leads[index].highest, value)
        func past(_ age: Int) -> Double {
            Double(recent[row + (slot >= age ? slot - age : slot - age + depth)])
        }
        let curvature = abs(past(0) - 2 * past(span) + past(2 * span))
        let slope = abs(past(0) - past(3 * span))
        guard curvature.isFinite, slope.isFinite else { return }
        leads[index].roughness += decay * (curvature - leads[index].roughness)
        leads[index].slope += decay * (slope - leads[index].slope)
    }
}
