/// The last values of a multi-lead signal, addressed by their index since the stream began.
///
/// Each lead has a ring of its own, so that a range of its values lies in one or two runs of memory.
struct History: Sendable, Codable {
    let leadCount: Int
    private let mask: Int
    /// Shape (leadCount, capacity).
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

    /// Adds interleaved frames.
    mutating func append(_ frames: UnsafeBufferPointer<Float>) {
        guard let source = frames.baseAddress else { return }
        let leadCount = leadCount
        let number = frames.count / leadCount
        for lead in 0..<leadCount {
            writing(lead: lead) { $0.set(0, number, from: source + lead, step: leadCount) }
        }
        advance(by: number)
    }

    /// A lead's ring while values are added.
    struct Ring {
        fileprivate let values: UnsafeMutablePointer<Float>
        fileprivate let mask: Int
        fileprivate let next: Int

        /// Sets the value that comes `place` values after the last.
        @inline(__always)
        func set(_ place: Int, _ value: Float) { values[(next &+ place) & mask] = value }

        /// Sets so many values from `place` on to every `step`-th of `source`.
        @inline(__always)
        func set(_ place: Int, _ number: Int, from source: UnsafePointer<Float>, step: Int = 1) {
            var done = 0
            while done < number {
                let start = (next + place + done) & mask
                let part = min(number - done, mask + 1 - start)
                let (values, source) = (values + start, source + done * step)
                if step == 1 {
                    values.update(from: source, count: part)
                } else {
                    for index in 0..<part { values[index] = source[index &* step] }
                }
                done += part
            }
        }
    }

    /// Lets `body` set a lead's next values; `advance` makes them known.
    @inline(__always)
    mutating func writing(lead: Int, _ body: (Ring) -> Void) {
        let (mask, next) = (mask, Int(count))
        values.withUnsafeMutableBufferPointer { values in
            guard let base = values.baseAddress else { return }
            body(Ring(values: base + lead * (mask + 1), mask: mask, next: next))
        }
    }

    /// Goes on by so many values.
    mutating func advance(by number: Int) { count += Int64(number) }

    /// Forgets what came at `index` and later.
    mutating func rewind(to index: Int64) { count = index }

    /// The value at an index; `NaN` where it is gone or not here yet.
    @inline(__always)
    func value(_ index: Int64, lead: Int) -> Float {
        guard index >= 0, index < count, index > count - Int64(mask) - 1 else { return .nan }
        return values[lead * capacity + Int(index) & mask]
    }

    /// The indices of a range that are still kept.
    @inline(__always)
    func kept(_ first: Int64, _ last: Int64) -> (first: Int64, last: Int64) {
        (max(first, 0, count - Int64(mask)), min(last, count - 1))
    }

    /// Hands over the kept values of a lead from `first` through `last` in order, in at most two runs, each with the index
    /// of its first value.
    @inline(__always)
    func reading(_ first: Int64, _ last: Int64, lead: Int, _ body: (UnsafeBufferPointer<Float>, Int64) -> Void) {
        let (first, last) = kept(first, last)
        guard first <= last else { return }
        let start = Int(first) & mask
        let number = Int(last - first) + 1
        let upper = min(number, capacity - start)
        values.withUnsafeBufferPointer { values in
            let ring = lead * capacity
            body(UnsafeBufferPointer(rebasing: values[(ring + start)..<(ring + start + upper)]), first)
            guard upper < number else { return }
            body(UnsafeBufferPointer(rebasing: values[ring..<(ring + number - upper)]), first + Int64(upper))
        }
    }

    /// Highest value of a lead from `first` through `last`, at least 0.
    func peak(_ first: Int64, _ last: Int64, lead: Int) -> Float {
        var best: Float = 0
        reading(first, last, lead: lead) { run, _ in best = max(best, run.highest) }
        return best
    }

    /// Mean value of a lead from `first` through `last`; 0 where nothing is kept.
    func mean(_ first: Int64, _ last: Int64, lead: Int) -> Float {
        var sum: Float = 0
        var number = 0
        reading(first, last, lead: lead) { run, _ in
            sum += run.sum
            number += run.count
        }
        return number > 0 ? sum / Float(number) : 0
    }

    /// Mean of what a lead gives from `first` through `last`; `NaN` where it gives nothing.
    func knownMean(_ first: Int64, _ last: Int64, lead: Int) -> Float {
        var sum: Float = 0
        var number = 0
        reading(first, last, lead: lead) { run, _ in
            for value in run where value.isFinite {
                sum += value
                number += 1
            }
        }
        return number > 0 ? sum / Float(number) : .nan
    }

    /// Lowest and highest of what a lead gives from `first` through `last`; infinite where it gives nothing.
    func extent(_ first: Int64, _ last: Int64, lead: Int) -> (lowest: Float, highest: Float) {
        var extent = (lowest: Float.infinity, highest: -Float.infinity)
        reading(first, last, lead: lead) { run, _ in
            let part = run.extent
            extent = (min(extent.lowest, part.lowest), max(extent.highest, part.highest))
        }
        return extent
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

extension UnsafeBufferPointer<Float> {
    /// The sum, of eight at a time.
    @inline(__always)
    var sum: Float {
        var lanes = SIMD8<Float>.zero
        let whole = count & ~7
        let bytes = UnsafeRawBufferPointer(self)
        for place in stride(from: 0, to: whole, by: 8) {
            lanes += bytes.loadUnaligned(fromByteOffset: 4 * place, as: SIMD8<Float>.self)
        }
        let half = lanes.lowHalf + lanes.highHalf
        var sum = (half[0] + half[2]) + (half[1] + half[3])
        for place in whole..<count { sum += self[place] }
        return sum
    }

    /// Whether every value is a number.
    @inline(__always)
    var isFinite: Bool { isWithin(.greatestFiniteMagnitude) }

    /// Whether the magnitude of every value is at most `limit`.
    @inline(__always)
    func isWithin(_ limit: Float) -> Bool {
        var largest: Int32 = 0
        for value in self { largest = Swift.max(largest, Int32(bitPattern: value.bitPattern) & .max) }
        return largest <= Int32(bitPattern: limit.bitPattern)
    }

    /// The lowest and the highest of the values that are numbers; infinite where none is.
    @inline(__always)
    var extent: (lowest: Float, highest: Float) {
        // Bit patterns of negative numbers are in reverse order.
        func order(_ bits: Int32) -> Int32 { bits ^ (bits >> 31 & .max) }
        let infinity = Int32(bitPattern: Float.infinity.bitPattern)
        var (lowest, highest) = (order(infinity), order(Int32(bitPattern: (-Float.infinity).bitPattern)))
        for value in self {
            let bits = Int32(bitPattern: value.bitPattern)
            let place = order(bits)
            let isNumber = bits & .max < infinity
            lowest = Swift.min(lowest, isNumber ? place : lowest)
            highest = Swift.max(highest, isNumber ? place : highest)
        }
        func number(_ place: Int32) -> Float { Float(bitPattern: UInt32(bitPattern: order(place))) }
        return (number(lowest), number(highest))
    }

    /// The highest value, at least 0.
    ///
    /// Numbers that are not negative are in the order of their bit patterns; whole numbers are compared many at a time.
    @inline(__always)
    var highest: Float {
        var best: Int32 = 0
        for value in self { best = Swift.max(best, Int32(bitPattern: value.bitPattern)) }
        return Float(bitPattern: UInt32(bitPattern: best))
    }
}
