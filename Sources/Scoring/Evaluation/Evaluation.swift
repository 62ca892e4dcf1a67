/// Several scored records under one mapping, with their gross and average statistics and intervals.
///
///     var evaluation = Evaluation(mapping: .chazal)
///     evaluation.append(record: "232", matrix: matrix)
///     let f1 = evaluation.estimates(of: Metric.of(.ventricular))
///
/// *Gross* statistics pool the beats of all records (EC57: every beat weighs the same), *average* statistics are means
/// of the records' own (every record weighs the same; records in which a statistic is undefined are left out).
/// Intervals are those of the gross statistic under resampling of records.
public struct Evaluation: Sendable, Equatable, Codable {
    /// One record's part.
    public struct Record: Sendable, Equatable, Codable {
        /// Name of the record.
        public var name: String
        /// Its beat matrix.
        public var matrix: BeatMatrix

        /// Makes a record's part.
        public init(name: String, matrix: BeatMatrix) {
            self.name = name
            self.matrix = matrix
        }
    }

    /// A statistic over all records.
    public struct Estimate: Sendable, Equatable, Codable {
        /// `Metric.name`.
        public var name: String
        /// Of the pooled beats; nil where undefined.
        public var gross: Double?
        /// Mean over the records in which it is defined; nil where it is in none.
        public var average: Double?
        /// Of the gross statistic, by resampling records; nil with fewer than two records.
        public var interval: ConfidenceInterval?
    }

    /// How annotation codes became classes.
    public var mapping: LabelMapping
    /// The records in the order in which they were appended.
    public private(set) var records: [Record] = []

    /// Makes an evaluation without records.
    public init(mapping: LabelMapping) { self.mapping = mapping }

    /// Adds a record.
    public mutating func append(record name: String, matrix: BeatMatrix) {
        records.append(Record(name: name, matrix: matrix))
    }

    /// All beats of all records.
    public var gross: BeatMatrix { BeatMatrix.gross(records.map(\.matrix)) }

    /// The same without some records.
    public func without(_ names: Set<String>) -> Self {
        var rest = self
        rest.records.removeAll { names.contains($0.name) }
        return rest
    }

    /// Mean of a statistic over the records in which it is defined.
    public func average(_ metric: Metric) -> Double? {
        let values = records.compactMap { metric.value($0.matrix) }
        return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }

    /// Gross, average and interval of metrics, in their order.
    public func estimates(of metrics: [Metric] = Metric.all, by bootstrap: Bootstrap = Bootstrap()) -> [Estimate] {
        let pooled = gross
        let matrices = records.map(\.matrix)
        let intervals = bootstrap.intervals(over: matrices.count) { drawn in
            let sum = BeatMatrix.gross(drawn.lazy.map { matrices[$0] })
            return metrics.map { $0.value(sum) }
        }
        return zip(metrics, intervals).map { metric, interval in
            Estimate(
                name: metric.name, gross: metric.value(pooled), average: average(metric), interval: interval)
        }
    }
}
