/// The scores as one HTML page that needs nothing beside itself: tables, plots and the worst moments of the records.
///
///     try HTMLReport(board).text.write(toFile: "score.html", atomically: true, encoding: .utf8)
public struct HTMLReport {
    private let board: ScoreBoard
    private let evaluation: Evaluation
    private let bootstrap: Bootstrap
    private let ladder: [LadderCurve]

    /// Makes a page; `ladder` adds curves of a noise ladder.
    public init(_ board: ScoreBoard, bootstrap: Bootstrap = Bootstrap(), ladder: [LadderCurve] = []) {
        self.board = board
        self.bootstrap = bootstrap
        self.ladder = ladder
        evaluation = board.evaluation
    }

    /// The page.
    public var text: String {
        HTMLPage(
            title: "\(board.plan.test) against \(board.plan.reference)",
            body: """
                <h1>\(SVG.escaped(board.plan.test)) against \(SVG.escaped(board.plan.reference))</h1>
                <p class="lead">\(SVG.escaped(Report.heading(board)))</p>
                \(sections.joined(separator: "\n"))
                <footer>Made by <code>beatlab score</code>. Not a medical device; figures describe these records only.</footer>
                """
        ).text
    }

    private var sections: [String] {
        let pooled = evaluation.gross
        return [
            section("In short", overview),
            section(
                "Beats",
                figures([
                    SVG.confusionMatrix(pooled, title: "All beats, \(board.plan.mapping.rawValue)"),
                    SVG.blandAltman(board.rr, title: "RR intervals"),
                ])),
            section("Noise ladder", ladder.isEmpty ? "" : figures([SVG.ladder(ladder, title: "Detection in noise")])),
            section("Record by record", recordTable),
            section("Runs", runTable(.ventricular) + runTable(.supraventricular)),
            section("Episodes", episodeTables),
            section("Where they disagree", worstMoments),
            section("How to read this", HTMLStyle.notes),
        ]
    }

    private func section(_ title: String, _ body: String) -> String {
        body.isEmpty ? "" : "<section>\n<h2>\(SVG.escaped(title))</h2>\n\(body)\n</section>"
    }

    private func figures(_ drawings: [SVG]) -> String {
        "<div class=\"figures\">" + drawings.map { "<figure>\($0.inline)</figure>" }.joined() + "</div>"
    }

    private var overview: String {
        let pooled = evaluation.gross
        let counts =
            "<p>\(pooled.referenceBeats) reference beats, \(pooled.missed) missed, \(pooled.falsePeaks) false peaks; "
            + "test beats lie \(Column.number(board.offset.mean, "%+.2f", dash: 1)) ms from the reference on average "
            + "(SD \(Column.number(board.offset.standardDeviation, "%.2f", dash: 1)) ms).</p>"
        return counts + wholeTable + classTable
    }

    private var wholeTable: String {
        let metrics = Metric.detection + Metric.overall
        var table = HTMLTable(["statistic", "gross", "95 % interval", "average of records"])
        for (metric, estimate) in zip(metrics, evaluation.estimates(of: metrics, by: bootstrap)) {
            let isIndex = metric.name.hasSuffix("kappa")
            func value(_ share: Double?) -> String {
                isIndex ? share.map { Column.number($0, "%.3f") } ?? "–" : Report.percent(share)
            }
            let interval = estimate.interval.map { "\(value($0.lower)) – \(value($0.upper))" } ?? "–"
            table.row([metric.title, value(estimate.gross), interval, value(estimate.average)])
        }
        return table.text
    }

    /// A row for each class that occurs: gross figures with their intervals.
    private var classTable: String {
        let pooled = evaluation.gross
        var table = HTMLTable(["class", "beats", "Se", "+P", "F1", "FPR", "average Se", "average +P"])
        for label in BeatLabel.classes where pooled.f1(of: label) != nil {
            let estimates = evaluation.estimates(of: Metric.of(label), by: bootstrap)
            let cells = estimates.map { estimate in
                Report.percent(estimate.gross)
                    + (estimate.interval.map { " (\(Report.percent($0.lower)) – \(Report.percent($0.upper)))" } ?? "")
            }
            table.row(
                [label.letter, String(pooled.support(of: label))] + cells
                    + estimates.prefix(2).map { Report.percent($0.average) })
        }
        return table.text
    }

    private var recordTable: String {
        let columns = SummaryColumn.all
        var table = HTMLTable(["record"] + columns.map(\.title))
        for score in board.scores { table.row([score.name] + columns.map { $0.cell(score) }) }
        let gross = evaluation.gross
        table.total(
            ["gross"]
                + columns.map { column in
                    column.metric.map { Report.percent($0.value(gross)) } ?? column.total?(board) ?? ""
                })
        table.total(["average"] + columns.map { $0.metric.map { Report.percent(evaluation.average($0)) } ?? "" })
        return table.text
    }

    private func runTable(_ kind: RunKind) -> String {
        var table = HTMLTable(
            ["record"] + ["couplets", "short runs", "long runs"].flatMap { ["\($0) Se", "\($0) +P"] })
        var hasRuns = false
        for score in board.scores {
            let runs = score.runs(kind)
            let values = RunComparison.Length.allCases.flatMap {
                [runs.sensitivity(of: $0), runs.predictivity(of: $0)]
            }
            guard values.contains(where: { $0.denominator > 0 }) else { continue }
            hasRuns = true
            table.row([score.name] + values.map(Self.fraction))
        }
        let title = kind == .ventricular ? "Ventricular" : "Supraventricular"
        return hasRuns ? "<h3>\(title)</h3>" + table.text : ""
    }

    private var episodeTables: String {
        board.plan.episodes.map { kind in
            var table = HTMLTable(["record", "found", "true", "duration Se", "duration +P", "reference", "test"])
            var hasEpisodes = false
            for score in board.scores {
                guard let result = score.episodes(kind).first,
                    result.sensitivity.duration + result.predictivity.duration > 0
                else { continue }
                hasEpisodes = true
                let (se, pp) = (result.sensitivity, result.predictivity)
                table.row(
                    [score.name, Self.fraction(se.episodes), Self.fraction(pp.episodes)]
                        + [Report.percent(se.durations.value), Report.percent(pp.durations.value)]
                        + [se.duration, pp.duration].map {
                            LineTable.duration($0, result.sampleRate).replacing(" ", with: "")
                        })
            }
            return hasEpisodes ? "<h3>\(SVG.escaped(kind.abbreviation))</h3>" + table.text : ""
        }.joined()
    }

    private static func fraction(_ value: Proportion) -> String {
        value.denominator > 0 ? "\(value.numerator)/\(value.denominator)" : "–"
    }

    /// The worst ten seconds of the records with most disagreements, drawn where the signals can be read.
    private var worstMoments: String {
        let worst = board.scores.compactMap { score in score.worstMoment(seconds: 10).map { (score, $0) } }
            .sorted { $0.1.disagreements > $1.1.disagreements }
        let charts = worst.prefix(6).compactMap { score, moment -> String? in
            let title = "\(score.name): \(moment.disagreements) disagreements in 10 s"
            let chart = try? StripChart(path: score.path, title: title, begin: moment.begin, pairs: score.pairs)
            return chart.map { "<figure>\($0.svg.inline)</figure>" }
        }
        return charts.joined(separator: "\n")
    }
}
