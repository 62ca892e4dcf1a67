/// A table with one line per record, as the C programs append it to a file, and its totals as `sumstats` prints them.
public struct LineTable: Sendable, Equatable {
    /// One or more lines of column headings.
    public let heading: String
    /// One line per record.
    public let rows: [String]
    /// Lines of sums, gross and average statistics.
    public let totals: String

    /// Headings and rows: what `bxb -L`, `rxr -L`, `epicmp -L` and `mxm -L` leave in a file.
    public var text: String { lines([heading] + rows) }

    /// The same with the totals: what `sumstats` prints of that file.
    public var summary: String {
        text + totals + "\nSummary of results from \(rows.count) record\(rows.count == 1 ? "" : "s")\n"
    }

    private func lines(_ lines: [String]) -> String { lines.reduce(into: "") { $0 += $1 + "\n" } }
}

/// A mean over the records in which a proportion is defined.
struct RunningMean {
    private(set) var sum = 0.0
    private(set) var count = 0

    mutating func add(_ proportion: Proportion) {
        guard let value = proportion.value else { return }
        add(value)
    }

    mutating func add(_ value: Double) {
        sum += value
        count += 1
    }

    /// The mean in per cent, computed in the order of operations of `sumstats`.
    var percent: Double? { count > 0 ? 100 * sum / Double(count) : nil }
}
