extension Report {
    /// The episode-by-episode report of `epicmp`.
    public static func episodes(_ subject: Subject, _ result: EpisodeComparison) -> String {
        let se = result.sensitivity
        let pp = result.predictivity
        let time = { (frames: Int64) in LineTable.duration(frames, result.sampleRate) }
        let fraction = { (part: EpisodeComparison.Direction) in
            "\(trimmed(time(part.overlap)))/\(trimmed(time(part.duration)))"
        }
        return subject.heading("\(result.kind.abbreviation) episode-by-episode")
            + wholeStatistic(
                "           Episode sensitivity", se.episodes, "\(se.matched)/\(se.episodes.denominator)")
            + wholeStatistic(
                " Episode positive predictivity", pp.episodes, "\(pp.matched)/\(pp.episodes.denominator)")
            + wholeStatistic("          Duration sensitivity", se.durations, fraction(se))
            + wholeStatistic("Duration positive predictivity", pp.durations, fraction(pp))
            + "Duration of reference episodes:  \(time(se.duration))\n"
            + "     Duration of test episodes:  \(time(pp.duration))\n"
    }

    private static func trimmed(_ text: String) -> Substring { text.drop { $0 == " " } }

    /// The measurement-by-measurement report of `mxm`.
    ///
    /// - Throws: `ScoringError.zeroReferenceMean` where a normalised error is asked of measurements with zero mean.
    public static func measurements(
        _ subject: Subject, _ result: MeasurementComparison, normalized: Bool = true
    ) throws(ScoringError) -> String {
        guard let error = normalized ? result.normalizedError : result.error else { throw .zeroReferenceMean }
        let printed = Column.number(error, "%7.4f")
        return subject.heading("Measurement-by-measurement", middle: "Measurement number \(result.number)\n")
            + (normalized ? "     Normalized RMS error: \(printed)%" : "   Unnormalized RMS error: \(printed)")
            + " (n = \(result.count))\nMean reference measurement: \(Column.number(result.meanReference, "%g"))\n"
    }
}
