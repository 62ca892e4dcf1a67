public import WFDB

/// A part of a record, in frames: from `begin` up to `end`.
public struct Episode: Sendable, Equatable, Codable {
    /// First frame.
    public var begin: Int64
    /// Last frame.
    public var end: Int64

    /// Makes an episode.
    public init(begin: Int64, end: Int64) {
        self.begin = begin
        self.end = end
    }

    /// The episodes that annotations mark, in order.
    ///
    /// An episode that the file does not end reaches to `lastFrame`, or to the last annotation where that is later or
    /// the record's length is unknown.
    public static func all(_ kind: EpisodeKind, in annotations: [Annotation], lastFrame: Int64?) -> [Self] {
        let annotations = annotations.map(\.withinReach)
        if kind == .ventricularRun { return ventricularRuns(in: annotations) }
        var episodes: [Self] = []
        var begin: Int64?
        for annotation in annotations {
            switch (kind.boundary(annotation), begin) {
            case (true, nil): begin = annotation.sample
            case (false, let start?):
                episodes.append(Self(begin: start, end: annotation.sample))
                begin = nil
            default: break
            }
        }
        if let begin, let last = annotations.last {
            episodes.append(Self(begin: begin, end: max(lastFrame ?? last.sample, last.sample)))
        }
        return episodes
    }

    private static func ventricularRuns(in annotations: [Annotation]) -> [Self] {
        var episodes: [Self] = []
        var run: [Int64] = []
        var mapping = RunEventMapping(kind: .ventricular)
        func close() {
            if run.count >= 3 { episodes.append(Self(begin: run[0], end: run[run.count - 1])) }
            run.removeAll(keepingCapacity: true)
        }
        for annotation in annotations {
            switch mapping.event(of: annotation) {
            case .member: run.append(annotation.sample)
            case .breaker, .unreadable, .opens: close()
            case .closes, .otherOpens, .otherCloses, .other: break
            }
        }
        close()
        return episodes
    }
}

extension EpisodeKind {
    /// Whether an annotation begins (true) or ends (false) an episode; nil where it does neither.
    fileprivate func boundary(_ annotation: Annotation) -> Bool? {
        if let rhythm {
            return annotation.code == .rhythm ? annotation.aux.starts(with: rhythm.utf8) : nil
        }
        switch annotation.code {
        case .vfOn: return true
        case .vfOff: return false
        default: return nil
        }
    }
}
