/// The five heartbeat classes of ANSI/AAMI EC57, in the order of every probability vector.
public enum BeatClass: Int, Sendable, CaseIterable, Codable {
    /// Normal and bundle branch block beats.
    case normal
    /// Supraventricular ectopic beats.
    case supraventricular
    /// Ventricular ectopic beats.
    case ventricular
    /// Fusion of a ventricular and a normal beat.
    case fusion
    /// Paced, fusion of paced and normal, unclassifiable.
    case paced

    /// EC57's letter: N, S, V, F or Q.
    public var letter: String {
        switch self {
        case .normal: "N"
        case .supraventricular: "S"
        case .ventricular: "V"
        case .fusion: "F"
        case .paced: "Q"
        }
    }

    /// The class of EC57's letter.
    public init?(letter: some StringProtocol) {
        guard let match = Self.allCases.first(where: { $0.letter == letter }) else { return nil }
        self = match
    }
}
