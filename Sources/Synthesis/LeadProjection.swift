/// How the twelve standard leads see the heart's dipole.
///
///     let v1 = try LeadProjection.vector(of: "V1")
///     let millivolts = v1.dot(dipole)
///
/// Coefficients for I, II and V1...V6 are those of Dower, Machado & Osborne (*Clin. Cardiol.* 3:97-106, 1980) for Frank's
/// axes; the other limb leads follow from Einthoven's and Goldberger's definitions. The modified leads of ambulatory recorders
/// (MLII, MLI, ML2, CM5, modified chest leads) are projected as the lead they stand for.
public enum LeadProjection {
    private static let leadI = Dipole(0.632, -0.235, 0.059)
    private static let leadII = Dipole(0.235, 1.066, -0.132)

    /// Names that are understood, without their synonyms.
    public static let names = ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"]

    /// The vector whose product with the dipole is the lead's voltage; case does not matter.
    public static func vector(of lead: String) throws(SynthesisError) -> Dipole {
        switch lead.lowercased() {
        case "i", "mli": leadI
        case "ii", "mlii", "ml2", "ecg", "ecg1", "modified lead ii": leadII
        case "iii", "mliii": leadII - leadI
        case "avr": -0.5 * (leadI + leadII)
        case "avl": leadI - 0.5 * leadII
        case "avf": leadII - 0.5 * leadI
        case "v1", "mv1", "mcl1", "ecg2": Dipole(-0.515, 0.157, -0.917)
        case "v2", "mv2": Dipole(0.044, 0.164, -1.387)
        case "v3": Dipole(0.882, 0.098, -1.277)
        case "v4", "mv4": Dipole(1.213, 0.127, -0.601)
        case "v5", "mv5", "cm5": Dipole(1.125, 0.127, -0.086)
        case "v6": Dipole(0.831, 0.076, 0.230)
        default: throw .unknownLead(lead)
        }
    }
}
