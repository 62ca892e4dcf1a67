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
        var sum = 0.0
        var number = 0
        func add(_ index: Int64, _ sign: Int) {
            let value = history.value(index, lead: lead)
            guard value.isFinite else { return }
            sum += Double(sign) * Double(value)
            number += sign
        }
        for index in first - reach..<first + reach { add(index, 1) }
        for index in first...last {
            add(index + reach, 1)
            if number > 0 {
                let mean = Float(sum / Double(number))
                if mean < lowest.value { lowest = Point(value: mean, index: index) }
                if mean > highest.value { highest = Point(value: mean, index: index) }
            }
            add(index - reach, -1)
        }
        guard lowest.value <= highest.value else { return nil }
    }
}
