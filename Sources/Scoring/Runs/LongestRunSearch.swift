import WFDB

/// Finds the longest run of one annotator inside a window that moves forward through the record.
///
/// A window that an episode of fibrillation touches holds a run of the greatest length; until that episode ends, so
/// does every later window that begins inside of it.
struct LongestRunSearch {
    private let annotations: [Annotation]
    private var mapping: RunEventMapping
    /// Before the first annotation stands a placeholder at frame 0.
    private var index = -1
    /// Where the episode ends that the last window touched.
    ///
    /// It starts at 0, so that a window reaching back before the record counts as inside of an episode, as it does in
    /// `rxr`.
    private var episodeEnd: Int64 = 0
    private var episodeIsOpen = false
    private var isExhausted = false

    init(_ annotations: [Annotation], kind: RunKind) {
        self.annotations = annotations.map(\.withinReach)
        mapping = RunEventMapping(kind: kind)
    }

    /// Beats of the longest run between two frames, both included, at most `RunMatrix.longest`.
    mutating func longest(from begin: Int64, to end: Int64) -> Int {
        if episodeIsOpen || episodeEnd > begin { return RunMatrix.longest }
        guard !isExhausted else { return 0 }
        while frame < begin {
            if event() == .opens {
                guard skipEpisode() else { return RunMatrix.longest }
                if frame > begin {
                    episodeEnd = frame
                    return RunMatrix.longest
                }
            }
            guard advance() else { return 0 }
        }
        return longestRun(to: end)
    }

    private mutating func longestRun(to end: Int64) -> Int {
        var longest = 0
        var length = 0
        while frame <= end {
            switch event() {
            case .member: length = min(length + 1, RunMatrix.longest)
            case .breaker, .unreadable, .otherOpens:
                longest = max(longest, length)
                length = 0
            case .opens:
                if skipEpisode() { episodeEnd = frame }
                return RunMatrix.longest
            case .closes, .otherCloses, .other: break
            }
            guard advance() else { break }
        }
        return max(longest, length)
    }

    private var frame: Int64 { index < 0 ? 0 : annotations[index].sample }

    private mutating func event() -> RunEvent { index < 0 ? .other : mapping.event(of: annotations[index]) }

    /// Moves to the next annotation; false after the last.
    private mutating func advance() -> Bool {
        guard index + 1 < annotations.count else {
            isExhausted = true
            return false
        }
        index += 1
        return true
    }

    /// Moves to the annotation that ends an episode; false where none does, and the episode never ends.
    private mutating func skipEpisode() -> Bool {
        while index + 1 < annotations.count {
            index += 1
            switch event() {
            case .closes, .otherOpens, .unreadable: return true
            default: break
            }
        }
        episodeIsOpen = true
        return false
    }
}
