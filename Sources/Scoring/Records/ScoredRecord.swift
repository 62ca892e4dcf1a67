public import WFDB

/// What a comparison needs of a record: its rate, its length and the annotations of two annotators.
///
///     let record = try ScoredRecord(path: "mitdb/100", reference: "atr", test: "gqrs")
///     let period = try record.period()
public struct ScoredRecord: Sendable {
    /// Name of the record, without its folder.
    public let name: String
    /// Frames per second, in Hz.
    public let sampleRate: Double
    /// Frames in the record; nil where the header does not say.
    public let length: Int64?
    /// Annotations taken as true, at the record's rate.
    public let reference: [Annotation]
    /// Annotations under test, at the record's rate.
    public let test: [Annotation]

    /// Makes a record of annotations that are at hand, at the record's rate.
    public init(name: String, sampleRate: Double, length: Int64?, reference: [Annotation], test: [Annotation]) {
        self.name = name
        self.sampleRate = sampleRate
        self.length = length
        self.reference = reference
        self.test = test
    }

    /// Reads a record's header and annotation files.
    ///
    /// - Parameters:
    ///   - path: Path of the record without `.hea`.
    ///   - reference: Annotator taken as true, `atr` for example.
    ///   - test: Annotator under test.
    ///   - referenceFolder: Where the reference annotations lie; nil for the record's own folder.
    ///   - testFolder: Where the test annotations lie; nil for the record's own folder.
    public init(
        path: String, reference: String, test: String, referenceFolder: String? = nil, testFolder: String? = nil
    ) throws(WFDBError) {
        let path = path.hasSuffix(".hea") ? String(path.dropLast(4)) : path
        let header = try Header(path: path)
        let name = path.split(separator: "/").last.map(String.init) ?? path
        self.name = name
        sampleRate = header.frameRate
        length = header.frameCount
        func annotations(_ annotator: String, _ folder: String?) throws(WFDBError) -> [Annotation] {
            let stem = folder.map { $0 + "/" + name } ?? path
            return try Annotation.read(path: stem + "." + annotator, frameRate: header.frameRate)
        }
        self.reference = try annotations(reference, referenceFolder)
        self.test = try annotations(test, testFolder)
    }

    /// The part of the record that is compared.
    public func period(
        from: Double = ComparisonPeriod.learningPeriod, to: Double? = nil,
        window: Double = ComparisonPeriod.matchWindow
    ) throws(ScoringError) -> ComparisonPeriod {
        try ComparisonPeriod(sampleRate: sampleRate, length: length, from: from, to: to, window: window)
    }
}
