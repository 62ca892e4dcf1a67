/// Some of a stream's leads, as bits: bit 0 is the first.
///
///     let leads: LeadSet = [.lead(1), .lead(3)]
///     leads.contains(.lead(1))              // true
public struct LeadSet: OptionSet, Sendable, Codable {
    /// The bits.
    public let rawValue: UInt16

    /// Takes the bits.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// The set of one lead, `index` from 0 to 11.
    public static func lead(_ index: Int) -> LeadSet { LeadSet(rawValue: 1 << UInt16(index)) }
}
