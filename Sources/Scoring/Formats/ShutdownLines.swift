extension LineTable {
    /// The shutdown line format, the second file of `bxb -L` (with supraventricular beats) and `bxb -l` (without).
    public static func shutdown(_ comparisons: [NamedComparison], supraventricular: Bool = true) -> Self {
        let layout = ShutdownLayout(supraventricular: supraventricular)
        return Self(
            heading: layout.heading,
            rows: comparisons.map { layout.row($0.record, $0.result) },
            totals: layout.totals(comparisons.map(\.result)))
    }
}

/// How many beats of each class a record has and how many were missed while the test had shut down.
struct ShutdownCounts {
    private let matrix: BeatMatrix
    private let supraventricular: Bool

    init(_ matrix: BeatMatrix, supraventricular: Bool) {
        self.matrix = matrix
        self.supraventricular = supraventricular
    }

    /// The classes that have columns; S is part of N where it is not kept apart.
    var classes: [[BeatLabel]] {
        supraventricular
            ? BeatLabel.classes.map { [$0] }
            : [[.normal, .supraventricular], [.ventricular], [.fusion], [.paced]]
    }

    /// Beats of classes that were missed in shutdown, of all of them.
    func missed(_ labels: [BeatLabel]) -> Proportion {
        Proportion(matrix.sum(labels, [.shutdown]), of: matrix.sum(labels, BeatLabel.allCases))
    }

    /// Beats of all classes.
    ///
    /// With supraventricular beats apart they are not among the missed ones that are counted, as in `bxb`, though
    /// among all.
    var missedBeats: Proportion {
        let counted: [BeatLabel] =
            supraventricular ? [.normal, .ventricular, .fusion, .paced] : BeatLabel.classes
        return Proportion(matrix.sum(counted, [.shutdown]), of: matrix.referenceBeats)
    }
}

private struct ShutdownLayout {
    let supraventricular: Bool

    var heading: String {
        supraventricular
            ? "Record Nx   Sx   Vx   Fx   Qx  % beats  % N    % S    % V    % F   Total Shutdown\n"
                + "                                missed missed missed missed missed      Time"
            : "Record Nx   Vx   Fx   Qx  % beats  % N    % V    % F   Total Shutdown\n"
                + "                           missed missed missed missed      Time"
    }

    func row(_ record: String, _ result: BeatComparison) -> String {
        let counts = ShutdownCounts(result.matrix, supraventricular: supraventricular)
        let classes = counts.classes.map { counts.missed($0) }
        var row = Column.text(record, 4) + " " + Column.counts(classes.map(\.numerator), width: 4) + "  "
        for value in [counts.missedBeats] + classes.dropLast() {
            row += value.percent.map { " " + Column.number($0, "%6.2f") } ?? "      -"
        }
        row += Column.count(result.shutdownSeconds, 5) + " seconds"
        // The beats of the five classes; where S is part of N, its own place holds 0.
        var totals = classes.map(\.denominator)
        if !supraventricular { totals.insert(0, at: 1) }
        return row + totals.map { " \($0)" }.joined()
    }

    func totals(_ results: [BeatComparison]) -> String {
        let gross = BeatMatrix.gross(results.map(\.matrix))
        let seconds = Column.count(results.reduce(0) { $0 + $1.shutdownSeconds }, 4) + " seconds\n"
        let counts = ShutdownCounts(gross, supraventricular: supraventricular)
        let sums = Column.counts(counts.classes.map { counts.missed($0).numerator }, width: 4)
        if supraventricular {
            return String(repeating: "_", count: 72) + "\nSum  " + sums + String(repeating: " ", count: 38) + seconds
        }
        return String(repeating: "_", count: 68) + "\nSum   " + sums + String(repeating: " ", count: 31) + seconds
            + rates(results, counts)
    }

    /// Gross and average percentages.
    ///
    /// `sumstats` adds every record's beats twice, so that its gross percentages are half of what they should be;
    /// these are the same, since they are there to be compared with it.
    private func rates(_ results: [BeatComparison], _ gross: ShutdownCounts) -> String {
        let apart = results.map { ShutdownCounts($0.matrix, supraventricular: false) }
        let columns: [(Proportion, [Proportion])] =
            [(gross.missedBeats, apart.map(\.missedBeats))]
            + gross.classes.dropLast().map { labels in (gross.missed(labels), apart.map { $0.missed(labels) }) }
        var text = "Gross                    "
        for (total, _) in columns {
            let doubled = Proportion(total.numerator, of: 2 * total.denominator)
            text += doubled.percent.map { " " + Column.number($0, "%6.2f") } ?? "      -"
        }
        text += "\nAverage                  "
        for (_, values) in columns {
            var mean = RunningMean()
            for value in values { mean.add(value) }
            text += mean.percent.map { " " + Column.number($0, "%6.2f") } ?? "      -"
        }
        return text + "\n"
    }
}
