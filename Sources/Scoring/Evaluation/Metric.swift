/// A named statistic of a beat matrix, so that tables, JSON, reports and intervals mean the same by the same name.
public struct Metric: Sendable {
    /// Name in tables and JSON, such as `v_se`.
    public let name: String
    /// Name for people, such as `V Se`.
    public let title: String
    /// The statistic as a share of 1; nil where undefined.
    public let value: @Sendable (BeatMatrix) -> Double?

    /// Makes a metric.
    public init(_ name: String, _ title: String, _ value: @escaping @Sendable (BeatMatrix) -> Double?) {
        self.name = name
        self.title = title
        self.value = value
    }
}

extension Metric {
    /// Beats found and false peaks: Se, +P and F1 of the QRS complexes.
    public static let detection: [Metric] = [
        Metric("qrs_se", "QRS Se") { $0.qrsSensitivity.value },
        Metric("qrs_pp", "QRS +P") { $0.qrsPredictivity.value },
        Metric("qrs_f1", "QRS F1") { $0.qrsF1 },
    ]

    /// The whole matrix in one figure: accuracy (missed beats and false peaks count), accuracy of the labels of
    /// detected beats, macro F1, κ, jκ.
    public static let overall: [Metric] = [
        Metric("accuracy", "accuracy") { $0.accuracy.value },
        Metric("label_accuracy", "label accuracy") { $0.labelAccuracy.value },
        Metric("macro_f1", "macro F1") { $0.macroF1() },
        Metric("kappa", "κ") { $0.kappa() },
        Metric("j_kappa", "jκ") { $0.jKappa },
    ]

    /// Mean F1 of N, S and V: the figure that models are compared by, since F and Q hardly occur.
    public static let macroNSV = Metric("macro_f1_nsv", "macro F1 (N S V)") {
        $0.macroF1([.normal, .supraventricular, .ventricular])
    }

    /// Sensitivity, positive predictivity, F1 and false positive rate of one class.
    ///
    /// The second and third are full: every test beat with the label counts.
    public static func of(_ label: BeatLabel) -> [Metric] {
        let letter = label.letter
        let name = letter.lowercased()
        return [
            Metric(name + "_se", letter + " Se") { $0.sensitivity(of: label).value },
            Metric(name + "_pp", letter + " +P") { $0.predictivity(of: label).value },
            Metric(name + "_f1", letter + " F1") { $0.f1(of: label) },
            Metric(name + "_fpr", letter + " FPR") { $0.falsePositiveRate(of: label).value },
        ]
    }

    /// Every metric: detection, the whole, then the five classes.
    public static let all: [Metric] = detection + overall + BeatLabel.classes.flatMap(Metric.of)
}
