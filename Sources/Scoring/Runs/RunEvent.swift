import WFDB

/// What an annotation means to a run of one kind.
enum RunEvent {
    /// A beat of the run's kind.
    case member
    /// A beat of another kind: the run is over.
    case breaker
    /// The signal became unreadable: the run is over, and so is an episode.
    case unreadable
    /// An episode of fibrillation begins that counts as a run of this kind, or ends.
    case opens, closes
    /// An episode of the other kind begins or ends.
    case otherOpens, otherCloses
    /// Nothing to runs.
    case other
}

/// Turns annotations into events, in order: whether a beat is a member depends on the rhythm before.
struct RunEventMapping {
    private let kind: RunKind
    private var inAF = false
    private var inVF = false
    private var isUnreadable = false

    init(kind: RunKind) { self.kind = kind }

    mutating func event(of annotation: Annotation) -> RunEvent {
        switch annotation.code {
        case .noise: return signalQuality(annotation)
        case .vfOn: return inVF ? .other : beginVF()
        case .vfOff: return inVF ? endVF() : .other
        case .rhythm: return rhythm(annotation.aux)
        default: return beat(annotation)
        }
    }

    private func beat(_ annotation: Annotation) -> RunEvent {
        switch LabelMapping.ec57.label(of: annotation.code) {
        case .normal where inAF, .supraventricular: kind == .supraventricular ? .member : .breaker
        case .ventricular, .fusion: kind == .ventricular ? .member : .breaker
        case .normal, .paced: .breaker
        case .absent, .shutdown, nil: .other
        }
    }

    private mutating func signalQuality(_ annotation: Annotation) -> RunEvent {
        guard annotation.declaresShutdown != isUnreadable else { return .other }
        isUnreadable.toggle()
        return isUnreadable ? .unreadable : .other
    }

    /// `(AFIB` and `(AFL` are atrial, `(VF…` ventricular; one ends the other, and any other rhythm ends either.
    private mutating func rhythm(_ aux: [UInt8]) -> RunEvent {
        if aux.starts(with: "(AF".utf8) {
            guard !inAF else { return .other }
            inAF = true
            inVF = false
            return kind == .supraventricular ? .opens : .otherOpens
        }
        if aux.starts(with: "(VF".utf8) { return inVF ? .other : beginVF() }
        guard !aux.isEmpty else { return .other }
        if inAF {
            inAF = false
            return kind == .supraventricular ? .closes : .otherCloses
        }
        return inVF ? endVF() : .other
    }

    private mutating func beginVF() -> RunEvent {
        inAF = false
        inVF = true
        return kind == .ventricular ? .opens : .otherOpens
    }

    private mutating func endVF() -> RunEvent {
        inVF = false
        return kind == .ventricular ? .closes : .otherCloses
    }
}
