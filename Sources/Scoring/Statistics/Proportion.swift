/// So many of so many: a sensitivity, a positive predictivity, a rate.
public struct Proportion: Sendable, Equatable, Codable {
    /// How many there were.
    public var numerator: Int
    /// How many there could have been; with 0 the proportion is undefined.
    public var denominator: Int

    /// Makes a proportion.
    public init(_ numerator: Int, of denominator: Int) {
        self.numerator = numerator
        self.denominator = denominator
    }

    /// The quotient, 0 to 1; nil where the denominator is 0.
    public var value: Double? { denominator > 0 ? Double(numerator) / Double(denominator) : nil }

    /// The quotient in per cent, computed as the C programs do; nil where the denominator is 0.
    public var percent: Double? { denominator > 0 ? 100 * Double(numerator) / Double(denominator) : nil }
}
