import Extraction
import Inference
import Signal

/// One beat of a record with what the classifier knew when it judged it.
struct FoundBeat {
    /// A beat before it: interval, label, context.
    struct Predecessor {
        var number: Int
        var sample: Int64
        var rr: Double?
        var label: BeatClass
        var context: [Float]
    }

    /// Number among the beats of the record, from 1.
    var number: Int
    /// The beat as it was judged at last.
    var beat: Beat
    /// The same with the past intervals only.
    var provisional: Beat?
    /// What the classifier remembered of the stream before it.
    var state: ClassifierState
    /// The beats before it, oldest first, at most `BeatSearch.memory`.
    var before: [Predecessor]
    /// Seconds to the next beat; nil at the end.
    var following: Double?

    /// For each feature of the context its median over the predecessors that were called N (over all, where few were).
    var usualContext: [Float] {
        let normal = before.filter { $0.label == .normal }
        let chosen = normal.count >= 5 ? normal : before
        return beat.context.indices.map { feature in
            let sorted = chosen.map { $0.context[feature] }.sorted()
            return sorted.isEmpty ? beat.context[feature] : sorted[sorted.count / 2]
        }
    }
}

/// Runs a record up to one of its beats, as the daemon would, and no further.
struct BeatSearch {
    /// Predecessors that are kept.
    static let memory = 64

    /// Which beat is looked for.
    enum Target {
        /// By its number among the detected beats, from 1.
        case number(Int)
        /// The one nearest to a frame.
        case frame(Int64)
    }

    /// Why no beat is found.
    enum Failure: Error, CustomStringConvertible {
        /// There are not so many.
        case noSuchBeat(beats: Int)
        /// The record has no such time; in seconds.
        case outside(time: Double, length: Double)

        var description: String {
            switch self {
            case .noSuchBeat(beats: 0): "no beat was found in the record"
            case .noSuchBeat(let beats): "the record has \(beats) beats: name one from 1 to \(beats)"
            case .outside(let time, let length):
                "\(RecordInspection.time(time)) is not in the record, which is \(RecordInspection.time(length)) long"
            }
        }
    }

    private let classifier: BeatClassifier
    private var found: FoundBeat?
    private var history: [FoundBeat.Predecessor] = []
    private var states: [ClassifierState]
    private var early: Beat?
    private var number = 0
    private var isDone = false

    init(_ classifier: BeatClassifier) {
        self.classifier = classifier
        states = [classifier.initialState()]
    }

    /// Runs to the beat and to the one after it.
    mutating func find(_ target: Target, in beats: inout BeatStream) throws -> FoundBeat {
        try check(target, beats)
        while let some = try beats.next() {
            for beat in some {
                if beat.stage == .provisional { early = beat } else { try take(beat, target) }
                if isDone { break }
            }
            if isDone { break }
        }
        try check(target, beats)
        guard let found else { throw Failure.noSuchBeat(beats: number) }
        return found
    }

    /// Refuses a frame outside of the record, as soon as its length is known.
    private func check(_ target: Target, _ beats: BeatStream) throws {
        guard case .frame(let frame) = target, !(0..<(beats.frameCount ?? .max)).contains(frame) else { return }
        let rate = beats.format.sampleRate
        throw Failure.outside(time: Double(frame) / rate, length: Double(beats.frameCount ?? 0) / rate)
    }

    /// Judges a final beat.
    private mutating func take(_ beat: Beat, _ target: Target) throws {
        number += 1
        let isIt =
            switch target {
            case .number(let wanted): number == wanted
            case .frame(let frame): found.map { abs(beat.sample - frame) < abs($0.beat.sample - frame) } ?? true
            }
        if !isIt, found != nil {
            found?.following = beat.rr
            isDone = true
            return
        }
        let before = states[0]
        let verdict = try classifier.classify([beat], streams: [0], states: &states)[0]
        if isIt {
            let provisional = early.flatMap { $0.sample == beat.sample ? $0 : nil }
            found = FoundBeat(
                number: number, beat: beat, provisional: provisional, state: before, before: history, following: nil)
        }
        history.append(
            .init(number: number, sample: beat.sample, rr: beat.rr, label: verdict.label, context: beat.context))
        if history.count > Self.memory { history.removeFirst() }
    }
}
