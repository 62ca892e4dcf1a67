/// How far test beats lie from the reference beats they were paired with.
public struct FiducialOffset: Sendable, Equatable, Codable {
    /// Number of pairs.
    public private(set) var count = 0
    private var sum = 0.0
    private var squares = 0.0
    /// Number of pairs at each offset, in tenths of a ms.
    private var pairs: [Int: Int] = [:]

    /// Makes an empty one.
    public init() {}

    /// Counts one pair; the offset in ms is positive where the test beat is late.
    public mutating func count(milliseconds offset: Double) {
        count += 1
        sum += offset
        squares += offset * offset
        pairs[Int((10 * offset).rounded()), default: 0] += 1
    }

    /// Adds the pairs of another record.
    public static func += (sum: inout Self, other: Self) {
        sum.count += other.count
        sum.sum += other.sum
        sum.squares += other.squares
        sum.pairs.merge(other.pairs, uniquingKeysWith: +)
    }

    /// Mean offset in ms; nil without pairs.
    public var mean: Double? { count > 0 ? sum / Double(count) : nil }

    /// Standard deviation of the offsets in ms; nil with fewer than two pairs.
    public var standardDeviation: Double? {
        guard count > 1 else { return nil }
        return max(0, (squares - sum * sum / Double(count)) / Double(count - 1)).squareRoot()
    }

    /// The offset in ms, to a tenth, that `percent` of the pairs lie at or below; nil without pairs.
    public func percentile(_ percent: Double) -> Double? {
        guard count > 0 else { return nil }
        let rank = max(1, Int((percent / 100 * Double(count)).rounded(.up)))
        var below = 0
        for (offset, number) in pairs.sorted(by: { $0.key < $1.key }) {
            below += number
            if below >= rank { return Double(offset) / 10 }
        }
        return nil
    }
}
