/// Confidence intervals by resampling records.
///
///     let bootstrap = Bootstrap()
///     let interval = bootstrap.interval(over: matrices.count) { drawn in
///         BeatMatrix.gross(drawn.map { matrices[$0] }).accuracy.value
///     }
///
/// Beats of one record are not independent of each other, records are: so whole records are drawn with replacement,
/// never beats. The interval is that of the percentiles (Efron & Tibshirani, *An Introduction to the Bootstrap*, 1993,
/// chapter 13), reproducible by its seed. A draw in which the statistic is undefined is left out; with fewer than two
/// records, or where most draws are undefined, there is no interval.
public struct Bootstrap: Sendable, Equatable {
    /// Number of draws.
    public var resamples: Int
    /// Share of the draws inside the interval.
    public var level: Double
    /// Seed of the draws.
    public var seed: UInt64

    /// Makes a bootstrap.
    public init(resamples: Int = 2000, level: Double = 0.95, seed: UInt64 = 1) {
        precondition(resamples > 0, "a bootstrap draws at least once")
        precondition(level > 0 && level < 1, "a level lies between 0 and 1")
        self.resamples = resamples
        self.level = level
        self.seed = seed
    }

    /// The interval of one statistic of a number of records; the statistic is given the indices drawn.
    public func interval(over count: Int, of statistic: ([Int]) -> Double?) -> ConfidenceInterval? {
        intervals(over: count) { [statistic($0)] }[0]
    }

    /// The intervals of several statistics that share their draws, so that costly sums are made once a draw.
    public func intervals(over count: Int, of statistics: ([Int]) -> [Double?]) -> [ConfidenceInterval?] {
        let width = statistics(Array(0..<count)).count
        guard count > 1 else { return Array(repeating: nil, count: width) }
        var generator = SplitMix64(seed: seed)
        var drawn = [[Double]](repeating: [], count: width)
        var indices = [Int](repeating: 0, count: count)
        for _ in 0..<resamples {
            for slot in indices.indices { indices[slot] = generator.index(below: count) }
            for (column, value) in statistics(indices).enumerated() {
                if let value, value.isFinite { drawn[column].append(value) }
            }
        }
        return drawn.map { values in
            guard values.count * 2 > resamples else { return nil }
            let sorted = values.sorted()
            return ConfidenceInterval(
                lower: quantile((1 - level) / 2, of: sorted), upper: quantile((1 + level) / 2, of: sorted))
        }
    }

    /// Linear interpolation between order statistics.
    private func quantile(_ share: Double, of sorted: [Double]) -> Double {
        let position = share * Double(sorted.count - 1)
        let below = Int(position)
        let above = min(below + 1, sorted.count - 1)
        return sorted[below] + (position - Double(below)) * (sorted[above] - sorted[below])
    }
}

/// The two ends of an interval, in the statistic's own unit.
public struct ConfidenceInterval: Sendable, Equatable, Codable {
    /// Lower end.
    public var lower: Double
    /// Upper end.
    public var upper: Double

    /// Makes an interval.
    public init(lower: Double, upper: Double) {
        self.lower = lower
        self.upper = upper
    }
}
