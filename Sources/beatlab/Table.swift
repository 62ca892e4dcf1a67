/// A plain table: columns as wide as their longest cell, numbers to the right.
struct Table {
    var header: [String]
    var rows: [[String]]
    /// Columns that are set to the right.
    var numbers: Set<Int>

    var text: String {
        let all = [header] + rows
        let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                let space = String(repeating: " ", count: widths[column] - cell.count)
                line += (numbers.contains(column) ? space + cell : cell + space) + "  "
            }
            while line.last == " " { line.removeLast() }
            return line
        }.joined(separator: "\n")
    }
}
