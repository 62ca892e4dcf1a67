import WFDB

extension Annotation {
    /// Frames beyond which no record reaches (142 years at 1 MHz).
    static let reach: Int64 = 1 << 52

    /// The same annotation with a time that cannot make distances overflow: absurd times are those of damaged files.
    var withinReach: Self {
        var annotation = self
        annotation.sample = Swift.min(Swift.max(sample, -Self.reach), Self.reach)
        return annotation
    }
}
