import Extraction
import Signal
import Testing

@testable import Inference

@Suite struct OcclusionTests {
    let classifier: BeatClassifier

    init() throws {
        classifier = try BeatClassifier(model: BeatModel(untrained: smallEntry, seed: 3))
    }

    private func occlusion(_ beat: Beat, by classifier: BeatClassifier? = nil) throws -> Occlusion {
        let classifier = classifier ?? self.classifier
        return try Occlusion(classifier, beat: beat, state: classifier.initialState())
    }

    @Test func verdict_isTheClassifiers() throws {
        #expect(try occlusion(makeBeat(2)).verdict == classifier.classify([makeBeat(2)])[0])
    }

    @Test func window_coversTheLeadAndMatters() throws {
        for lead in 0..<LeadSelection.count {
            let stretches = try occlusion(makeBeat(2)).window(lead: lead)
            #expect(stretches.first?.samples.lowerBound == 0)
            #expect(zip(stretches, stretches.dropFirst()).allSatisfy { $1.samples.lowerBound <= $0.samples.upperBound })
            #expect(classifier.model.window.length - (stretches.last?.samples.upperBound ?? 0) < 10)
            #expect(stretches.contains { $0.effect.fused != 0 })
            // The timing expert sees no waveform.
            #expect(stretches.allSatisfy { $0.effect.votes[2] == 0 })
        }
    }

    @Test func window_ofABeatLikeItsTemplate_isWorthNothing() throws {
        var beat = makeBeat(2)
        beat.template = beat.window
        let stretches = try occlusion(beat).window(lead: 0)
        #expect(stretches.allSatisfy { $0.effect.fused == 0 && $0.effect.votes.allSatisfy { $0 == 0 } })
    }

    @Test func features_areWorthWhatTheirReplacementTakes() throws {
        let beat = makeBeat(4)
        var usual = beat.context
        usual[.rrToMedian8] += 1
        let effects = try occlusion(beat).features(usual: usual)
        #expect(effects.count == ContextFeature.count)
        for (feature, effect) in effects.enumerated() where feature != ContextFeature.rrToMedian8.index {
            #expect(effect.fused == 0)
        }
        var changed = beat
        changed.context = usual
        let (before, after) = (try classifier.classify([beat])[0], try classifier.classify([changed])[0])
        let label = before.label.rawValue
        let falls = after.probabilities[label] < before.probabilities[label]
        let effect = effects[ContextFeature.rrToMedian8.index]
        #expect(effect.fused != 0 && (effect.fused > 0) == falls)
        #expect(effect.label == after.label)
    }

    @Test func reversal_namesFeaturesThatChangeTheVerdict() throws {
        var found = 0
        for number in 0..<8 {
            let beat = makeBeat(number)
            let usual = makeBeat(number + 100).context
            guard let reversal = try occlusion(beat).reversal(usual: usual) else { continue }
            found += 1
            var changed = beat
            for feature in reversal.features { changed.context[feature] = usual[feature] }
            let said = try classifier.classify([changed])[0].label
            #expect(said == reversal.label)
            #expect(try classifier.classify([beat])[0].label != said)
            #expect(Set(reversal.features).count == reversal.features.count)
        }
        #expect(found > 0)
    }
}
