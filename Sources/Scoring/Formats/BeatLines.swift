/// One record's beat-by-beat comparison under a name.
public typealias NamedComparison = (record: String, result: BeatComparison)

extension LineTable {
    /// The beat-by-beat line format: `bxb -L` with supraventricular beats, `bxb -l` without.
    public static func beats(_ comparisons: [NamedComparison], supraventricular: Bool = true) -> Self {
        let layout = BeatLineLayout(supraventricular: supraventricular)
        return Self(
            heading: layout.heading,
            rows: comparisons.map { layout.row($0.record, $0.result) },
            totals: layout.totals(comparisons.map(\.result)))
    }
}

private struct BeatLineLayout {
    let supraventricular: Bool

    var heading: String {
        supraventricular
            ? "Record Nn' Sn' Vn' Fn' On'  Ns  Ss  Vs  Fs' Os' Nv  Sv   Vv  Fv' Ov' No' So' Vo' Fo'"
                + "  Q Se   Q +P   V Se   V +P   S Se   S +P RR err"
            : "Record Nn' Vn' Fn' On'  Nv   Vv  Fv' Ov' No' Vo' Fo'  Q Se   Q +P   V Se   V +P  V FPR"
    }

    /// N called n and V called v, the two commonest pairs, have wider columns.
    private func widths(first: Int) -> [Int] {
        let wide = supraventricular ? 12 : 5
        return (0..<(supraventricular ? 19 : 11)).map { $0 == 0 ? first : $0 == wide ? 4 : 3 }
    }

    private func counts(_ matrix: BeatMatrix) -> [Int] {
        CondensedMatrix(matrix, supraventricular: supraventricular).byColumn
    }

    /// The last columns.
    ///
    /// In the totals, S that were called on fusion beats are forgiven: `sumstats` leaves them out, `bxb` does not.
    private func statistics(_ matrix: BeatMatrix, isTotal: Bool = false) -> [(value: Proportion, format: String)] {
        let qrs = [(matrix.qrsSensitivity, "%6.2f"), (matrix.qrsPredictivity, "%6.2f")]
        let v = [
            (matrix.sensitivity(of: .ventricular), "%6.2f"),
            (matrix.standardPredictivity(of: .ventricular), "%6.2f"),
        ]
        let rest =
            supraventricular
            ? [
                (matrix.sensitivity(of: .supraventricular), "%6.2f"),
                (supraventricularPredictivity(matrix, isTotal), "%6.2f"),
            ] : [(matrix.falsePositiveRate(of: .ventricular), "%6.3f")]
        return (qrs + v + rest).map { (value: $0.0, format: $0.1) }
    }

    private func supraventricularPredictivity(_ matrix: BeatMatrix, _ isTotal: Bool) -> Proportion {
        var value = matrix.standardPredictivity(of: .supraventricular)
        if isTotal { value.denominator -= matrix[.fusion, .supraventricular] }
        return value
    }

    func row(_ record: String, _ result: BeatComparison) -> String {
        var row = Column.text(record, 4) + " " + Column.counts(counts(result.matrix), widths: widths(first: 5))
        for (value, format) in statistics(result.matrix) {
            row += value.percent.map { " " + Column.number($0, format) } ?? "      -"
        }
        if supraventricular {
            row += result.rrError.map { " " + Column.number($0, "%6.2f") } ?? "     -"
        }
        return row
    }

    func totals(_ results: [BeatComparison]) -> String {
        let gross = BeatMatrix.gross(results.map(\.matrix))
        let indent = supraventricular ? 83 : 54
        var text = String(repeating: "_", count: supraventricular ? 132 : 86) + "\n"
        text += "Sum " + (supraventricular ? "" : " ")
        text += Column.counts(counts(gross), widths: widths(first: 6)) + "\n"
        text += pad("Gross", indent)
        for (value, format) in statistics(gross, isTotal: true) { text += cell(value.percent, format) }
        text += "\n" + pad("Average", indent)
        for (index, column) in statistics(gross).enumerated() {
            var mean = RunningMean()
            for result in results { mean.add(statistics(result.matrix, isTotal: true)[index].value) }
            text += cell(mean.percent, column.format)
        }
        if supraventricular {
            var mean = RunningMean()
            // The average is that of the errors as they are printed.
            for error in results.compactMap(\.rrError) { mean.add(Double(Column.number(error, "%.2f")) ?? error) }
            text += cell(mean.count > 0 ? 100 * (mean.sum / 100) / Double(mean.count) : nil, "%6.2f")
        }
        text += "\nTotal QRS complexes: \(gross.referenceBeats)"
        text += "  Total VEBs: \(gross.sensitivity(of: .ventricular).denominator)"
        if supraventricular { text += "  Total SVEBs: \(gross.sensitivity(of: .supraventricular).denominator)" }
        return text + "\n"
    }

    private func cell(_ value: Double?, _ format: String) -> String {
        value.map { " " + Column.number($0, format) } ?? "      -"
    }

    private func pad(_ title: String, _ width: Int) -> String {
        title + String(repeating: " ", count: width - title.count)
    }
}
