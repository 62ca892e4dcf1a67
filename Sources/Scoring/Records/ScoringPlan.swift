/// What is compared, and how: the same for every record of a run.
///
///     let plan = ScoringPlan(test: "gqrs", from: 0)
///     for score in await plan.score(["mitdb/100", "mitdb/101"]) { print(try score.get().beats.matrix) }
public struct ScoringPlan: Sendable, Equatable, Codable {
    /// Annotator taken as true.
    public var reference: String
    /// Annotator under test.
    public var test: String
    /// Folder of the reference annotations; nil for each record's own.
    public var referenceFolder: String?
    /// Folder of the test annotations; nil for each record's own.
    public var testFolder: String?
    /// How annotation codes become classes.
    public var mapping: LabelMapping
    /// Start of the comparison in seconds.
    public var from: Double
    /// End in seconds; nil for the end of the record, 0 for the end of the shorter annotation file.
    public var to: Double?
    /// Match window in seconds.
    public var window: Double
    /// Which episodes are compared.
    public var episodes: [EpisodeKind]
    /// Number (SUB) of the measurement annotations that are compared.
    public var measurement: Int8

    /// Makes a plan; the defaults are those of EC57.
    public init(
        reference: String = "atr", test: String, referenceFolder: String? = nil, testFolder: String? = nil,
        mapping: LabelMapping = .ec57, from: Double = ComparisonPeriod.learningPeriod, to: Double? = nil,
        window: Double = ComparisonPeriod.matchWindow,
        episodes: [EpisodeKind] = [.atrialFibrillation, .ventricularFibrillation, .ventricularRun],
        measurement: Int8 = 0
    ) {
        self.reference = reference
        self.test = test
        self.referenceFolder = referenceFolder
        self.testFolder = testFolder
        self.mapping = mapping
        self.from = from
        self.to = to
        self.window = window
        self.episodes = episodes
        self.measurement = measurement
    }

    /// Whether the comparison is the one that EC57 prescribes.
    public var isStandard: Bool {
        mapping == .ec57 && from == ComparisonPeriod.learningPeriod && to == nil
            && window == ComparisonPeriod.matchWindow
    }

    /// Compares one record.
    ///
    /// - Throws: `WFDBError` where a file cannot be read, `ScoringError` where the plan does not fit the record.
    public func score(_ path: String) throws -> RecordScore {
        let record = try ScoredRecord(
            path: path, reference: reference, test: test, referenceFolder: referenceFolder, testFolder: testFolder)
        return try score(record, path: path)
    }

    /// Compares annotations that are at hand.
    public func score(_ record: ScoredRecord, path: String) throws(ScoringError) -> RecordScore {
        let period = try record.period(from: from, to: to, window: window)
        let (reference, test) = (record.reference, record.test)
        var tally = PairTally(sampleRate: record.sampleRate)
        var pairs: [BeatPair] = []
        let beats = BeatComparison(reference: reference, test: test, period: period, mapping: mapping) {
            tally.count($0)
            pairs.append($0)
        }
        let runs = { (kind: RunKind) in
            RunComparison(reference: reference, test: test, period: period, kind: kind)
        }
        let compare = { (reference: [Measurement], test: [Measurement], number: Int) in
            try? MeasurementComparison(reference: reference, test: test, period: period, number: number)
        }
        return RecordScore(
            name: record.name, path: path, sampleRate: record.sampleRate, beats: beats, pairs: pairs,
            offset: tally.offset,
            rr: tally.rr, ventricularRuns: runs(.ventricular), supraventricularRuns: runs(.supraventricular),
            episodes: episodes.map {
                EpisodeComparison(reference: reference, test: test, period: period, kind: $0)
            },
            heartRate: compare(
                Measurement.heartRates(of: reference, sampleRate: record.sampleRate),
                Measurement.heartRates(of: test, sampleRate: record.sampleRate), 0),
            measurements: compare(
                Measurement.all(number: measurement, in: reference), Measurement.all(number: measurement, in: test),
                Int(measurement)))
    }

    /// Compares several records at once; the results are in the order of the paths.
    ///
    /// - Parameters:
    ///   - paths: Paths of the records.
    ///   - width: How many records at the same time.
    ///   - finished: Called with the number of records done, after each.
    public func score(
        _ paths: [String], width: Int = 4, finished: (Int) -> Void = { _ in }
    ) async -> [Result<RecordScore, any Error>] {
        await paths.inOrder(threads: width, finished: finished) { path in Result { try score(path) } }
    }
}
