/// How far supraventricular beats are a habit of the patient.
///
/// Experts that learned from real rhythms alone call few beats S, and rightly so in most people: in sinus rhythm and in atrial
/// fibrillation an early beat is mostly noise or chance. In a patient with runs of an atrial focus the same reserve is wrong. So
/// they are heard on S against N while such beats are rare, and the less, the more of the last beats were S by the voices of
/// those who are always heard (`DualEnsemble.Fusion.habitualAtrialWeights`).
struct AtrialHabit: Sendable, Equatable, Codable {
    /// Beats that are remembered.
    static let memory: Float = 300
    /// Beats that a patient is thought to have had without one before the first.
    static let fewest: Float = 60
    /// Shares of S up to which they are rare, and from which on a habit.
    static let range: ClosedRange<Float> = 0.05...0.2

    private var beats: Float = 0
    private var atrial: Float = 0

    /// Share of the last beats that were S, 0 to 1.
    var share: Float { atrial / max(beats, Self.fewest) }

    /// 0 where such beats are rare, 1 where they are a habit.
    var strength: Float {
        min(max((share - Self.range.lowerBound) / (Self.range.upperBound - Self.range.lowerBound), 0), 1)
    }

    /// Takes a beat.
    mutating func learn(isAtrial: Bool) {
        beats += 1 - beats / Self.memory
        atrial += (isAtrial ? 1 : 0) - atrial / Self.memory
    }
}
