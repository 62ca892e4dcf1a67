/// What the header (`.hea`) of a WFDB record says.
///
///     let header = try Header(path: "mitdb/100")
///     header.frameRate            // 360
///     header.signals[0].description // "MLII"
///
/// Source: *WFDB Applications Guide*, `header(5)`.
public struct Header: Sendable, Equatable {
    /// Name of the record.
    public var name: String
    /// The signals; empty in the header of a multi-segment record (its segments have them).
    public var signals: [SignalDescription]
    /// Number of signals that the record line states.
    public var signalCount: Int
    /// Frames per second in Hz.
    public var frameRate: Double
    /// Counter units per second in Hz; the frame rate where the header gives none.
    public var counterFrequency: Double
    /// Counter value at frame 0.
    public var baseCounter: Double
    /// Length in frames; nil where the header does not say.
    public var frameCount: Int64?
    /// Time of day of frame 0.
    public var baseTime: BaseTime?
    /// Date of frame 0.
    public var baseDate: BaseDate?
    /// The segments of a multi-segment record, in order, the layout segment included; empty otherwise.
    public var segments: [Segment]
    /// Lines that start with `#`, without it.
    public var comments: [String]
    /// What was wrong and could be read over.
    public var warnings: [Warning]

    /// Makes a header of a record with signals in files.
    public init(
        name: String, signals: [SignalDescription], frameRate: Double, frameCount: Int64? = nil,
        baseTime: BaseTime? = nil, baseDate: BaseDate? = nil, comments: [String] = []
    ) {
        self.name = name
        self.signals = signals
        self.signalCount = signals.count
        self.frameRate = frameRate
        self.counterFrequency = frameRate
        self.baseCounter = 0
        self.frameCount = frameCount
        self.baseTime = baseTime
        self.baseDate = baseDate
        self.segments = []
        self.comments = comments
        self.warnings = []
    }

    /// One segment of a multi-segment record.
    public struct Segment: Sendable, Equatable {
        /// Record name of the segment, `~` where there is only a gap.
        public var name: String
        /// Length in frames; 0 for the layout segment.
        public var frameCount: Int64

        /// Makes a segment.
        public init(name: String, frameCount: Int64) {
            self.name = name
            self.frameCount = frameCount
        }

        /// True where nothing was recorded.
        public var isNull: Bool { name == "~" }
    }

    /// Something wrong in a header that could be read over.
    public struct Warning: Sendable, Equatable, CustomStringConvertible {
        /// Line, counted from 1.
        public var line: Int
        /// What, and what was assumed.
        public var problem: String

        /// The message for people.
        public var description: String { "line \(line): \(problem)" }
    }

    /// True where the record is made of segments.
    public var isMultiSegment: Bool { !segments.isEmpty }

    /// True where the first segment is a layout: the segments may have different signals.
    public var hasVariableLayout: Bool { segments.first.map { $0.frameCount == 0 && !$0.isNull } ?? false }

    /// Length in seconds; nil where the header does not say.
    public var duration: Double? { frameCount.map { Double($0) / frameRate } }

    /// The frame rate of headers that give none (header(5)), in Hz.
    public static let defaultFrameRate = 250.0
}
