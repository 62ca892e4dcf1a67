/// A local maximum of the fused activity.
struct Maximum: Sendable, Codable {
    /// Activity index.
    var index: Int64
    /// Fused activity there, in units of a QRS complex.
    var height: Float
}

/// A maximum that may be a beat.
struct Candidate: Sendable, Codable {
    /// Activity index of the maximum.
    var index: Int64
    /// Fused activity there, in units of a QRS complex.
    var height: Float
    /// Frame of its R peak, counted from the stream's origin.
    var frame: Int64
    /// Where that would be by this complex alone.
    var fiducial: Fiducial
    /// How it compares with the templates, once that was asked for.
    var match: Morphology.Match?
}

/// A stretch of activity that is listened to again, from `start` to before `end`; -1 where there is none.
struct Doubt: Sendable, Codable {
    var start: Int64
    var end: Int64
}
