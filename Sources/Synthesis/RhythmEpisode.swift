/// A stretch of another rhythm.
public struct RhythmEpisode: Sendable, Codable, Equatable {
    /// Which rhythm.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// Atrial fibrillation: irregular, no P waves, fibrillatory waves.
        case fibrillation
        /// Every second beat is ventricular.
        case bigeminy
        /// Ventricular tachycardia, about 160 a minute.
        case ventricularTachycardia = "ventricular-tachycardia"
        /// A ventricular pacemaker, 70 a minute.
        case paced
        /// No heartbeat at all.
        case pause
    }

    /// Which rhythm.
    public var kind: Kind
    /// Begin, in s.
    public var start: Double
    /// End, in s.
    public var end: Double

    /// Makes an episode.
    public init(_ kind: Kind, from start: Double, to end: Double) {
        self.kind = kind
        self.start = start
        self.end = end
    }
}
