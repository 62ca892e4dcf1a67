import WFDB

/// Walks the beats of one annotator, one beat ahead, and remembers shutdown and fibrillation on the way.
///
/// `current` is the beat under comparison, `next` the one after it. Annotations that are no beats are consumed while
/// the next beat is looked for; signal quality marks open and close shutdown, `[` and `]` open and close ventricular
/// flutter or fibrillation, inside of which everything is skipped. The two most recent intervals of either kind are
/// kept, which is what deciding about an unpaired beat needs.
///
/// Before the first `advance()` stands a placeholder of no label at frame 0; past the last beat stands
/// `Stop.endOfFile`, later than any beat.
struct BeatCursor {
    /// One stop of the walk.
    struct Stop {
        var frame: Int64
        /// nil at the placeholder and at the end.
        var label: BeatLabel?

        static let placeholder = Self(frame: 0, label: nil)
        /// Later than any beat, and far enough from overflow that distances to it can be computed.
        static let endOfFile = Self(frame: 1 << 62, label: nil)
        var isEnd: Bool { frame == Self.endOfFile.frame }
    }

    /// Frames of an interval, both included; nil where not seen yet.
    struct Interval {
        var begin: Int64?
        var end: Int64?

        /// An interval whose end was never seen reaches to the end of the file.
        func contains(_ frame: Int64) -> Bool {
            guard let begin, begin <= frame else { return false }
            return end.map { frame <= $0 } ?? true
        }

        /// Whether the interval begins between two beats.
        func begins(from earlier: Int64, before later: Int64) -> Bool {
            guard let begin else { return false }
            return earlier <= begin && begin < later
        }
    }

    private(set) var current = Stop.placeholder
    private(set) var next = Stop.placeholder
    /// Frames from the previous beat to `current`; 0 where that is no RR interval.
    private(set) var rr: Int64 = 0
    /// The latest and the one before; an interval that has begun but not ended keeps the end of its predecessor.
    private(set) var shutdown = [Interval(), Interval()]
    private(set) var fibrillation = [Interval(), Interval()]
    /// Frames under shutdown, of all intervals.
    private(set) var shutdownFrames: Int64 = 0

    private let annotations: [Annotation]
    private var index = 0
    private let mapping: LabelMapping
    private let window: Int64
    /// The last frame of the comparison, if known: where an unterminated shutdown stops being counted.
    private let lastFrame: Int64?
    /// Whether an unterminated shutdown closes at the end of time (reference) or keeps the older end (test).
    private let closesOpenShutdown: Bool

    init(
        _ annotations: [Annotation], mapping: LabelMapping, window: Int64, lastFrame: Int64?, isReference: Bool
    ) {
        self.annotations = annotations.map(\.withinReach)
        self.mapping = mapping
        self.window = window
        self.lastFrame = lastFrame
        closesOpenShutdown = isReference
    }

    /// Moves on by one beat.
    mutating func advance() {
        let previous = current.frame
        current = next
        rr = isInterval(from: previous, to: current) ? current.frame - previous : 0
        while index < annotations.count {
            let annotation = annotations[index]
            index += 1
            if let label = mapping.label(of: annotation.code) {
                next = Stop(frame: annotation.sample, label: label)
                return
            }
            switch annotation.code {
            case .noise where annotation.declaresShutdown: beginShutdown(at: annotation.sample)
            case .vfOn: skipFibrillation(from: annotation.sample)
            default: break
            }
        }
        next = .endOfFile
    }

    /// Whether a beat at that frame lies in fibrillation seen so far.
    func isFibrillating(at frame: Int64) -> Bool { fibrillation.contains { $0.contains(frame) } }

    /// Whether a beat at that frame lies in shutdown seen so far.
    func isShutDown(at frame: Int64) -> Bool { shutdown.contains { $0.contains(frame) } }

    /// An RR interval has a beat at both ends and neither shutdown nor fibrillation in between.
    private func isInterval(from earlier: Int64, to later: Stop) -> Bool {
        guard earlier != 0, !later.isEnd else { return false }
        return !(shutdown + fibrillation).contains { $0.begins(from: earlier, before: later.frame) }
    }

    /// Both signals became unreadable.
    ///
    /// The next annotation should be the one that ends it; where it is anything else (the AHA database has one mark
    /// amid the interval), the interval is taken to reach from one match window after the last beat or fibrillation
    /// to one before that annotation.
    private mutating func beginShutdown(at frame: Int64) {
        shutdown[1] = shutdown[0]
        shutdown[0].begin = frame
        guard index < annotations.count else {
            if closesOpenShutdown { shutdown[0].end = Stop.endOfFile.frame }
            if let lastFrame { shutdownFrames += lastFrame - frame }
            return
        }
        let following = annotations[index]
        var begin = frame
        var end = following.sample
        if following.code == .noise, !following.declaresShutdown {
            index += 1
        } else {
            end -= window
            begin = min(max(current.frame, fibrillation[0].end ?? -1) + window, end)
        }
        shutdown[0] = Interval(begin: begin, end: end)
        shutdownFrames += end - begin
    }

    private mutating func skipFibrillation(from frame: Int64) {
        fibrillation[1] = fibrillation[0]
        fibrillation[0].begin = frame
        while index < annotations.count {
            let annotation = annotations[index]
            index += 1
            if annotation.code == .vfOff {
                fibrillation[0].end = annotation.sample
                return
            }
        }
    }
}

extension Annotation {
    /// A signal quality mark with the two bits set that say that neither signal can be read.
    var declaresShutdown: Bool { code == .noise && subtype & 0x30 == 0x30 }
}
