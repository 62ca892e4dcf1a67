/// Everything that was compared of one record.
public struct RecordScore: Sendable {
    /// Name of the record.
    public var name: String
    /// Path of the record, as given.
    public var path: String
    /// Frames per second, in Hz.
    public var sampleRate: Double
    /// Beat by beat.
    public var beats: BeatComparison
    /// Every counted pair, in order.
    public var pairs: [BeatPair]
    /// Distance of paired beats.
    public var offset: FiducialOffset
    /// Agreement of RR intervals of paired beats.
    public var rr: RRAgreement
    /// Ventricular runs.
    public var ventricularRuns: RunComparison
    /// Supraventricular runs.
    public var supraventricularRuns: RunComparison
    /// Episodes, one comparison for each kind of the plan.
    public var episodes: [EpisodeComparison]
    /// Heart rates computed from the beats of both annotators; nil where one has too few.
    public var heartRate: MeasurementComparison?
    /// Measurement annotations of the plan's number; nil where one annotator has none.
    public var measurements: MeasurementComparison?
}
