import Inference

/// Features of many rows as the numbers of the intervals that they fall into, one column after the other.
///
/// Borders are quantiles, so that a feature's spread does not matter; trees ask for `code > border`.
struct FeatureBins {
    /// Increasing borders of every feature; code b means above the first b of them.
    let borders: [[Float]]
    /// (features, rows).
    let codes: [UInt8]
    let rowCount: Int

    /// Bins `values` (rows, `width`) with at most `most` borders a feature, at most 255, on the threads of `pool`.
    init(_ values: [Float], width: Int, most: Int, pool: WorkerPool) {
        precondition((1...255).contains(most), "a code is a byte")
        let rows = values.count / max(width, 1)
        rowCount = rows
        var borders = [[Float]](repeating: [], count: width)
        codes = [UInt8](unsafeUninitializedCapacity: rows * width) { codes, count in
            nonisolated(unsafe) let codes = codes
            borders.withUnsafeMutableBufferPointer { borders in
                nonisolated(unsafe) let borders = borders
                pool.run(width) { feature, _ in
                    let column = (0..<rows).map { values[$0 * width + feature] }
                    let own = Self.borders(column.sorted(), most: most)
                    borders[feature] = own
                    for (row, value) in column.enumerated() { codes[feature * rows + row] = Self.code(value, own) }
                }
            }
            count = rows * width
        }
        self.borders = borders
    }

    /// Middles between neighbouring values at the quantiles of sorted values.
    private static func borders(_ sorted: [Float], most: Int) -> [Float] {
        var found: [Float] = []
        for part in 1...most {
            let place = sorted.count * part / (most + 1)
            guard place < sorted.count else { break }
            let upper = sorted[place]
            // The nearest smaller value; where many are equal, they lie on one side together.
            var low = 0
            var high = place
            while low < high {
                let middle = (low + high) / 2
                if sorted[middle] < upper { low = middle + 1 } else { high = middle }
            }
            guard low > 0 else { continue }
            let border = (sorted[low - 1] + upper) / 2
            if border > found.last ?? -.infinity { found.append(border) }
        }
        return found
    }

    private static func code(_ value: Float, _ borders: [Float]) -> UInt8 {
        var low = 0
        var high = borders.count
        while low < high {
            let middle = (low + high) / 2
            if value > borders[middle] { low = middle + 1 } else { high = middle }
        }
        return UInt8(low)
    }
}
