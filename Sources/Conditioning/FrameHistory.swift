/// The last frames of a stream, one mirrored ring per lead, so that any run of them is contiguous.
///
/// Missing values are bridged by the lead's last good one; which were missing is kept beside. A few at a time are no loss: when
/// the lead is back they lie on the line between the values beside them, and count as there.
struct FrameHistory: Sendable, Codable {
    private let capacity: Int
    private let leadCount: Int
    /// (leadCount, 2 * capacity): every value is stored twice, `capacity` apart.
    private var values: [Float]
    private var isMissing: [Bool]
    /// Missing values in a row that are bridged, and how many are missing of each lead.
    private let bridge: Int
    private var gone: [Int]
    /// Slot of the next frame.
    private var next = 0
    private(set) var isEmpty = true

    init(capacity: Int, leadCount: Int, bridge: Int) {
        precondition(bridge < capacity, "what is bridged is kept")
        self.capacity = capacity
        self.bridge = bridge
        // Before the first value there is nothing to bridge from.
        gone = Array(repeating: bridge + 2, count: leadCount)
        self.leadCount = leadCount
        values = Array(repeating: 0, count: 2 * capacity * leadCount)
        isMissing = Array(repeating: true, count: 2 * capacity * leadCount)
    }

    mutating func reset() {
        next = 0
        isEmpty = true
        for lead in gone.indices { gone[lead] = bridge + 2 }
        for index in values.indices {
            values[index] = 0
            isMissing[index] = true
        }
    }

    /// Adds a frame; the first one is taken to have held since ever.
    mutating func push(_ frame: UnsafeBufferPointer<Float>) {
        for lead in 0..<leadCount {
            let row = lead * 2 * capacity
            let previous = row + (next == 0 ? capacity - 1 : next - 1)
            let value = frame[lead]
            let known = value.isFinite
            if known, gone[lead] == 0 {
                set(row + next, value, isMissing: false)
                continue
            }
            let kept = known ? value : values[previous]
            // The lead's first good value: let it hold since ever, so that no step is filtered.
            if known && isMissing[previous] && hasNothing(of: lead) {
                for index in row..<(row + 2 * capacity) { values[index] = value }
            }
            if known, gone[lead] > 0, gone[lead] <= bridge { lay(to: value, over: gone[lead], in: row) }
            gone[lead] = known ? 0 : gone[lead] + 1
            if gone[lead] == bridge + 1 { lose(bridge, in: row) }
            gone[lead] = min(gone[lead], bridge + 2)
            set(row + next, kept, isMissing: gone[lead] > bridge)
        }
        next = next + 1 == capacity ? 0 : next + 1
        isEmpty = false
    }

    /// Lays the last `count` values of a lead on the line to the next one.
    private mutating func lay(to value: Float, over count: Int, in row: Int) {
        func slot(_ age: Int) -> Int { row + (next - age + capacity) % capacity }
        let start = values[slot(count + 1)]
        for step in 1...count {
            let part = Float(step) / Float(count + 1)
            set(slot(count + 1 - step), start + part * (value - start), isMissing: false)
        }
    }

    /// The last `count` values of a lead are missing after all.
    private mutating func lose(_ count: Int, in row: Int) {
        for age in 1..<max(count + 1, 1) {
            let slot = row + (next - age + capacity) % capacity
            isMissing[slot] = true
            isMissing[slot + capacity] = true
        }
    }

    private mutating func set(_ slot: Int, _ value: Float, isMissing missing: Bool) {
        values[slot] = value
        values[slot + capacity] = value
        isMissing[slot] = missing
        isMissing[slot + capacity] = missing
    }

    /// Adds the last frame once more.
    mutating func repeatLast() {
        for lead in 0..<leadCount {
            let row = lead * 2 * capacity
            let previous = row + (next == 0 ? capacity - 1 : next - 1)
            values[row + next] = values[previous]
            values[row + next + capacity] = values[previous]
            isMissing[row + next] = isMissing[previous]
            isMissing[row + next + capacity] = isMissing[previous]
        }
        next = next + 1 == capacity ? 0 : next + 1
    }

    /// Appends one filtered frame: the run of taps that ends `age` frames before the newest, `NaN` for a lead that is missing
    /// at the frame nearest to the kernel's centre.
    func convolve(_ kernel: PolyphaseKernel, phase: Int, age: Int, into output: inout [Float]) {
        let count = kernel.tapCount
        let centre = phase * 2 * count < kernel.taps.count ? count / 2 - 1 : count / 2
        values.withUnsafeBufferPointer { values in
            kernel.taps.withUnsafeBufferPointer { taps in
                guard let values = values.baseAddress, let weights = taps.baseAddress.map({ $0 + phase * count }) else {
                    return
                }
                for lead in 0..<leadCount {
                    let row = lead * 2 * capacity
                    var end = next - age
                    if end < count { end += capacity }
                    let start = row + end - count
                    if isMissing[start + centre] {
                        output.append(.nan)
                        continue
                    }
                    let run = values + start
                    var sum: Float = 0
                    for tap in 0..<count { sum += run[tap] * weights[tap] }
                    output.append(sum)
                }
            }
        }
    }

    private func hasNothing(of lead: Int) -> Bool {
        let row = lead * 2 * capacity
        return !isMissing[row..<(row + capacity)].contains(false)
    }
}
