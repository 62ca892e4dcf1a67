/// A WFDB annotation code (`ecgcodes.h`): 0...49, with the standard mnemonics.
public struct AnnotationCode: RawRepresentable, Hashable, Sendable {
    /// The code's number, 0...49 in files (six bits; 59...63 are the format's own).
    public let rawValue: UInt8

    /// Makes a code of its number.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Not a QRS (a place holder).
    public static let notQRS = Self(rawValue: 0)
    /// Normal beat, `N`.
    public static let normal = Self(rawValue: 1)
    /// Left bundle branch block beat, `L`.
    public static let lbbb = Self(rawValue: 2)
    /// Right bundle branch block beat, `R`.
    public static let rbbb = Self(rawValue: 3)
    /// Aberrated atrial premature beat, `a`.
    public static let aberrated = Self(rawValue: 4)
    /// Premature ventricular contraction, `V`.
    public static let pvc = Self(rawValue: 5)
    /// Fusion of ventricular and normal beat, `F`.
    public static let fusion = Self(rawValue: 6)
    /// Nodal (junctional) premature beat, `J`.
    public static let nodalPremature = Self(rawValue: 7)
    /// Atrial premature contraction, `A`.
    public static let apc = Self(rawValue: 8)
    /// Premature or ectopic supraventricular beat, `S`.
    public static let svpb = Self(rawValue: 9)
    /// Ventricular escape beat, `E`.
    public static let ventricularEscape = Self(rawValue: 10)
    /// Nodal (junctional) escape beat, `j`.
    public static let nodalEscape = Self(rawValue: 11)
    /// Paced beat, `/`.
    public static let paced = Self(rawValue: 12)
    /// Unclassifiable beat, `Q`.
    public static let unknown = Self(rawValue: 13)
    /// Signal quality change, `~`.
    public static let noise = Self(rawValue: 14)
    /// Isolated QRS-like artefact, `|`.
    public static let artifact = Self(rawValue: 16)
    /// ST change, `s`.
    public static let stChange = Self(rawValue: 18)
    /// T-wave change, `T`.
    public static let tChange = Self(rawValue: 19)
    /// Systole, `*`.
    public static let systole = Self(rawValue: 20)
    /// Diastole, `D`.
    public static let diastole = Self(rawValue: 21)
    /// Comment, `"`.
    public static let note = Self(rawValue: 22)
    /// Measurement, `=`.
    public static let measurement = Self(rawValue: 23)
    /// P-wave peak, `p`.
    public static let pWave = Self(rawValue: 24)
    /// Left or right bundle branch block, `B`.
    public static let bbb = Self(rawValue: 25)
    /// Non-conducted pacer spike, `^`.
    public static let pacedSpike = Self(rawValue: 26)
    /// T-wave peak, `t`.
    public static let tWave = Self(rawValue: 27)
    /// Rhythm change, `+` (AUX says which).
    public static let rhythm = Self(rawValue: 28)
    /// U-wave peak, `u`.
    public static let uWave = Self(rawValue: 29)
    /// Learning, `?`.
    public static let learning = Self(rawValue: 30)
    /// Ventricular flutter wave, `!`.
    public static let flutterWave = Self(rawValue: 31)
    /// Start of ventricular flutter or fibrillation, `[`.
    public static let vfOn = Self(rawValue: 32)
    /// End of ventricular flutter or fibrillation, `]`.
    public static let vfOff = Self(rawValue: 33)
    /// Atrial escape beat, `e`.
    public static let atrialEscape = Self(rawValue: 34)
    /// Supraventricular escape beat, `n`.
    public static let svEscape = Self(rawValue: 35)
    /// Link to external data, `@`.
    public static let link = Self(rawValue: 36)
    /// Non-conducted P wave (blocked APB), `x`.
    public static let nonConducted = Self(rawValue: 37)
    /// Fusion of paced and normal beat, `f`.
    public static let fusionOfPaced = Self(rawValue: 38)
    /// Waveform onset, `(`.
    public static let waveformOnset = Self(rawValue: 39)
    /// Waveform end, `)`.
    public static let waveformEnd = Self(rawValue: 40)
    /// R-on-T premature ventricular contraction, `r`.
    public static let rOnT = Self(rawValue: 41)
}
