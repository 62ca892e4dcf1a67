/// Counts latencies in buckets of constant relative width (1/64), as HdrHistogram does: any quantile within 1.6 %, in fixed
/// memory, for any length of run.
public struct LatencyHistogram: Sendable, Equatable {
    private static let subBuckets = 64
    private var counts = [Int64](repeating: 0, count: 64 * subBuckets)
    /// Number of latencies.
    public private(set) var count: Int64 = 0
    /// The largest one in ns.
    public private(set) var maximum: Int64 = 0

    /// Makes an empty histogram.
    public init() {}

    /// Counts a latency in ns.
    public mutating func record(_ latency: Int64) {
        let value = max(0, latency)
        counts[Self.bucket(of: value)] += 1
        count += 1
        maximum = max(maximum, value)
    }

    /// Adds another histogram's counts.
    public mutating func add(_ other: Self) {
        for index in counts.indices { counts[index] += other.counts[index] }
        count += other.count
        maximum = max(maximum, other.maximum)
    }

    /// Latency in ns that a share of all does not exceed; 0 where there are none.
    public func quantile(_ share: Double) -> Int64 {
        let wanted = max(1, Int64((share * Double(count)).rounded(.up)))
        var seen: Int64 = 0
        for (bucket, number) in counts.enumerated() {
            seen += number
            if seen >= wanted { return min(maximum, Self.upperEnd(of: bucket)) }
        }
        return maximum
    }

    /// Values below 64 have a bucket each; above, each power of two is cut into 64.
    private static func bucket(of value: Int64) -> Int {
        guard value >= subBuckets else { return Int(value) }
        let exponent = 63 - value.leadingZeroBitCount
        let shift = exponent - 6
        return (exponent - 5) * subBuckets + Int(value >> shift) - subBuckets
    }

    private static func upperEnd(of bucket: Int) -> Int64 {
        guard bucket >= subBuckets else { return Int64(bucket) }
        let shift = bucket / subBuckets - 1
        let (end, overflow) = Int64(bucket % subBuckets + subBuckets + 1).multipliedReportingOverflow(by: 1 << shift)
        return overflow ? .max : end - 1
    }
}
