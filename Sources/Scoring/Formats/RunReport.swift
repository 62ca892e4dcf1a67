extension Report {
    /// The run-by-run report of `rxr`: the two matrices of run lengths and their statistics.
    public static func runs(_ subject: Subject, _ result: RunComparison, detail: Detail = .standard) -> String {
        var text = subject.heading((result.kind == .supraventricular ? "SVE" : "VE") + " run-by-run")
        let matrix = detail == .standard ? standard : condensed
        text += matrix(result.sensitivity)
        text += "\n" + (detail == .standard ? "  " : "") + "    (Run Sensitivity Summary Matrix)\n\n\n"
        text += matrix(result.predictivity)
        text += "\n (Run Positive Predictivity Summary Matrix)\n\n"
        let names = [
            "            Couplet sensitivity", "  Couplet positive predictivity",
            "          Short run sensitivity", "Short run positive predictivity",
            "           Long run sensitivity", " Long run positive predictivity",
        ]
        let statistics = RunComparison.Length.allCases.flatMap {
            [result.sensitivity(of: $0), result.predictivity(of: $0)]
        }
        for (name, value) in zip(names, statistics) {
            text += wholeStatistic(name, value, "\(value.numerator)/\(value.denominator)")
        }
        return text + "\n"
    }

    private static func standard(_ matrix: RunMatrix) -> String {
        let ranges = (0...RunMatrix.longest).map { $0...$0 }
        return "               Algorithm Run Length\n          0    1    2    3    4    5   >5\n     "
            + String(repeating: "_", count: 36) + "\n"
            + table(matrix, ranges, ["   0", "   1", "   2", "   3", "   4", "   5", "  >5"])
    }

    /// No run, single beats, couplets, short and long runs.
    private static func condensed(_ matrix: RunMatrix) -> String {
        let ranges = [0...0, 1...1] + RunComparison.Length.allCases.map(\.range)
        return "          Algorithm Run Length\n         nc    v    c    s    l\n     "
            + String(repeating: "_", count: 26) + "\n"
            + table(matrix, ranges, ["  NC", "   V", "   C", "   S", "   L"])
    }

    /// Where neither has a run there is nothing to count: the first cell is blank.
    private static func table(_ matrix: RunMatrix, _ ranges: [ClosedRange<Int>], _ names: [String]) -> String {
        var text = ""
        for (row, range) in ranges.enumerated() {
            let counts = ranges.map { matrix.sum(range, $0) }
            text += names[row] + " | "
            text +=
                row == 0
                ? "     " + Column.counts(Array(counts.dropFirst()), width: 4) : Column.counts(counts, width: 4)
            text += "\n"
        }
        return text
    }
}
