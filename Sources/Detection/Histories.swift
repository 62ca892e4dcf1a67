/// The last raw frames, for the fiducial.
struct RawHistory: Sendable, Codable {
    let capacity: Int
    let leadCount: Int
    private var values: [Float]
    private var slot = 0
    private(set) var count: Int64 = 0

    init(capacity: Int, leadCount: Int) {
        self.capacity = capacity
        self.leadCount = leadCount
        values = Array(repeating: 0, count: capacity * leadCount)
    }

    @inline(__always)
    mutating func push(_ frames: UnsafeBufferPointer<Float>, at start: Int) {
        for lead in 0..<leadCount { values[slot * leadCount + lead] = frames[start + lead] }
        slot = slot + 1 == capacity ? 0 : slot + 1
        count += 1
    }

    /// The value of a frame counted from the stream's start; `NaN` where it is gone or not here yet.
    func value(_ frame: Int64, lead: Int) -> Float {
        guard frame >= 0, frame < count, frame >= count - Int64(capacity) else { return .nan }
        return values[Int(frame % Int64(capacity)) * leadCount + lead]
    }
}

/// The last QRS activities of all leads.
struct ActivityHistory: Sendable, Codable {
    let capacity: Int
    let leadCount: Int
    private var values: [Float]
    private var slot = 0
    private(set) var count: Int64 = 0

    init(capacity: Int, leadCount: Int) {
        self.capacity = capacity
        self.leadCount = leadCount
        values = Array(repeating: 0, count: capacity * leadCount)
    }

    @inline(__always)
    mutating func put(_ value: Float, lead: Int) { values[slot * leadCount + lead] = value }

    @inline(__always)
    mutating func advance() {
        slot = slot + 1 == capacity ? 0 : slot + 1
        count += 1
    }

    @inline(__always)
    func value(_ index: Int64, lead: Int) -> Float {
        guard index >= 0, index < count, index >= count - Int64(capacity) else { return 0 }
        return values[Int(index % Int64(capacity)) * leadCount + lead]
    }

    /// Highest activity of a lead from `first` through `last`.
    func peak(_ first: Int64, _ last: Int64, lead: Int) -> Float {
        var best: Float = 0
        var index = first
        while index <= last {
            best = max(best, value(index, lead: lead))
            index += 1
        }
        return best
    }
}
