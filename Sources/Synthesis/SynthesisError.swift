/// Why a record cannot be synthesised.
public enum SynthesisError: Error, Equatable, Sendable {
    /// A value outside what the model is made for.
    case outOfRange(parameter: String, value: Double, allowed: ClosedRange<Double>)
    /// A lead that no projection is known for.
    case unknownLead(String)
    /// An episode that names a lead the record does not have.
    case noSuchLead(index: Int, leadCount: Int)
    /// An episode that ends before it begins or lies outside the record.
    case episodeOutside(start: Double, end: Double, duration: Double)
    /// Shares of ectopic beats that add up to more than they can.
    case tooManyEctopicBeats(share: Double)
}

extension SynthesisError: CustomStringConvertible {
    /// What, where, and how to go on.
    public var description: String {
        switch self {
        case .outOfRange(let parameter, let value, let allowed):
            "\(parameter) is \(value); it must lie between \(allowed.lowerBound) and \(allowed.upperBound)"
        case .unknownLead(let name):
            "no projection is known for lead '\(name)'; use \(LeadProjection.names.joined(separator: ", ")), MLII, or NAME=LEAD"
        case .noSuchLead(let index, let leadCount):
            "there is no lead \(index); the record has \(leadCount) lead(s), counted from 0"
        case .episodeOutside(let start, let end, let duration):
            "the episode from \(start) s to \(end) s is empty or outside the record of \(duration) s"
        case .tooManyEctopicBeats(let share):
            "ectopic beats would make up \(share) of all beats; at most 0.3 are drawn at random (for more there is bigeminy)"
        }
    }
}
