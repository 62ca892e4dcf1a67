extension Report {
    private static let percentiles = [1.0, 5, 25, 50, 75, 95, 99]

    /// How far the beats under test lie from those they were paired with, in ms: a line per record, then all pairs
    /// together and the average of the records.
    public static func offsets(_ board: ScoreBoard) -> String {
        let width = max(8, (board.scores.map(\.name.count).max() ?? 0) + 1)
        func row(_ title: String, _ cells: [String]) -> String {
            let padding = String(repeating: " ", count: max(0, width - title.count))
            return title + padding + cells.map { Column.text($0, 8) }.joined() + "\n"
        }
        func numbers(_ offset: FiducialOffset) -> [String] {
            [signed(offset.mean), Column.number(offset.standardDeviation, "%.1f", dash: 1)]
                + percentiles.map { signed(offset.percentile($0)) }
        }
        var text = heading(board) + "Offset of paired beats in ms, positive where the test is late.\n\n"
        text += row("record", ["pairs", "mean", "SD"] + percentiles.map { "\(Int($0)) %" })
        for score in board.scores { text += row(score.name, [String(score.offset.count)] + numbers(score.offset)) }
        text += row("gross", [String(board.offset.count)] + numbers(board.offset))
        let means = board.scores.compactMap(\.offset.mean)
        let deviations = board.scores.compactMap(\.offset.standardDeviation)
        text += row("average", [""] + [signed(average(means)), Column.number(average(deviations), "%.1f", dash: 1)])
        return text
    }

    private static func signed(_ value: Double?) -> String { Column.number(value, "%+.1f", dash: 1) }

    private static func average(_ values: [Double]) -> Double? {
        values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
}
