/// The scores as one JSON document, schema `beatlab-score/1`: what a program reads instead of the tables.
///
/// Shares are of 1, times in ms, frames counts of the record's own frames. Undefined values are absent.
public struct ScoreDocument: Codable, Sendable {
    /// Always `beatlab-score/1`.
    public var schema = "beatlab-score/1"
    /// What was compared, and how.
    public var plan: ScoringPlan
    /// Whether the comparison is the one that EC57 prescribes.
    public var standard: Bool
    /// Rows and columns of every matrix: N S V F Q O X.
    public var labels = BeatLabel.allCases.map(\.letter)
    /// All records together.
    public var gross: BeatMatrix
    /// Gross, average and interval of every metric.
    public var metrics: [Evaluation.Estimate]
    /// Distance of paired beats over all records.
    public var offset: Offset
    /// One entry for each record.
    public var records: [Record]

    /// Distances of paired beats.
    public struct Offset: Codable, Sendable {
        /// Number of pairs.
        public var pairs: Int
        /// Mean in ms; positive where the test beats are late.
        public var meanMs: Double?
        /// Standard deviation in ms.
        public var sdMs: Double?

        init(_ offset: FiducialOffset) {
            pairs = offset.count
            meanMs = offset.mean
            sdMs = offset.standardDeviation
        }
    }

    /// One record.
    public struct Record: Codable, Sendable {
        /// Name of the record.
        public var record: String
        /// Frames per second.
        public var sampleRateHz: Double
        /// Beat by beat.
        public var matrix: BeatMatrix
        /// Metrics by name, shares of 1.
        public var metrics: [String: Double]
        /// Root mean square RR error in ms.
        public var rrErrorMs: Double?
        /// Seconds that the test annotator declared unreadable.
        public var shutdownS: Int
        /// Distance of paired beats.
        public var offset: Offset
        /// Limits of agreement of RR intervals in ms.
        public var rrLimitsMs: ConfidenceInterval?
        /// Run by run.
        public var runs: [RunComparison]
        /// Episode by episode.
        public var episodes: [EpisodeComparison]
        /// RMS error of the heart rate in per cent of its mean.
        public var heartRateErrorPercent: Double?
        /// RMS error of measurement annotations in per cent of their mean.
        public var measurementErrorPercent: Double?
    }

    /// The document of a board.
    public init(_ board: ScoreBoard, bootstrap: Bootstrap = Bootstrap()) {
        let evaluation = board.evaluation
        plan = board.plan
        standard = board.plan.isStandard
        gross = evaluation.gross
        metrics = evaluation.estimates(by: bootstrap)
        offset = Offset(board.offset)
        records = board.scores.map { score in
            Record(
                record: score.name, sampleRateHz: score.sampleRate, matrix: score.beats.matrix,
                metrics: Dictionary(
                    uniqueKeysWithValues: Metric.all.compactMap { metric in
                        metric.value(score.beats.matrix).map { (metric.name, $0) }
                    }),
                rrErrorMs: score.beats.rrError, shutdownS: score.beats.shutdownSeconds,
                offset: Offset(score.offset), rrLimitsMs: score.rr.limits,
                runs: [score.ventricularRuns, score.supraventricularRuns], episodes: score.episodes,
                heartRateErrorPercent: score.heartRate?.normalizedError,
                measurementErrorPercent: score.measurements?.normalizedError)
        }
    }
}
