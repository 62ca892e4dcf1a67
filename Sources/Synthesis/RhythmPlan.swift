import Foundation

/// Decides when the heart beats, and how.
///
/// The sinus node fires at the intervals of a `Tachogram`. An atrial premature beat comes after 55-75 % of an interval and resets
/// the node, so that the pause after it is less than compensatory; a ventricular one comes after 50-70 %, does not reach the node, blocks
/// its next beat, and the one after that is on time: two intervals in all. A fusion beat takes the place of a sinus beat, a
/// little early. In fibrillation, intervals are drawn independently from a log-normal distribution about 0.62 s.
struct RhythmPlan: Sendable {
    /// The beats of the record in order of time, with one before its start and two after its end.
    private(set) var beats: [PlannedBeat] = []

    private let recipe: Recipe
    private let tachogram: Tachogram
    private var random: RandomStream

    init(recipe: Recipe) {
        self.recipe = recipe
        random = RandomStream(seed: recipe.seed, purpose: "rhythm")
        var spectrum = RandomStream(seed: recipe.seed, purpose: "tachogram")
        let meanRR = 60 / recipe.heartRate
        tachogram = Tachogram(
            meanRR: meanRR, deviation: recipe.rrDeviation, ratio: recipe.lfHfRatio, duration: recipe.duration,
            random: &spectrum)
        let first = meanRR * random.uniform(in: 0.4...0.7)
        beats.append(PlannedBeat(.sinus, at: first - tachogram.rr(at: 0)))
        beats.append(PlannedBeat(.sinus, at: first))
        var clock = first
        while clock < recipe.duration + 2 { clock = advance(from: clock) }
        beats.append(PlannedBeat(.sinus, at: clock + meanRR))
    }

    /// Adds what follows a beat of the sinus node (or of the rhythm in its place) and returns the time of the next such beat.
    private mutating func advance(from clock: Double) -> Double {
        let interval = tachogram.rr(at: max(clock, 0))
        let next = clock + interval
        if let pause = recipe.rhythms.first(where: { $0.kind == .pause && $0.start < next && next < $0.end }) {
            return add(.sinus, at: pause.end)
        }
        switch recipe.rhythms.first(where: { $0.start <= next && next < $0.end })?.kind {
        case .fibrillation:
            let drawn = 0.62 * exp(0.22 * random.gaussian())
            return add(.fibrillation, at: clock + min(max(drawn, 0.3), 1.6), in: .fibrillation)
        case .paced:
            return add(.paced, at: clock + 60.0 / 70, in: .paced)
        case .ventricularTachycardia:
            let early = beats.last?.rhythm == .ventricularTachycardia ? 0 : 0.08
            return add(
                .prematureVentricular, at: clock + 0.375 + early + 0.008 * random.gaussian(),
                in: .ventricularTachycardia)
        case .bigeminy:
            return addVentricular(after: clock, interval: interval, in: .bigeminy)
        case .pause, nil:
            // A pacemaker or a run has just ended: the node takes over after an interval of its own.
            return ectopic(after: clock, interval: interval) ?? add(.sinus, at: next)
        }
    }

    /// Draws an ectopic beat; none straight after another one, so that its pause is seen.
    private mutating func ectopic(after clock: Double, interval: Double) -> Double? {
        let draw = random.uniform()
        guard beats.last?.kind == .sinus, beats.dropLast().last?.kind == .sinus else { return nil }
        let horizon = clock + 2.2 * interval
        guard !recipe.rhythms.contains(where: { $0.start < horizon && clock < $0.end }) else { return nil }
        // Each ectopic beat brings two sinus beats after which none is drawn: of p draws that succeed, p / (1 + 2p) of all
        // beats are ectopic.
        let share = recipe.prematureAtrial + recipe.prematureVentricular + recipe.fusion
        let factor = 1 / (1 - 2 * share)
        if draw < factor * recipe.prematureAtrial {
            let time = clock + random.uniform(in: 0.55...0.75) * interval
            beats.append(PlannedBeat(.prematureAtrial, at: time))
            return add(.sinus, at: time + random.uniform(in: 1.0...1.15) * interval)
        }
        if draw < factor * (recipe.prematureAtrial + recipe.prematureVentricular) {
            return addVentricular(after: clock, interval: interval, in: nil)
        }
        guard draw < factor * share else { return nil }
        var beat = PlannedBeat(.fusion, at: clock + random.uniform(in: 0.93...0.98) * interval)
        beat.share = random.uniform(in: 0.35...0.65)
        beats.append(beat)
        return add(.sinus, at: clock + 2 * interval)
    }

    private mutating func addVentricular(after clock: Double, interval: Double, in rhythm: RhythmEpisode.Kind?)
        -> Double
    {
        let coupling = max(0.3, random.uniform(in: 0.5...0.7) * interval)
        _ = add(.prematureVentricular, at: clock + coupling, in: rhythm)
        return add(.sinus, at: clock + max(2 * interval, coupling + 0.4), in: rhythm)
    }

    private mutating func add(_ kind: BeatKind, at time: Double, in rhythm: RhythmEpisode.Kind? = nil) -> Double {
        var beat = PlannedBeat(kind, at: time, rhythm: rhythm)
        if kind == .prematureVentricular, recipe.multifocal, rhythm == nil {
            beat.focus = random.uniform() < 0.5 ? 0 : 1
        }
        beats.append(beat)
        return time
    }
}
