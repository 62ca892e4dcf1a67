/// Lowest and highest of a lead's moving mean, and where they are.
///
/// Fast noise makes the highest sample of a complex one of many; of the mean over some samples it takes away most, and leaves
/// the complex.
struct SmoothedExtent {
    /// A value and its index.
    struct Point: Equatable {
        var value: Float
        var index: Int64
    }

    private(set) var lowest: Point
    private(set) var highest: Point

    /// The extremes from `first` through `last` of the mean of what a lead gives within `reach` values; nil where it gives nothing.
    init?(_ history: History, _ first: Int64, _ last: Int64, reach: Int64, lead: Int) {
        guard first <= last else { return nil }
        lowest = Point(value: .infinity, index: first)
        highest = Point(value: -.infinity, index: first)
        let (start, end) = (first - reach, last + reach)
        withUnsafeTemporaryAllocation(of: Float.self, capacity: Int(end - start) + 1) { values in
            values.initialize(repeating: .nan)
            history.reading(start, end, lead: lead) { run, index in
                _ = values[Int(index - start)...].update(fromContentsOf: run)
            }
            search(UnsafeBufferPointer(values), first: first, width: 2 * Int(reach) + 1)
        }
        guard lowest.value <= highest.value else { return nil }
    }

    /// Searches the means of every `width` values in a row; the first of them is that at `first`.
    private mutating func search(_ values: UnsafeBufferPointer<Float>, first: Int64, width: Int) {
        var sum = 0.0
        var number = 0
        func add(_ place: Int, _ sign: Int) {
            guard values[place].isFinite else { return }
            sum += Double(sign) * Double(values[place])
            number += sign
        }
        for place in 0..<width - 1 { add(place, 1) }
        for place in width - 1..<values.count {
            add(place, 1)
            let begin = place - width + 1
            if number > 0 {
                let mean = Float(sum / Double(number))
                if mean < lowest.value { lowest = Point(value: mean, index: first + Int64(begin)) }
                if mean > highest.value { highest = Point(value: mean, index: first + Int64(begin)) }
            }
            add(begin, -1)
        }
    }
}
