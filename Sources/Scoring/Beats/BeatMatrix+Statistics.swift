extension BeatMatrix {
    private static var classes: [BeatLabel] { BeatLabel.classes }
    private static let missing: [BeatLabel] = [.absent, .shutdown]

    /// Reference beats that have a test beat, whatever its class.
    public var detected: Int { sum(Self.classes, Self.classes) }
    /// Reference beats without a test beat.
    public var missed: Int { sum(Self.classes, Self.missing) }
    /// Test beats without a reference beat.
    public var falsePeaks: Int { sum(Self.missing, Self.classes) }
    /// Reference beats.
    public var referenceBeats: Int { detected + missed }
    /// Test beats.
    public var testBeats: Int { detected + falsePeaks }

    /// QRS sensitivity: detected of all reference beats.
    public var qrsSensitivity: Proportion { Proportion(detected, of: referenceBeats) }
    /// QRS positive predictivity: detected of all test beats.
    public var qrsPredictivity: Proportion { Proportion(detected, of: testBeats) }

    /// Reference beats of a class, detected or not.
    public func support(of label: BeatLabel) -> Int { sum([label], BeatLabel.allCases) }

    /// Sensitivity of a class: of its reference beats, those that carry its label in the test.
    ///
    /// Missed beats count.
    public func sensitivity(of label: BeatLabel) -> Proportion {
        Proportion(self[label, label], of: support(of: label))
    }

    /// Positive predictivity of a class in full: of the test beats with its label, those whose reference has it too.
    ///
    /// False peaks and fusion and unclassifiable reference beats count against it.
    public func predictivity(of label: BeatLabel) -> Proportion {
        Proportion(self[label, label], of: sum(BeatLabel.allCases, [label]))
    }

    /// Positive predictivity as EC57 has it: for V, reference beats of F and Q that were called V are forgiven; for
    /// S, those of Q.
    ///
    /// For the other classes the same as `predictivity(of:)`.
    public func standardPredictivity(of label: BeatLabel) -> Proportion {
        let forgiven: [BeatLabel] =
            switch label {
            case .ventricular: [.fusion, .paced]
            case .supraventricular: [.paced]
            default: []
            }
        let rows = BeatLabel.allCases.filter { !forgiven.contains($0) }
        return Proportion(self[label, label], of: sum(rows, [label]))
    }

    /// False positive rate of a class as EC57 has it: of the beats (and false peaks) that are not of the class, those
    /// that were called so, with the same forgiveness as in `standardPredictivity(of:)`.
    public func falsePositiveRate(of label: BeatLabel) -> Proportion {
        let predictivity = standardPredictivity(of: label)
        let falsePositives = predictivity.denominator - predictivity.numerator
        let others = BeatLabel.allCases.filter { $0 != label }
        let trueNegatives = sum(others, Self.classes.filter { $0 != label })
        return Proportion(falsePositives, of: trueNegatives + falsePositives)
    }

    /// F1 of a class: the harmonic mean of sensitivity and full positive predictivity; nil where the class occurs
    /// neither in the reference nor in the test.
    public func f1(of label: BeatLabel) -> Double? {
        let among = support(of: label) + sum(BeatLabel.allCases, [label])
        return among > 0 ? 2 * Double(self[label, label]) / Double(among) : nil
    }

    /// F1 of finding beats, whatever their class.
    public var qrsF1: Double? {
        let among = referenceBeats + testBeats
        return among > 0 ? 2 * Double(detected) / Double(among) : nil
    }

    /// Mean F1 of the classes that have reference beats; nil without any.
    public func macroF1(_ labels: [BeatLabel] = BeatLabel.classes) -> Double? {
        let scores = labels.filter { support(of: $0) > 0 }.map { f1(of: $0) ?? 0 }
        return scores.isEmpty ? nil : scores.reduce(0, +) / Double(scores.count)
    }

    private var correct: Int { Self.classes.reduce(0) { $0 + self[$1, $1] } }

    /// Accuracy with the detector in the loop: beats with the right label, of all reference beats and false peaks.
    public var accuracy: Proportion { Proportion(correct, of: referenceBeats + falsePeaks) }

    /// Accuracy of the labels alone: beats with the right label, of the detected ones.
    public var labelAccuracy: Proportion { Proportion(correct, of: detected) }
}
