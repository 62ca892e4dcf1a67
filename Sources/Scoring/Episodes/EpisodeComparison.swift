public import WFDB

/// An episode-by-episode comparison of two annotators, as ANSI/AAMI EC57 describes and WFDB's `epicmp` counts it.
///
/// An episode of the reference is found where any episode of the test overlaps it, and the other way round. Duration
/// sensitivity is the part of the reference's episodes that the test covers, duration positive predictivity the part
/// of the test's that the reference covers. Episodes are cut to the test period.
public struct EpisodeComparison: Sendable, Equatable, Codable {
    /// One direction: the episodes of one annotator looked up in the other.
    public struct Direction: Sendable, Equatable, Codable {
        /// Episodes that the other annotator has.
        public var matched = 0
        /// Episodes that the other annotator does not have.
        public var unmatched = 0
        /// Frames in episodes.
        public var duration: Int64 = 0
        /// Frames of these that lie in episodes of the other annotator.
        public var overlap: Int64 = 0

        /// Matched of all episodes.
        public var episodes: Proportion { Proportion(matched, of: matched + unmatched) }
        /// Overlap of the whole duration.
        public var durations: Proportion { Proportion(Int(overlap), of: Int(duration)) }
    }

    /// Which episodes.
    public let kind: EpisodeKind
    /// Frames per second, in Hz.
    public let sampleRate: Double
    /// The reference's episodes: sensitivity.
    public let sensitivity: Direction
    /// The test's episodes: positive predictivity.
    public let predictivity: Direction

    /// Compares two annotators.
    ///
    /// - Parameters:
    ///   - reference: The annotations taken as true, in order of time.
    ///   - test: The annotations under test, in order of time.
    ///   - period: Which part of the record counts.
    ///   - kind: Which episodes.
    ///   - minimumDuration: Episodes of fewer frames do not count.
    public init(
        reference: [Annotation], test: [Annotation], period: ComparisonPeriod, kind: EpisodeKind,
        minimumDuration: Int64 = 0
    ) {
        let lastFrame = period.lastFrame
        let references = Episode.all(kind, in: reference, lastFrame: lastFrame)
        let tests = Episode.all(kind, in: test, lastFrame: lastFrame)
        self.kind = kind
        sampleRate = period.sampleRate
        sensitivity = Self.lookUp(references, in: tests, period, minimumDuration)
        predictivity = Self.lookUp(tests, in: references, period, minimumDuration)
    }

    private static func lookUp(
        _ episodes: [Episode], in others: [Episode], _ period: ComparisonPeriod, _ minimumDuration: Int64
    ) -> Direction {
        var direction = Direction()
        guard let first = episodes.firstIndex(where: { $0.end >= period.start }) else { return direction }
        var candidates = others[...]
        for (index, whole) in episodes[first...].enumerated() {
            var episode = whole
            if index == 0 { episode.begin = max(episode.begin, period.start) }
            if let last = period.lastFrame {
                guard episode.begin < last else { break }
                episode.end = min(episode.end, last)
            }
            let duration = episode.end - episode.begin
            guard duration >= minimumDuration else { continue }
            direction.duration += duration
            let overlap = overlap(of: episode, with: &candidates)
            direction.overlap += overlap
            if overlap > 0 { direction.matched += 1 } else { direction.unmatched += 1 }
        }
        return direction
    }

    /// Frames of an episode that others cover.
    ///
    /// Those that end before it are dropped from the candidates.
    private static func overlap(of episode: Episode, with candidates: inout ArraySlice<Episode>) -> Int64 {
        candidates = candidates.drop { $0.end < episode.begin }
        guard let first = candidates.first, first.begin <= episode.end else { return 0 }
        var overlap: Int64 = 0
        while let other = candidates.first {
            overlap += min(other.end, episode.end) - max(other.begin, episode.begin)
            // One that reaches beyond may touch the next episode too.
            guard other.end < episode.end else { break }
            candidates.removeFirst()
            guard let following = candidates.first, following.begin < episode.end else { break }
        }
        return overlap
    }
}
