extension LineTable {
    /// The run-by-run line format of `rxr -L`; all comparisons are of the kind.
    public static func runs(_ comparisons: [(record: String, result: RunComparison)], kind: RunKind) -> Self {
        Self(
            heading: (kind == .supraventricular ? "(SVE run detection)\n" : "")
                + "Record CTs CFN CTp CFP STs SFN STp SFP LTs LFN LTp LFP  CSe C+P SSe S+P LSe L+P",
            rows: comparisons.map { row($0.record, $0.result) },
            totals: totals(comparisons.map { statistics($0.result) }))
    }

    /// Sensitivity and predictivity of couplets, short and long runs.
    private static func statistics(_ result: RunComparison) -> [Proportion] {
        RunComparison.Length.allCases.flatMap { [result.sensitivity(of: $0), result.predictivity(of: $0)] }
    }

    private static func counts(_ statistics: [Proportion]) -> [Int] {
        statistics.flatMap { [$0.numerator, $0.denominator - $0.numerator] }
    }

    private static func row(_ record: String, _ result: RunComparison) -> String {
        let statistics = statistics(result)
        let percents = statistics.map { Column.wholePercent($0).map { " " + Column.count($0, 3) } ?? "   -" }
        return Column.text(record, 4) + " " + Column.counts(counts(statistics), width: 3) + " " + percents.joined()
    }

    private static func totals(_ results: [[Proportion]]) -> String {
        let sums = (0..<6).map { index in
            results.reduce(Proportion(0, of: 0)) {
                Proportion($0.numerator + $1[index].numerator, of: $0.denominator + $1[index].denominator)
            }
        }
        let means = (0..<6).map { index in
            results.reduce(into: RunningMean()) { $0.add($1[index]) }
        }
        let counts = counts(sums)
        var text = String(repeating: "_", count: 77) + "\n"
        text += "Sum   " + Column.count(counts[0], 4) + " " + Column.counts(Array(counts.dropFirst()), width: 3) + "\n"
        text += "Gross" + String(repeating: " ", count: 50)
        text += sums.map { $0.percent.map { " " + Column.number($0, "%3.0f") } ?? "   -" }.joined()
        text += "\nAverage" + String(repeating: " ", count: 48)
        text += means.map { $0.percent.map { " " + Column.number($0, "%3.0f") } ?? "   -" }.joined()
        text += "\nTotal couplets: \(sums[0].denominator)  Total short runs: \(sums[2].denominator)"
        return text + "  Total long runs: \(sums[4].denominator)\n"
    }
}
