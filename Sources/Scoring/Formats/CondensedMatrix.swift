/// The beat matrix as the line and condensed formats have it: F and Q share a row and a column with others.
///
/// Rows are N, S, V, F and Q, O and X; columns n and f and q, s, v, o and x. Without supraventricular beats S is part
/// of N, as the first edition of the standard had it.
struct CondensedMatrix {
    /// Row and column of S where it is kept apart.
    let hasSupraventricular: Bool
    private let matrix: BeatMatrix

    init(_ matrix: BeatMatrix, supraventricular: Bool) {
        self.matrix = matrix
        hasSupraventricular = supraventricular
    }

    private var normalRow: [BeatLabel] { hasSupraventricular ? [.normal] : [.normal, .supraventricular] }
    private var normalColumn: [BeatLabel] {
        [.normal, .fusion, .paced] + (hasSupraventricular ? [] : [.supraventricular])
    }
    private let missing: [BeatLabel] = [.absent, .shutdown]

    /// References of the rows, from the top.
    var rows: [[BeatLabel]] {
        [normalRow] + (hasSupraventricular ? [[.supraventricular]] : [])
            + [[.ventricular], [.fusion, .paced], missing]
    }

    /// Test labels of the columns, from the left.
    var columns: [[BeatLabel]] {
        [normalColumn] + (hasSupraventricular ? [[.supraventricular]] : []) + [[.ventricular], missing]
    }

    /// Counts column by column, from the top; the corner where nothing meets nothing is left out.
    var byColumn: [Int] {
        columns.flatMap { column in
            (column == missing ? rows.dropLast() : rows[...]).map { matrix.sum($0, column) }
        }
    }
}
