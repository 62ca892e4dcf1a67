/// Which episodes are compared.
public enum EpisodeKind: String, Sendable, CaseIterable, Codable {
    /// Atrial fibrillation: rhythm `(AFIB` up to the next rhythm.
    case atrialFibrillation
    /// Atrial flutter: rhythm `(AFL` up to the next rhythm.
    case atrialFlutter
    /// Ventricular flutter or fibrillation: from `[` to `]`.
    case ventricularFibrillation
    /// Ventricular tachycardia: rhythm `(VT` up to the next rhythm.
    case ventricularTachycardia
    /// Three or more ventricular ectopic or fusion beats in a row, from the first to the last.
    case ventricularRun

    /// The name in reports.
    public var abbreviation: String {
        switch self {
        case .atrialFibrillation: "AF"
        case .atrialFlutter: "AFL"
        case .ventricularFibrillation: "VF"
        case .ventricularTachycardia: "VT"
        case .ventricularRun: "V run"
        }
    }

    /// How the rhythm text of an episode begins; nil where no rhythm text marks it.
    var rhythm: String? {
        switch self {
        case .atrialFibrillation: "(AFIB"
        case .atrialFlutter: "(AFL"
        case .ventricularTachycardia: "(VT"
        case .ventricularFibrillation, .ventricularRun: nil
        }
    }
}
