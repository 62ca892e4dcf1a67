/// A heartbeat that the rhythm has decided on.
public struct PlannedBeat: Sendable, Equatable {
    /// What it is.
    public var kind: BeatKind
    /// When the phase of the heart passes 0 (the R peak of a normal beat), in s.
    public var time: Double
    /// Which ventricular focus fires.
    var focus = 0
    /// The ventricular part of a fusion beat.
    var share = 0.5
    /// The rhythm that it belongs to; nil for sinus rhythm.
    public var rhythm: RhythmEpisode.Kind?

    init(_ kind: BeatKind, at time: Double, rhythm: RhythmEpisode.Kind? = nil) {
        self.kind = kind
        self.time = time
        self.rhythm = rhythm
    }
}
