import Extraction
import Foundation
import Signal
import Testing

@testable import Inference

@Suite struct BeatClassifierTests {
    let classifier: BeatClassifier

    init() throws {
        classifier = try BeatClassifier(model: BeatModel(untrained: smallEntry, seed: 3), maximumBatch: 4)
    }

    @Test func classify_givesProbabilitiesAndVotesOfAllExperts() throws {
        for verdict in try classifier.classify((0..<9).map { makeBeat($0) }) {
            #expect(abs(verdict.probabilities.reduce(0, +) - 1) < 1e-5)
            #expect(verdict.votes.map(\.expert) == ["signal", "vision", "timing"])
            for vote in verdict.votes { #expect(abs(vote.probabilities.reduce(0, +) - 1) < 1e-5) }
            let best = verdict.probabilities.max() ?? 0
            #expect(verdict.confidence == best)
        }
    }

    @Test(arguments: [Float(0), 0.1, 0.9, 1])
    func classify_evidenceOfAPacemaker_isTheProbabilityOfQ(evidence: Float) throws {
        var beat = makeBeat(1)
        let without = try #require(try classifier.classify([beat]).first)
        beat.pacing = evidence
        let verdict = try #require(try classifier.classify([beat]).first)
        #expect(verdict.probabilities[4] == evidence)
        #expect((verdict.label == .paced) == (evidence > 0.5))
        for index in 0..<4 {
            #expect(abs(verdict.probabilities[index] - (1 - evidence) * without.probabilities[index]) < 1e-6)
        }
        #expect(verdict.votes == without.votes)
    }

    @Test func classify_inAnyBatch_saysTheSame() throws {
        let beats = (0..<10).map { makeBeat($0) }
        var alone = [classifier.initialState(), classifier.initialState()]
        var together = alone
        let streams = beats.indices.map { $0 % 2 }
        var expected: [Verdict] = []
        for (beat, stream) in zip(beats, streams) {
            expected += try classifier.classify([beat], streams: [stream], states: &alone)
        }
        #expect(try classifier.classify(beats, streams: streams, states: &together) == expected)
        #expect(together == alone)
    }

    @Test func classify_provisionalBeat_leavesTheState() throws {
        var states = [classifier.initialState()]
        _ = try classifier.classify([makeBeat(1)], streams: [0], states: &states)
        let before = states
        let first = try classifier.classify([makeBeat(2, stage: .provisional)], streams: [0], states: &states)
        #expect(states == before)
        let fresh = try classifier.classify([makeBeat(2, stage: .provisional)])
        #expect(first != fresh)
        _ = try classifier.classify([makeBeat(2)], streams: [0], states: &states)
        #expect(states != before)
    }

    @Test func classify_expertThatDoesNotTellS_givesItTheVoteOfN() throws {
        for verdict in try classifier.classify((0..<4).map { makeBeat($0) }) {
            #expect(verdict.votes[1].probabilities[0] == verdict.votes[1].probabilities[1])
            #expect(verdict.votes[0].probabilities[0] != verdict.votes[0].probabilities[1])
        }
    }

    @Test func classify_beatOfAnotherWindow_throws() throws {
        let narrow = BeatWindow(rate: 128, before: 60, after: 40)
        #expect(throws: BeatModelError.self) { try classifier.classify([makeBeat(1, window: narrow)]) }
    }

    @Test func state_writtenAndRead_isTheSame() throws {
        var states = [classifier.initialState()]
        _ = try classifier.classify([makeBeat(1), makeBeat(2)], streams: [0, 0], states: &states)
        let copy = try JSONDecoder().decode([ClassifierState].self, from: JSONEncoder().encode(states))
        #expect(copy == states)
    }

    @Test func fusion_inBothSpaces_weighsVotes() {
        let votes: [[Float]] = [[0.6, 0.1, 0.1, 0.1, 0.1], [0.2, 0.5, 0.1, 0.1, 0.1]].map { $0.map { log($0) } }
        let mean = DualEnsemble.Fusion(space: .probability, weights: [0.6, 0.4]).fuse(votes)
        #expect(zip(mean, [0.44, 0.26, 0.1, 0.1, 0.1] as [Float]).allSatisfy { abs($0 - $1) < 1e-5 })
        let product = DualEnsemble.Fusion(space: .logarithm, weights: [1, 1]).fuse(votes)
        let raw: [Float] = [0.12, 0.05, 0.01, 0.01, 0.01]
        #expect(zip(product, raw.map { $0 / 0.2 }).allSatisfy { abs($0 - $1) < 1e-5 })
    }

    @Test func fusion_withAtrialWeights_sharesNAndSAnew() {
        let votes: [[Float]] = [[0.6, 0.1, 0.1, 0.1, 0.1], [0.2, 0.5, 0.1, 0.1, 0.1]].map { $0.map { log($0) } }
        func fuse(_ atrial: [Float]) -> [Float] {
            DualEnsemble.Fusion(space: .logarithm, weights: [1, 1], atrialWeights: atrial).fuse(votes)
        }
        // N and S have 0.7 from both: 0.49 against three times 0.01.
        for (atrial, odds) in [([0, 1], 2.5), ([1, 0], 1.0 / 6), ([0, 2], 6.25)] as [([Float], Float)] {
            let fused = fuse(atrial)
            #expect(abs(fused[1] / fused[0] - odds) < 1e-4)
        }
        #expect(zip(fuse([1, 1]), fuse([])).allSatisfy { abs($0 - $1) < 1e-6 })
        let fused = fuse([1, 0])
        let together = log((fused[0] + fused[1]) / fused[2])
        let own = fuse([])
        #expect(together > log((own[0] + own[1]) / own[2]))
    }
}
