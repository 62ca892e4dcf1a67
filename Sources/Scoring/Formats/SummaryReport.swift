extension Report {
    /// A table for people: one line per record, then gross, average and 95 % intervals.
    public static func summary(_ board: ScoreBoard, bootstrap: Bootstrap = Bootstrap()) -> String {
        let columns = SummaryColumn.all
        let evaluation = board.evaluation
        let width = max(8, (board.scores.map(\.name.count).max() ?? 0) + 1)
        func row(_ title: String, _ cells: [String]) -> String {
            let padding = String(repeating: " ", count: max(0, width - title.count))
            return title + padding + zip(cells, columns).map { Column.text($0, $1.width) }.joined() + "\n"
        }
        var text = heading(board) + "\n" + row("record", columns.map(\.title))
        for score in board.scores { text += row(score.name, columns.map { $0.cell(score) }) }
        let estimates = evaluation.estimates(of: columns.compactMap(\.metric), by: bootstrap)
        func totals(_ title: String, _ counts: Bool, _ value: (Evaluation.Estimate) -> Double?) -> String {
            var remaining = estimates[...]
            let cells = columns.map { column in
                guard column.metric != nil, let estimate = remaining.popFirst() else {
                    return counts ? column.total?(board) ?? "" : ""
                }
                return percent(value(estimate))
            }
            return row(title, cells)
        }
        text += String(repeating: "-", count: width + columns.reduce(0) { $0 + $1.width }) + "\n"
        text += totals("gross", true) { $0.gross }
        text += totals("average", false) { $0.average }
        if board.scores.count > 1 {
            text += totals("95 % from", false) { $0.interval?.lower }
            text += totals("     to", false) { $0.interval?.upper }
            text += "Intervals are those of the gross statistics, by resampling records \(bootstrap.resamples) times.\n"
        }
        return text
    }

    /// What was compared, in a line.
    static func heading(_ board: ScoreBoard) -> String {
        let plan = board.plan
        let seconds = Int(plan.from)
        let end = plan.to.map { $0 == 0 ? "the end of the shorter file" : "\($0) s" } ?? "the end"
        return
            "\(board.scores.count) record\(board.scores.count == 1 ? "" : "s"): \(plan.test) against \(plan.reference), "
            + "mapping \(plan.mapping.rawValue), from \(seconds / 60):\(seconds % 60 < 10 ? "0" : "")\(seconds % 60) to \(end), "
            + "window \(Int((plan.window * 1000).rounded())) ms"
            + (plan.isStandard ? ", as EC57 prescribes" : "") + "\n"
    }

    static func percent(_ value: Double?) -> String { value.map { Column.number(100 * $0, "%.2f") } ?? "-" }
}

/// A column of the table for people.
struct SummaryColumn {
    let title: String
    let width: Int
    /// The statistic in the column, in per cent; nil for other columns.
    var metric: Metric?
    let cell: (RecordScore) -> String
    /// What stands in the gross line where there is no statistic.
    var total: ((ScoreBoard) -> String)?

    static func percent(_ metric: Metric) -> Self {
        Self(title: metric.title, width: max(8, metric.title.count + 1), metric: metric) {
            Report.percent(metric.value($0.beats.matrix))
        }
    }

    static func count(_ title: String, _ width: Int, _ value: @escaping (BeatMatrix) -> Int) -> Self {
        Self(
            title: title, width: width, cell: { String(value($0.beats.matrix)) },
            total: { String(value($0.evaluation.gross)) })
    }

    /// Counts, QRS, S, V, accuracy, RR error, offset.
    static var all: [Self] {
        [
            count("beats", 7) { $0.referenceBeats }, count("missed", 7) { $0.missed },
            count("false", 6) { $0.falsePeaks },
        ] + Metric.detection.prefix(2).map(percent)
            + [BeatLabel.supraventricular, .ventricular].flatMap { Metric.of($0).prefix(3).map(percent) }
            + Metric.overall.prefix(1).map(percent)
            + [
                Self(
                    title: "RR ms", width: 8, cell: { Column.number($0.beats.rrError, "%.1f", dash: 1) }),
                Self(
                    title: "offset ms", width: 14, cell: { offset($0.offset) }, total: { offset($0.offset) }),
            ]
    }

    private static func offset(_ offset: FiducialOffset) -> String {
        guard let mean = offset.mean else { return "-" }
        let deviation = offset.standardDeviation.map { " ±" + Column.number($0, "%.1f") } ?? ""
        return Column.number(mean, "%+.1f") + deviation
    }
}
