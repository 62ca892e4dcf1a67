/// How far test beats lie from the reference beats they were paired with.
public struct FiducialOffset: Sendable, Equatable, Codable {
    /// Number of pairs.
    public private(set) var count = 0
    private var sum = 0.0
    private var squares = 0.0

    /// Makes an empty one.
    public init() {}

    /// Counts one pair; the offset in ms is positive where the test beat is late.
    public mutating func count(milliseconds offset: Double) {
        count += 1
        sum += offset
        squares += offset * offset
    }

    /// Adds the pairs of another record.
    public static func += (sum: inout Self, other: Self) {
        sum.count += other.count
        sum.sum += other.sum
        sum.squares += other.squares
    }

    /// Mean offset in ms; nil without pairs.
    public var mean: Double? { count > 0 ? sum / Double(count) : nil }

    /// Standard deviation of the offsets in ms; nil with fewer than two pairs.
    public var standardDeviation: Double? {
        guard count > 1 else { return nil }
        return max(0, (squares - sum * sum / Double(count)) / Double(count - 1)).squareRoot()
    }
}
