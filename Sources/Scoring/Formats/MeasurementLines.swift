extension LineTable {
    /// The measurement line format of `mxm -L`, normalised unless asked otherwise.
    ///
    /// - Throws: `ScoringError.zeroReferenceMean` where a normalised error is asked of measurements with zero mean.
    public static func measurements(
        _ comparisons: [(record: String, result: MeasurementComparison)], number: Int = 0, normalized: Bool = true
    ) throws(ScoringError) -> Self {
        var rows: [String] = []
        var errors = 0.0
        var means = 0.0
        for (record, result) in comparisons {
            guard let error = normalized ? result.normalizedError : result.error else { throw .zeroReferenceMean }
            let printed = Column.number(error, "%7.4f")
            let mean = Column.number(result.meanReference, "%g")
            rows.append(
                Column.text(record, 6) + "\t" + printed + "\t\t" + mean + (normalized ? "" : " (unnormalized)"))
            errors += Double(Column.number(error, "%.4f")) ?? error
            means += Double(mean) ?? result.meanReference
        }
        let count = 100 * Double(comparisons.count)
        let averages =
            comparisons.isEmpty
            ? "   -\t\t   -"
            : " " + Column.number(100 * errors / count, "%7.4f") + "\t\t" + Column.number(100 * means / count, "%g")
        return Self(
            heading: "(Measurement errors)\nMeasurement \(number)\nRecord\tRMS error (%)\tMean reference measurement",
            rows: rows, totals: String(repeating: "_", count: 50) + "\nAverage" + averages + "\n")
    }
}
