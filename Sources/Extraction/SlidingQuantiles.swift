/// Quantiles of the last values of a sequence, exactly and with bounded work.
///
///     var window = SlidingQuantiles(capacity: 64)
///     window.append(0.8)
///     window.median        // 0.8
///
/// Keeps the values twice: in order of arrival, to know which one leaves, and sorted, to read quantiles. Appending costs
/// one binary search and one move of at most `capacity` values; it never allocates after the first `capacity` values.
struct SlidingQuantiles: Sendable, Codable {
    let capacity: Int
    private var arrivals: [Float] = []
    private var oldest = 0
    /// The values in increasing order.
    private(set) var sorted: [Float] = []

    init(capacity: Int) {
        precondition(capacity > 0, "a window holds something")
        self.capacity = capacity
        arrivals.reserveCapacity(capacity)
        sorted.reserveCapacity(capacity + 1)
    }

    var count: Int { sorted.count }

    /// Median; nil while empty.
    var median: Float? { quantile(0.5) }

    /// Quantile with linear interpolation between order statistics; nil while empty.
    func quantile(_ fraction: Float) -> Float? {
        guard let last = sorted.indices.last else { return nil }
        let position = min(max(fraction, 0), 1) * Float(last)
        let lower = Int(position)
        let upper = min(lower + 1, last)
        return sorted[lower] + (position - Float(lower)) * (sorted[upper] - sorted[lower])
    }

    /// Takes a finite value; the oldest leaves when the window is full.
    mutating func append(_ value: Float) {
        precondition(value.isFinite, "quantiles are of finite values")
        if arrivals.count < capacity {
            arrivals.append(value)
        } else {
            sorted.remove(at: firstIndex(notBelow: arrivals[oldest]))
            arrivals[oldest] = value
            oldest = (oldest + 1) % capacity
        }
        sorted.insert(value, at: firstIndex(notBelow: value))
    }

    /// Forgets all values.
    mutating func removeAll() {
        arrivals.removeAll(keepingCapacity: true)
        sorted.removeAll(keepingCapacity: true)
        oldest = 0
    }

    private func firstIndex(notBelow value: Float) -> Int {
        var low = 0
        var high = sorted.count
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
