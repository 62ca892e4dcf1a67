public import WFDB

/// How WFDB annotation codes become the five classes; always named beside a figure, since they differ.
public enum LabelMapping: String, Sendable, CaseIterable, Codable {
    /// ANSI/AAMI EC57 as `bxb` reads it: escape beats e, j and n are supraventricular.
    case ec57
    /// de Chazal et al., *IEEE Trans. Biomed. Eng.* 51 (2004) 1196-1206: atrial and nodal escape beats e and j are normal.
    case chazal

    /// The label of an annotation code; nil where the code marks no QRS complex.
    ///
    /// A ventricular flutter wave `!` is a QRS in WFDB's sense, yet of no class: it is counted as `absent`. Inside a
    /// marked episode of flutter or fibrillation, where it belongs, nothing is counted at all.
    public func label(of code: AnnotationCode) -> BeatLabel? {
        switch code {
        case .normal, .lbbb, .rbbb, .bbb: .normal
        case .atrialEscape, .nodalEscape: self == .chazal ? .normal : .supraventricular
        case .apc, .aberrated, .nodalPremature, .svpb, .svEscape: .supraventricular
        case .pvc, .rOnT, .ventricularEscape: .ventricular
        case .fusion: .fusion
        case .paced, .fusionOfPaced, .unknown, .learning: .paced
        case .flutterWave: .absent
        default: nil
        }
    }
}
