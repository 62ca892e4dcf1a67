/// The scores of several records under one plan, in the order in which they were asked for.
public struct ScoreBoard: Sendable {
    /// What was compared, and how.
    public let plan: ScoringPlan
    /// One score for each record.
    public let scores: [RecordScore]

    /// Makes a board.
    public init(plan: ScoringPlan, scores: [RecordScore]) {
        self.plan = plan
        self.scores = scores
    }

    /// The beats of all records, with averages and intervals.
    public var evaluation: Evaluation {
        scores.reduce(into: Evaluation(mapping: plan.mapping)) { $0.append(record: $1.name, matrix: $1.beats.matrix) }
    }

    /// Distance of paired beats over all records.
    public var offset: FiducialOffset { scores.reduce(into: FiducialOffset()) { $0 += $1.offset } }

    /// Agreement of RR intervals over all records.
    public var rr: RRAgreement { scores.reduce(into: RRAgreement()) { $0 += $1.rr } }

    /// Which table is meant: each is one that a C program writes.
    public enum Table: Sendable, Hashable {
        /// Beat by beat.
        case beats
        /// Beats missed in shutdown.
        case shutdown
        /// Run by run.
        case runs(RunKind)
        /// Episode by episode.
        case episodes(EpisodeKind)
        /// Measurement by measurement: those annotated, or heart rates of the beats.
        case measurements, heartRate
    }

    /// A table with one line per record.
    ///
    /// - Parameters:
    ///   - table: Which.
    ///   - supraventricular: Whether S has columns of its own in the beat tables.
    /// - Throws: `ScoringError` where there is nothing to tabulate.
    public func lines(_ table: Table, supraventricular: Bool = true) throws(ScoringError) -> LineTable {
        switch table {
        case .beats: return .beats(scores.map { ($0.name, $0.beats) }, supraventricular: supraventricular)
        case .shutdown: return .shutdown(scores.map { ($0.name, $0.beats) }, supraventricular: supraventricular)
        case .runs(let kind): return .runs(scores.map { (record: $0.name, result: $0.runs(kind)) }, kind: kind)
        case .episodes(let kind):
            return .episodes(
                scores.flatMap { score in score.episodes(kind).map { (record: score.name, result: $0) } }, kind: kind)
        case .heartRate, .measurements:
            return try .measurements(measured(table), number: table == .heartRate ? 0 : Int(plan.measurement))
        }
    }

    /// The report of each record, one after the other.
    ///
    /// - Throws: `ScoringError` where there is nothing to report.
    public func reports(_ table: Table, supraventricular: Bool = true) throws(ScoringError) -> String {
        var text = ""
        for score in scores {
            let subject = Report.Subject(record: score.name, reference: plan.reference, test: plan.test)
            switch table {
            case .beats:
                text += Report.beats(subject, score.beats, supraventricular: supraventricular)
            case .shutdown: text += Report.shutdown(score.beats, supraventricular: supraventricular)
            case .runs(let kind): text += Report.runs(subject, score.runs(kind))
            case .episodes(let kind): text += score.episodes(kind).map { Report.episodes(subject, $0) }.joined()
            case .heartRate, .measurements:
                for (name, result) in try measured(table) where name == score.name {
                    text += try Report.measurements(subject, result)
                }
            }
        }
        return text
    }

    /// What `bxb` prints without options, for each record: the matrix without S, then what was missed in shutdown.
    public func standardReports() -> String {
        scores.map { score in
            let subject = Report.Subject(record: score.name, reference: plan.reference, test: plan.test)
            return Report.beats(subject, score.beats, supraventricular: false)
                + Report.shutdown(score.beats, supraventricular: false)
        }.joined(separator: "\n")
    }

    private func measured(
        _ table: Table
    ) throws(ScoringError) -> [(record: String, result: MeasurementComparison)] {
        let found = scores.compactMap { score in
            (table == .heartRate ? score.heartRate : score.measurements).map { (record: score.name, result: $0) }
        }
        if found.isEmpty, let first = scores.first {
            throw .noMeasurements(
                annotator: "\(plan.reference) or \(plan.test) of \(first.name)", number: Int(plan.measurement))
        }
        return found
    }
}

extension RecordScore {
    /// Runs of a kind.
    public func runs(_ kind: RunKind) -> RunComparison {
        kind == .ventricular ? ventricularRuns : supraventricularRuns
    }

    /// Episodes of a kind: one comparison, or none where the plan does not have it.
    public func episodes(_ kind: EpisodeKind) -> [EpisodeComparison] { episodes.filter { $0.kind == kind } }
}
