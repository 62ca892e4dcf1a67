extension LineTable {
    /// The episode-by-episode line format of `epicmp -L`; all comparisons are of the kind.
    public static func episodes(
        _ comparisons: [(record: String, result: EpisodeComparison)], kind: EpisodeKind
    ) -> Self {
        Self(
            heading: "(\(kind.abbreviation) detection)\n"
                + "Record  TPs   FN  TPp   FP  ESe E+P DSe D+P  Ref duration  Test duration ",
            rows: comparisons.map { row($0.record, $0.result) },
            totals: totals(comparisons.map(\.result)))
    }

    private static func row(_ record: String, _ result: EpisodeComparison) -> String {
        let se = result.sensitivity
        let pp = result.predictivity
        let counts = [se.matched, se.unmatched, pp.matched, pp.unmatched]
        let percents = [se.episodes, pp.episodes, se.durations, pp.durations].map {
            Column.wholePercent($0).map { " " + Column.count($0, 3) } ?? "   -"
        }
        return Column.text(record, 6) + " " + Column.counts(counts, width: 4) + " " + percents.joined() + "  "
            + duration(se.duration, result.sampleRate) + "   " + duration(pp.duration, result.sampleRate)
    }

    /// Twelve columns; none at all is `0.000`.
    static func duration(_ frames: Int64, _ sampleRate: Double) -> String {
        frames == 0 ? "       0.000" : Column.duration(frames: frames, sampleRate: sampleRate)
    }

    /// The totals work on durations in whole ms and percentages in whole per cent, as they are printed in the rows.
    private static func totals(_ results: [EpisodeComparison]) -> String {
        let directions: [(EpisodeComparison) -> EpisodeComparison.Direction] = [
            { $0.sensitivity }, { $0.predictivity },
        ]
        var episodes = [Proportion](repeating: Proportion(0, of: 0), count: 2)
        var means = [RunningMean](repeating: RunningMean(), count: 4)
        var milliseconds: [Int64] = [0, 0]
        var overlap: Int64 = 0
        for result in results {
            var times: [Int64] = [0, 0]
            var shares = [0.0, 0.0]
            for (side, direction) in directions.enumerated() {
                let part = direction(result)
                episodes[side].numerator += part.matched
                episodes[side].denominator += part.matched + part.unmatched
                means[side].add(part.episodes)
                times[side] = Column.milliseconds(frames: part.duration, sampleRate: result.sampleRate)
                milliseconds[side] += times[side]
                guard times[side] > 0 else { continue }
                shares[side] = Double(Column.wholePercent(part.durations) ?? 0) / 100
                means[side + 2].add(shares[side])
            }
            let longer = times[0] > times[1] ? 0 : 1
            if times[longer] > 0 { overlap = Int64(Double(overlap) + Double(times[longer]) * shares[longer]) }
        }
        let counts = episodes.flatMap { [$0.numerator, $0.denominator - $0.numerator] }
        let gross = episodes + milliseconds.map { Proportion(Int(overlap), of: Int($0)) }
        let sums = milliseconds.map { Column.duration(frames: $0, sampleRate: 1000) }
        var text = String(repeating: "_", count: 72) + "\nSum    " + Column.counts(counts, width: 4)
        text +=
            String(repeating: " ", count: 19) + sums[0] + "   " + sums[1] + "\nGross"
            + String(repeating: " ", count: 22)
        text += gross.map { $0.percent.map { " " + Column.number($0, "%3.0f") } ?? "   -" }.joined()
        text += "\nAverage" + String(repeating: " ", count: 20)
        text += means.map { $0.percent.map { " " + Column.number($0, "%3.0f") } ?? "   -" }.joined()
        return text + "\n"
    }
}
