public import Signal
public import WFDB

extension BeatClass {
    /// The annotation code that stands for the class in files: N, S, V, F or Q.
    ///
    /// Under every `LabelMapping` the code maps back to the class.
    public var annotationCode: AnnotationCode {
        switch self {
        case .normal: .normal
        case .supraventricular: .svpb
        case .ventricular: .pvc
        case .fusion: .fusion
        case .paced: .unknown
        }
    }
}
