extension Report {
    /// How much of the beat matrix a report shows.
    public enum Detail: String, Sendable, CaseIterable {
        /// All classes: `bxb -s`, with supraventricular beats `bxb -S`.
        case standard
        /// F and Q with N: `bxb -c`, with supraventricular beats `bxb -C`.
        case condensed
    }

    /// The beat-by-beat report: the matrix and its statistics.
    ///
    /// Without supraventricular beats it is what `bxb` prints first, with them what `bxb -S` leaves in its file. What
    /// comes after, the beats missed in shutdown, is `shutdown(_:supraventricular:)`.
    public static func beats(
        _ subject: Subject, _ result: BeatComparison, supraventricular: Bool = true, detail: Detail = .standard
    ) -> String {
        let matrix = result.matrix
        var text = subject.heading("Beat-by-beat")
        text += detail == .standard ? standard(matrix, supraventricular) : condensed(matrix, supraventricular)
        text += statistic("           QRS sensitivity", matrix.qrsSensitivity, "%6.2f")
        text += statistic(" QRS positive predictivity", matrix.qrsPredictivity, "%6.2f")
        text += statistic("           VEB sensitivity", matrix.sensitivity(of: .ventricular), "%6.2f")
        text += statistic(" VEB positive predictivity", matrix.standardPredictivity(of: .ventricular), "%6.2f")
        guard supraventricular else {
            return text
                + statistic("   VEB false positive rate", matrix.falsePositiveRate(of: .ventricular), "%6.3f") + "\n"
        }
        text += statistic("          SVEB sensitivity", matrix.sensitivity(of: .supraventricular), "%6.2f")
        text += statistic(
            "SVEB positive predictivity", matrix.standardPredictivity(of: .supraventricular), "%6.2f")
        let error = result.rrError.map { Column.number($0, "%6.2f") + " ms" } ?? "     -"
        return text + "     RMS RR interval error: \(error)\n"
    }

    /// The shutdown report: what was missed while the test annotator had declared the signal unreadable.
    public static func shutdown(_ result: BeatComparison, supraventricular: Bool = true) -> String {
        let counts = ShutdownCounts(result.matrix, supraventricular: supraventricular)
        let letters = supraventricular ? ["N", "S", "V", "F"] : ["N", "V", "F"]
        var text = "\n" + statistic("  Beats missed in shutdown", counts.missedBeats, "%6.2f")
        for (letter, labels) in zip(letters, counts.classes) {
            text += statistic("      \(letter) missed in shutdown", counts.missed(labels), "%6.2f")
        }
        return text + "       Total shutdown time: " + Column.count(result.shutdownSeconds, 5) + " seconds\n"
    }

    private static func standard(_ matrix: BeatMatrix, _ supraventricular: Bool) -> String {
        let normal: [BeatLabel] = supraventricular ? [.normal] : [.normal, .supraventricular]
        let labels: [(String, [BeatLabel])] =
            [("N", normal)] + (supraventricular ? [("S", [.supraventricular])] : [])
            + [("V", [.ventricular]), ("F", [.fusion]), ("Q", [.paced])]
        let missing: [(String, [BeatLabel])] = [("O", [.absent]), ("X", [.shutdown])]
        var text =
            "               Algorithm\n        n" + (supraventricular ? "    s" : "") + "    v    f    q    o    x\n"
        text += "   " + String(repeating: "_", count: supraventricular ? 36 : 31) + "\n"
        for (letter, references) in labels + missing {
            let columns = missing.contains { $0.0 == letter } ? labels : labels + missing
            text += " \(letter) | " + Column.counts(columns.map { matrix.sum(references, $0.1) }, width: 4) + "\n"
        }
        return text + "\n"
    }

    private static func condensed(_ matrix: BeatMatrix, _ supraventricular: Bool) -> String {
        let condensed = CondensedMatrix(matrix, supraventricular: supraventricular)
        let names = ["  N "] + (supraventricular ? ["  S "] : []) + ["  V ", " F+Q", " O+X"]
        var text = "         Algorithm\n      n+f+q" + (supraventricular ? "    s" : "") + "    v  o+x\n"
        text += "     " + String(repeating: "_", count: supraventricular ? 21 : 16) + "\n"
        for (index, references) in condensed.rows.enumerated() {
            let isLast = index == condensed.rows.count - 1
            let columns = isLast ? Array(condensed.columns.dropLast()) : condensed.columns
            text += names[index] + " | " + Column.counts(columns.map { matrix.sum(references, $0) }, width: 4) + "\n"
        }
        return text + "\n"
    }
}
