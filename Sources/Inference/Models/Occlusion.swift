public import Extraction
import Foundation
public import Signal

/// What a verdict owes to each part of what the experts saw: parts are replaced by what is usual for the patient, one
/// after the other, and the beat is judged again (occlusion sensitivity; Zeiler & Fergus, ECCV 2014).
///
///     let occlusion = try Occlusion(classifier, beat: beat, state: stateBeforeTheBeat)
///     let parts = try occlusion.window(lead: 0)               // the waveform, 80 ms at a time
///     let features = try occlusion.features(usual: median)    // the context, feature by feature
///
/// An effect is a difference of log odds of the class that was said against the others: positive where the part speaks for
/// it, negative where it speaks against it. Nothing is known of the experts but their votes. The waveform and the context
/// are varied apart: measures of shape in the context stay as they are while the waveform is replaced, and the other way round.
public struct Occlusion: Sendable {
    /// What replacing a part does.
    public struct Effect: Sendable, Equatable {
        /// Log odds that the fused verdict loses.
        public var fused: Float
        /// Log odds that each expert's vote loses, in the order of the verdict's votes.
        public var votes: [Float]
        /// What is said without the part.
        public var label: BeatClass
    }

    /// A stretch of the window with its effect.
    public struct Stretch: Sendable, Equatable {
        /// Samples of the window that were replaced in full.
        public var samples: Range<Int>
        /// What that does.
        public var effect: Effect
    }

    /// Seconds that are replaced at a time.
    public static let width = 0.08
    /// Least probability that is taken the logarithm of.
    public static let floor = 1e-6

    /// Which leads give signal decides who is asked: votes of others say nothing of this one.
    private static let presence = [ContextFeature.leadPresent0, .leadPresent1].map(\.index)

    /// The verdict that is explained.
    public let verdict: Verdict
    private let classifier: BeatClassifier
    private let beat: Beat
    private let state: ClassifierState

    /// Judges the beat as its stream's classifier did; `state` is what was remembered before it.
    public init(
        _ classifier: BeatClassifier, beat: Beat, state: ClassifierState
    ) throws(BeatModelError) {
        self.classifier = classifier
        self.beat = beat
        self.state = state
        var states = [state]
        verdict = try classifier.classify([beat], streams: [0], states: &states)[0]
    }

    /// Effects of stretches of one lead, half their width apart, replaced by the patient's template.
    ///
    /// The replacement is blended in over 2 samples on either side, so that no step appears. Before there is a template
    /// it is a flat line.
    public func window(lead: Int) throws(BeatModelError) -> [Stretch] {
        let window = classifier.model.window
        let width = max(2, Int((Self.width * window.rate).rounded()))
        let starts = stride(from: 0, through: window.length - width, by: max(1, width / 2))
        let stretches = starts.map { $0..<$0 + width }
        let effects = try effects(
            of: stretches.map { samples in
                var changed = beat
                for index in max(samples.lowerBound - 2, 0)..<min(samples.upperBound + 2, window.length) {
                    let outside = max(samples.lowerBound - index, index - samples.upperBound + 1, 0)
                    let share = 1 - Float(outside) / 3
                    let place = lead * window.length + index
                    changed.window[place] += share * (beat.template[place] - beat.window[place])
                }
                return changed
            })
        return zip(stretches, effects).map { Stretch(samples: $0, effect: $1) }
    }

    /// Effects of single features of the context, each replaced by its usual value.
    public func features(usual: [Float]) throws(BeatModelError) -> [Effect] {
        try effects(of: beat.context.indices.map { replaced([$0], by: usual) })
    }

    /// The features which together, at their usual values, make the verdict another one, with that verdict.
    ///
    /// Greedy: at every step the feature joins that takes most log odds from the label. nil where `limit` features do not
    /// suffice.
    public func reversal(usual: [Float], limit: Int = 8) throws(BeatModelError) -> (features: [Int], label: BeatClass)?
    {
        var chosen: [Int] = []
        while chosen.count < limit {
            let rest = beat.context.indices.filter { !chosen.contains($0) && usual[$0] != beat.context[$0] }
            let effects = try effects(of: rest.map { replaced(chosen + [$0], by: usual) })
            guard let best = effects.indices.max(by: { effects[$0].fused < effects[$1].fused }) else { return nil }
            chosen.append(rest[best])
            if effects[best].label != verdict.label { return (chosen, effects[best].label) }
        }
        return nil
    }

    private func replaced(_ features: [Int], by usual: [Float]) -> Beat {
        precondition(usual.count == beat.context.count, "one usual value per feature")
        var changed = beat
        for feature in features where !Self.presence.contains(feature) { changed.context[feature] = usual[feature] }
        return changed
    }

    private func effects(of beats: [Beat]) throws(BeatModelError) -> [Effect] {
        var states = beats.map { _ in state }
        let verdicts = try classifier.classify(beats, streams: Array(beats.indices), states: &states)
        return verdicts.map { other in
            Effect(
                fused: logOdds(verdict.probabilities) - logOdds(other.probabilities),
                votes: zip(verdict.votes, other.votes).map { logOdds($0.probabilities) - logOdds($1.probabilities) },
                label: other.label)
        }
    }

    /// Log odds of the label against the other classes that the networks tell; Q comes from elsewhere and would hide
    /// them (`Verdict.paced(evidence:)`).
    private func logOdds(_ probabilities: [Float]) -> Float {
        let label = verdict.label
        let others = BeatClass.allCases.filter { $0 != label && (label == .paced || $0 != .paced) }
        let against = others.reduce(0) { $0 + Double(probabilities[$1.rawValue]) }
        return Float(log(max(Double(probabilities[label.rawValue]), Self.floor) / max(against, Self.floor)))
    }
}
