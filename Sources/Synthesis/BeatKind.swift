public import WFDB

/// What a synthetic heartbeat is.
public enum BeatKind: String, Sendable, Codable, CaseIterable {
    /// From the sinus node, conducted normally.
    case sinus
    /// Premature, from an ectopic focus in the atria: an early, altered P wave, a normal QRS complex.
    case prematureAtrial
    /// Premature, from an ectopic focus in the ventricles: no P wave, a wide QRS complex, a discordant T wave.
    case prematureVentricular
    /// A sinus beat and a ventricular one that meet in the ventricles.
    case fusion
    /// Started by a ventricular pacemaker: a spike, then a wide QRS complex.
    case paced
    /// Conducted from fibrillating atria: no P wave, a normal QRS complex.
    case fibrillation

    /// The annotation that the reference file holds.
    public var annotationCode: AnnotationCode {
        switch self {
        case .sinus, .fibrillation: .normal
        case .prematureAtrial: .apc
        case .prematureVentricular: .pvc
        case .fusion: .fusion
        case .paced: .paced
        }
    }
}
