public import Signal

/// What a beat-by-beat comparison counts: EC57's five classes and the two pseudo-labels that stand for "nothing here".
///
/// Rows of a `BeatMatrix` are reference labels (written N S V F Q O X), columns test labels (n s v f q o x).
public enum BeatLabel: Int, Sendable, CaseIterable, Codable {
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
    /// No beat there: a test beat without a reference beat or a reference beat without a test beat.
    case absent
    /// No beat there because that annotator had declared the signal unreadable (shutdown).
    case shutdown

    /// The label of a class.
    public init(_ beatClass: BeatClass) {
        switch beatClass {
        case .normal: self = .normal
        case .supraventricular: self = .supraventricular
        case .ventricular: self = .ventricular
        case .fusion: self = .fusion
        case .paced: self = .paced
        }
    }

    /// The class that the label stands for; nil for the two pseudo-labels.
    public var beatClass: BeatClass? {
        switch self {
        case .normal: .normal
        case .supraventricular: .supraventricular
        case .ventricular: .ventricular
        case .fusion: .fusion
        case .paced: .paced
        case .absent, .shutdown: nil
        }
    }

    /// EC57's letter: N, S, V, F, Q, O or X.
    public var letter: String {
        switch self {
        case .absent: "O"
        case .shutdown: "X"
        default: beatClass?.letter ?? "?"
        }
    }

    /// The five classes, without the pseudo-labels.
    public static let classes: [Self] = [.normal, .supraventricular, .ventricular, .fusion, .paced]
}
