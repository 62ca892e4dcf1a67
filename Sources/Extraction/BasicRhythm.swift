#if canImport(Glibc)
    import Glibc
#endif

/// The patient's basic rhythm, held through runs of early beats and followed through alternation.
///
/// A median over recent intervals becomes the tachycardia's own interval a few beats into a run, so that the run's later
/// beats look on time. Here the basic interval follows gradual changes only, as a sinus node makes them. What comes at
/// once is another focus (Blomström-Lundqvist et al., *Circulation* 108(15):1871-1909, 2003): during a run that began so
/// the basic interval stays where it was, through a few beats of another kind and for up to an hour or so; a steady run
/// that came by degrees is accepted within minutes. Pauses raise the basic interval slowly. The alternation of
/// successive intervals is tracked apart: in bigeminy every other beat is early by a constant amount, however small.
struct BasicRhythm: Sendable, Codable {
    /// |log(RR / basic)| up to which an interval belongs to the basic rhythm: 12 %.
    private static let tolerance: Float = 0.12
    /// |log(RR / previous RR)| up to which a run is steady.
    private static let steadiness: Float = 0.06
    /// |log(RR / previous RR)| from which a run begins at once, and not by degrees.
    private static let abruptness: Float = 0.15
    /// Beats from which a run is long.
    private static let longRun = 16
    /// Beats that may interrupt a long run.
    private static let longestBreak = 8
    /// Beats after which a run is the basic rhythm, however it came.
    private static let longestRun = 6000
    /// Intervals whose median the basic interval is at first.
    private static let firstIntervals = 8

    /// A long run and the beats that have interrupted it.
    private struct Interruption: Codable {
        var run: Int
        var onset: Float
        var beats = 0
    }

    /// log of the basic interval; nil before the first.
    private var basic: Float?
    /// Mean of log RR over about 200 beats, without runs that another focus leads.
    private var slow: Float = 0
    /// Early beats since the run began, 0 outside runs.
    private var run = 0
    /// log(RR / previous RR) with which the run began.
    private var onset: Float = 0
    /// A long run that may go on.
    private var held: Interruption?
    /// Running mean of the alternating change; with `phase` the change expected next.
    private var alternation: Float = 0
    private var phase: Float = 1
    private var previous: Float?
    /// The last 16 intervals, oldest first.
    private var recent: [Float] = []

    /// After a gap the last interval is not known.
    mutating func forgetPredecessor() { previous = nil }

    /// Writes its part of the context of a beat whose interval has not been appended yet.
    func describe(logRR: Float, bounded: (Float) -> Float, into context: inout [Float]) {
        let basic = basic ?? logRR
        let slow = self.basic == nil ? logRR : self.slow
        let change = previous.map { logRR - $0 } ?? 0
        context[.rrToBasic] = bounded(logRR - basic)
        context[.runLength] = min(logf(1 + Float(run)) / 5, 1.5)
        context[.runOnset] = bounded(onset)
        context[.alternationExpected] = bounded(phase * alternation)
        context[.alternationSize] = abs(alternation)
        context[.changeBeyondAlternation] = bounded(change - phase * alternation)
        context[.rrToSlow] = bounded(logRR - slow)
        context[.basicToSlow] = bounded(basic - slow)
        guard recent.count >= 4 else { return }
        let sorted = recent.sorted()
        let median = Self.median(sorted)
        context[.spread16] = min(3 * Self.median(recent.map { abs($0 - median) }.sorted()), 1.5)
        context[.rrToMedian4] = bounded(logRR - Self.median(recent.suffix(4).sorted()))
        let last12 = recent.suffix(12)
        context[.rrToLongest12] = bounded(logRR - (last12.max() ?? logRR))
        context[.rrToShortest12] = bounded(logRR - (last12.min() ?? logRR))
    }

    /// Whether an interval that has not been appended yet is shorter than those of the basic rhythm.
    func isEarly(_ logRR: Float) -> Bool { basic.map { logRR - $0 <= -Self.tolerance } ?? false }

    /// Whether the run came at once and has not lasted for an hour or more.
    private var isForeign: Bool { onset < -Self.abruptness && run < Self.longestRun }

    /// Whether another focus than the sinus node has led the heart for some beats.
    var isTakenOver: Bool { run >= Self.longRun && isForeign }

    /// Takes log RR of the newest beat.
    mutating func append(_ logRR: Float) {
        let change = previous.map { logRR - $0 } ?? 0
        if let basic, recent.count >= Self.firstIntervals {
            follow(logRR - basic, change: change)
            if !isTakenOver { slow += 0.005 * (min(logRR, logf(3)) - slow) }
        } else {
            let median = Self.median((recent + [logRR]).sorted())
            basic = median
            slow = median
        }
        alternation = 0.85 * alternation + 0.15 * phase * change
        phase = -phase
        previous = logRR
        recent.append(logRR)
        if recent.count > 16 { recent.removeFirst() }
    }

    /// Moves the basic interval by an interval that is `distance` away from it.
    private mutating func follow(_ distance: Float, change: Float) {
        let rate: Float
        if distance <= -Self.tolerance {
            extendRun(change: change)
            // Early beats among others move the mean a little; a steady run is accepted unless it came at once.
            rate = isSteady(change: change) ? isForeign ? 0.0001 : 0.003 : 0.01
        } else {
            endRun()
            rate = distance < Self.tolerance ? 0.15 : abs(change) < Self.tolerance ? 0.1 : 0.02
        }
        basic = basic.map { $0 + rate * min(distance, 0.5) }
    }

    /// Whether the run is steady: its last beat, and where it is long most of its last ones, of which some may be marked late or
    /// early in noise.
    private func isSteady(change: Float) -> Bool {
        guard run >= Self.longRun else { return abs(change) < Self.steadiness }
        return Self.median(zip(recent.dropFirst(), recent).map { abs($0 - $1) }.sorted()) < Self.steadiness
    }

    /// Counts an early beat; `change` is log(RR / previous RR).
    private mutating func extendRun(change: Float) {
        if run == 0 {
            let resumed = held.flatMap { $0.beats <= Self.longestBreak ? $0 : nil }
            run = resumed?.run ?? 0
            onset = resumed?.onset ?? change
        }
        run += 1
        held = nil
    }

    /// Counts a beat that is not early.
    private mutating func endRun() {
        if run >= Self.longRun { held = Interruption(run: run, onset: onset) }
        held?.beats += 1
        run = 0
        onset = 0
    }

    private static func median(_ sorted: [Float]) -> Float {
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}
