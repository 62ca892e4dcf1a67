public import Extraction
import Foundation
import Signal
import Synchronization

/// What the experts remember of one stream between its beats.
///
/// A value: it can be written and read back.
public struct ClassifierState: Sendable, Equatable, Codable {
    /// One recurrent state per expert, empty where an expert has none.
    public internal(set) var experts: [[Float]]
    /// What was thought of the patient's shapes; empty where the model has no use for it.
    var families = FamilyMemory()
    /// Where the patient's ventricular beats part from those that are conducted, and among these S from N; not moved where the
    /// model has no use for it.
    var ventricularThreshold = PatientThreshold()
    var atrialThreshold = PatientThreshold()
    /// How far S is a habit of the patient; none where the model has no use for it.
    var atrialHabit = AtrialHabit()
}

/// Labels beats with a model.
///
///     let classifier = try BeatClassifier(model: BeatModel(path: path))
///     var states = [classifier.initialState()]
///     let verdicts = try classifier.classify(beats, streams: beats.map { _ in 0 }, states: &states)
///
/// Any number of threads may call it. The beats of many streams run as one batch. A beat of which one lead gives signal is
/// judged by the experts that learned from single leads, where the model has some. Within a stream beats must come in order;
/// a `final` beat moves the stream's state on, a `provisional` one looks at the state and leaves it. Class Q is no matter of the
/// networks: its probability is the beat's evidence of a pacemaker (`Verdict.paced(evidence:)`).
public final class BeatClassifier: Sendable {
    /// What it classifies with.
    public let model: BeatModel
    /// Beats that run through the networks at once.
    public let maximumBatch: Int
    private let plans: [ExpertPlan]
    /// Who judges beats of one lead, and of both.
    private let panels: (single: DualEnsemble.Panel, both: DualEnsemble.Panel)
    private let idle: Mutex<[Runners]>

    /// One set of networks for one caller at a time; `Sendable` since `idle` hands it to one caller only.
    private final class Runners: @unchecked Sendable {
        let experts: [ExpertRunner]
        init(_ plans: [ExpertPlan]) { experts = plans.map { ExpertRunner($0) } }
    }

    /// Builds the networks; the memory for one caller is taken here, that for further ones when they come.
    public init(model: BeatModel, maximumBatch: Int = 32) throws {
        precondition(maximumBatch > 0, "a batch holds at least one beat")
        self.model = model
        self.maximumBatch = maximumBatch
        panels = (model.ensemble.panel(leads: 1), model.ensemble.panel(leads: LeadSelection.count))
        plans = try zip(model.ensemble.experts, model.weights).map { member, weights in
            try ExpertPlan(
                expert: member.expert, window: model.window, weights: weights, maximumBatch: maximumBatch)
        }
        idle = Mutex([Runners(plans)])
    }

    /// The state before a stream's first beat.
    public func initialState() -> ClassifierState {
        ClassifierState(
            experts: model.ensemble.experts.map { [Float](repeating: 0, count: $0.expert.head.recurrent) })
    }

    /// Labels beats without any memory of their streams: every beat is judged as the first one.
    public func classify(_ beats: [Beat]) throws(BeatModelError) -> [Verdict] {
        var states = beats.map { _ in initialState() }
        return try classify(beats, streams: Array(beats.indices), states: &states)
    }

    /// Labels beats of several streams.
    ///
    /// - Parameters:
    ///   - beats: in order within each stream; windows as `model.window`.
    ///   - streams: for each beat the index of its stream's state.
    ///   - states: what is remembered of the streams; final beats move it on.
    /// - Returns: one verdict per beat.
    /// - Throws: `BeatModelError.incompatible` where a beat or a state was made for another model.
    public func classify(
        _ beats: [Beat], streams: [Int], states: inout [ClassifierState]
    ) throws(BeatModelError) -> [Verdict] {
        precondition(beats.count == streams.count, "every beat belongs to a stream")
        for (beat, stream) in zip(beats, streams) {
            precondition(states.indices.contains(stream), "every stream has a state")
            guard beat.window.count == LeadSelection.count * model.window.length,
                beat.template.count == beat.window.count, beat.context.count == ContextFeature.count
            else {
                throw .incompatible(
                    "its window has \(model.window.length) samples a lead, a beat came with \(beat.window.count) in all"
                )
            }
            guard states[stream].experts.map(\.count) == model.ensemble.experts.map(\.expert.head.recurrent) else {
                throw .incompatible("a stream's state belongs to another model")
            }
        }
        let runners = idle.withLock { $0.popLast() } ?? Runners(plans)
        defer { idle.withLock { $0.append(runners) } }
        var verdicts = [Verdict?](repeating: nil, count: beats.count)
        // A stream's second beat needs the state after its first: rounds of one beat per stream.
        var round = [Int](repeating: 0, count: beats.count)
        var seen: [Int: Int] = [:]
        for index in beats.indices {
            round[index] = seen[streams[index], default: 0]
            seen[streams[index], default: 0] += 1
        }
        for number in 0..<(seen.values.max() ?? 0) {
            let chosen = beats.indices.filter { round[$0] == number }
            classify(beats, chosen, streams, &states, runners, into: &verdicts)
        }
        return verdicts.compactMap { $0 }
    }

    private func classify(
        _ beats: [Beat], _ chosen: [Int], _ streams: [Int], _ states: inout [ClassifierState], _ runners: Runners,
        into verdicts: inout [Verdict?]
    ) {
        let panels = chosen.map { beats[$0].presentLeads == 1 ? self.panels.single : self.panels.both }
        let seen = zip(chosen, panels).map { $1.isOfSingleLeads ? beats[$0].onFirstLead : beats[$0] }
        var votes = [[[Float]]](repeating: [], count: chosen.count)
        for (expert, runner) in runners.experts.enumerated() {
            let asked = panels.indices.filter { panels[$0].experts.contains(expert) }
            guard !asked.isEmpty else { continue }
            let before = asked.map { states[streams[chosen[$0]]].experts[expert] }
            let result = runner.judge(asked.map { seen[$0] }[...], states: before)
            for (place, row) in asked.enumerated() {
                let index = chosen[row]
                votes[row].append(result.votes[place])
                if beats[index].stage == .final { states[streams[index]].experts[expert] = result.states[place] }
            }
        }
        for (row, index) in chosen.enumerated() {
            let named = zip(panels[row].experts, votes[row]).map { expert, vote in
                Verdict.Vote(
                    expert: model.ensemble.experts[expert].name,
                    probabilities: vote.map { Float(Foundation.exp(Double($0))) })
            }
            let fused = fused(
                votes[row], named, by: panels[row].fusion, beats[index].stage, &states[streams[index]].atrialHabit)
            let heard = heard(fused, on: beats[index], families: &states[streams[index]].families)
            verdicts[index] = parted(heard, on: beats[index], by: &states[streams[index]])
                .paced(evidence: beats[index].pacing)
        }
    }

    /// The votes as one verdict, with the weights that go with the patient's habit, which learns from final beats what those say
    /// who are heard on S whatever the habit.
    private func fused(
        _ votes: [[Float]], _ named: [Verdict.Vote], by fusion: DualEnsemble.Fusion, _ stage: Beat.Stage,
        _ habit: inout AtrialHabit
    ) -> Verdict {
        var fused = Verdict(probabilities: fusion.habitual(habit.strength).fuse(votes), votes: named)
        guard !fusion.habitualAtrialWeights.isEmpty else { return fused }
        fused.atrialHabit = habit.share
        if stage == .final {
            let settled = Verdict(probabilities: fusion.habitual(1).fuse(votes), votes: [])
            habit.learn(isAtrial: settled.label == .supraventricular)
        }
        return fused
    }

    /// The verdict after the beat's family was heard, which remembers what was thought of a final one, and after the beat was
    /// compared with mixtures of the patient's complexes.
    private func heard(_ fused: Verdict, on beat: Beat, families: inout FamilyMemory) -> Verdict {
        let share = model.ensemble.fusion.familyShare
        guard share > 0 else { return fused }
        let shape = BeatShape(beat.window, window: model.window)
        let family = families.nearest(to: shape)
        let odds = fused.ventricularOdds
        let pooled = families.pooled(odds, family: family, share: share)
        let evidence = families.fusionEvidence(of: shape, prematurity: beat.context[.rrToMedian8])
        if beat.stage == .final { families.learn(shape, family: family, odds: odds) }
        return fused.ventricular(odds: pooled).fusionBeat(evidence: evidence)
    }

    /// The verdict with the odds of V to N and S, then those of S to N, beside the patient's own thresholds, which learn from
    /// final beats; what is V says nothing of S.
    private func parted(_ verdict: Verdict, on beat: Beat, by state: inout ClassifierState) -> Verdict {
        guard model.ensemble.fusion.patientThresholds else { return verdict }
        let ventricular = verdict.ventricular(threshold: state.ventricularThreshold.value)
        let parted = ventricular.atrial(threshold: state.atrialThreshold.value)
        if beat.stage == .final {
            state.ventricularThreshold.learn(odds: verdict.ventricularOdds)
            if ventricular.label != .ventricular { state.atrialThreshold.learn(odds: verdict.atrialOdds) }
        }
        return parted
    }
}
