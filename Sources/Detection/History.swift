/// The last values of a multi-lead signal, addressed by their index since the stream began.
struct History: Sendable, Codable {
    let leadCount: Int
    private let mask: Int
    private var values: [Float]
    /// Index of the next value to come.
    private(set) var count: Int64 = 0

    /// Keeps at least `capacity` values of every lead.
    init(capacity: Int, leadCount: Int) {
        self.leadCount = leadCount
        var size = 1
        while size < capacity { size *= 2 }
        mask = size - 1
        values = Array(repeating: 0, count: size * leadCount)
    }

    /// Number of values of a lead that are kept.
    var capacity: Int { mask + 1 }

    /// Sets a lead's value of the index to come.
    @inline(__always)
    mutating func put(_ value: Float, lead: Int) { values[(Int(count) & mask) * leadCount + lead] = value }

    /// Adds interleaved frames.
    mutating func append(_ frames: UnsafeBufferPointer<Float>) {
        let frameCount = frames.count / leadCount
        values.withUnsafeMutableBufferPointer { values in
            for frame in 0..<frameCount {
                let slot = ((Int(count) + frame) & mask) * leadCount
                for lead in 0..<leadCount { values[slot + lead] = frames[frame * leadCount + lead] }
            }
        }
        count += Int64(frameCount)
    }

    /// Goes on to the next index.
    @inline(__always)
    mutating func advance() { count += 1 }

    /// Forgets what came at `index` and later.
    mutating func rewind(to index: Int64) { count = index }

    /// The value at an index; `NaN` where it is gone or not here yet.
    @inline(__always)
    func value(_ index: Int64, lead: Int) -> Float {
        guard index >= 0, index < count, index > count - Int64(mask) - 1 else { return .nan }
        return values[(Int(index) & mask) * leadCount + lead]
    }

    /// The indices of a range that are still kept.
    @inline(__always)
    private func kept(_ first: Int64, _ last: Int64) -> (first: Int64, last: Int64) {
        (max(first, 0, count - Int64(mask)), min(last, count - 1))
    }

    /// Highest value of a lead from `first` through `last`, at least 0.
    func peak(_ first: Int64, _ last: Int64, lead: Int) -> Float {
        let (first, last) = kept(first, last)
        var best: Float = 0
        var index = first
        while index <= last {
            let value = values[(Int(index) & mask) * leadCount + lead]
            if value > best { best = value }
            index += 1
        }
        return best
    }

    /// Highest and mean value of the first lead from `first` through `last`; zeros where nothing is kept.
    func summary(_ first: Int64, _ last: Int64) -> (peak: Float, mean: Float) {
        let (first, last) = kept(first, last)
        guard first <= last else { return (0, 0) }
        var peak: Float = 0
        var sum: Float = 0
        var index = first
        while index <= last {
            let value = values[(Int(index) & mask) * leadCount]
            if value > peak { peak = value }
            sum += value
            index += 1
        }
        return (peak, sum / Float(last - first + 1))
    }

    /// Copies every `step`-th value of a lead from `first` on into `destination`; zeros where nothing is kept.
    func copy(from first: Int64, step: Int64, lead: Int, into destination: UnsafeMutableBufferPointer<Float>) {
        var index = first
        for place in destination.indices {
            let value = value(index, lead: lead)
            destination[place] = value.isFinite ? value : 0
            index += step
        }
    }
}
