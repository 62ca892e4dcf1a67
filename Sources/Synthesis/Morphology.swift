/// The waves of each kind of beat in one synthetic patient.
///
/// Offsets and widths are textbook values for an adult at 60 beats a minute (P peak 160 ms before R, QRS about 90 ms, T peak
/// 290 ms after R); directions are chosen so that the projected leads look as they do in patients: upright P, R and T in II and V5,
/// rS in V1; ventricular beats last some 160 ms and their T wave points the other way.
struct Morphology: Sendable {
    /// How this patient differs from the textbook.
    private let anatomy: Anatomy
    /// Width below which the output rate cannot show a spike, in s.
    private let shortestSpike: Double

    init(anatomy: Anatomy, sampleRate: Double) {
        self.anatomy = anatomy
        shortestSpike = max(0.002, 0.4 / sampleRate)
    }

    private static let p = Wave(at: -0.16, width: 0.022, Dipole(0.08, 0.12, -0.06))
    private static let qrs = [
        Wave(at: -0.028, width: 0.009, Dipole(-0.15, -0.08, -0.20)),
        Wave(at: 0, width: 0.012, Dipole(0.90, 0.90, 0.35)),
        Wave(at: 0.026, width: 0.011, Dipole(-0.20, -0.20, 0.40)),
    ]
    private static let t = Wave(
        at: 0.29, rise: 0.060, fall: 0.042, Dipole(0.28, 0.22, -0.20), stretchesWithRate: true)
    /// From low in the atria: inverted where the sinus P is upright, and nearer to the QRS complex.
    private static let ectopicP = Wave(at: -0.13, width: 0.018, Dipole(-0.07, -0.11, -0.05))

    /// Ventricular foci: outflow tract of the right ventricle, and the left ventricle.
    private static let foci = [Dipole(0.35, 1.25, 0.85), Dipole(-0.50, -1.05, -0.90)]

    /// The waves of a beat.
    ///
    /// - Parameters:
    ///   - focus: which ventricular focus fires, 0 or 1 (ventricular and fusion beats).
    ///   - share: how much of a fusion beat the ventricular focus makes, 0...1.
    func waves(of kind: BeatKind, focus: Int = 0, share: Double = 0.5) -> [Wave] {
        let waves: [Wave] =
            switch kind {
            case .sinus: [Self.p] + Self.qrs + [Self.t]
            case .prematureAtrial: [Self.ectopicP] + Self.qrs + [Self.t]
            case .fibrillation: Self.qrs + [Self.t]
            case .prematureVentricular: Self.ventricular(from: Self.foci[focus])
            case .fusion:
                // The focus fires when the sinus beat is on its way: P is there, a little nearer to the complex.
                [Wave(at: -0.13, width: Self.p.rise, Self.p.dipole)]
                    + (Self.qrs + [Self.t]).map { $0.scaled(by: 1 - share) }
                    + Self.ventricular(from: Self.foci[focus]).map { $0.scaled(by: share) }
            case .paced:
                // Right ventricular apex: the complex points up, left and back.
                [Wave(at: -0.05, width: shortestSpike, Dipole(0.5, -1.6, 0.4))]
                    + Self.ventricular(from: Dipole(0.50, -0.95, 0.80))
            }
        return waves.map { $0.turned(axis: anatomy.axis, rotation: anatomy.rotation).scaled(by: anatomy.size) }
    }

    /// A slurred upstroke, and a flank into a broad S wave that falls by some 4 % of the complex's height per ms: half as
    /// steep as a sinus beat's, as in mitdb 106, 119, 208, 221 and 233.
    private static func ventricular(from main: Dipole) -> [Wave] {
        [
            Wave(at: 0, rise: 0.026, fall: 0.013, main),
            Wave(at: 0.050, rise: 0.018, fall: 0.030, -0.40 * main + Dipole(0.05, -0.05, 0.10)),
            Wave(at: 0.34, rise: 0.070, fall: 0.050, -0.42 * main, stretchesWithRate: true),
        ]
    }
}
