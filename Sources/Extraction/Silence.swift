import Signal

/// Stretches of a conditioned stream in which no lead gives anything: intervals across them are unknown.
struct Silence: Sendable, Codable {
    /// Seconds without a lead from which on a beat may have been missed: a refractory time and a half.
    private static let shortest = 0.3
    /// Voltage in mV below which a lead stands still: less than a step of any recorder's.
    private static let stillness: Float = 0.002
    /// Stretches that are remembered: as many as may begin while a block waits.
    private static let capacity = 16

    private let limit: Int
    private var run = 0
    /// Frames at which stretches had lasted long enough, in order, since the last peak.
    private var found: [Int64] = []

    init(rate: Double) { limit = Int((Self.shortest * rate).rounded()) }

    mutating func reset() {
        run = 0
        found.removeAll(keepingCapacity: true)
    }

    /// Hears a frame of a block, which is conditioned frame `index`.
    mutating func listen(to block: SampleBlock, _ frame: Int, at index: Int64) {
        for lead in 0..<block.leadCount where abs(block[frame: frame, lead: lead]) >= Self.stillness {
            run = 0
            return
        }
        run += 1
        guard run == limit else { return }
        // The first since the last peak and the latest ones say all.
        if found.count == Self.capacity { found.remove(at: 1) }
        found.append(index)
    }

    /// Whether there was a silence before a peak and after the one that was asked of before.
    mutating func ends(before peak: Int64) -> Bool {
        let count = found.prefix { $0 <= peak }.count
        found.removeFirst(count)
        return count > 0
    }
}
