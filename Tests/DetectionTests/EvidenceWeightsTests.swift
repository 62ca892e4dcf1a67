import Foundation
import Testing

@testable import Detection

@Suite struct EvidenceWeightsTests {
    @Test func activation_isTheHyperbolicTangent() {
        for step in -4000...4000 {
            let x = Float(step) / 200
            #expect(abs(EvidenceWeights.activation(x) - tanh(x)) < 5e-7, "at \(x)")
        }
    }

    @Test func evidence_isThatOfTheLayersOneNumberAtATime() {
        let weights = EvidenceWeights.fitted
        var measures = SIMD32<Float>()
        for seed in 0..<50 {
            for place in 0..<32 { measures[place] = 4 * sin(Float(seed * 32 + place)) }
            var sum = weights.outputBias
            for unit in 0..<weights.unitCount {
                var activity = weights.biases[unit]
                for place in 0..<32 {
                    let deviation = (measures[place] - weights.mean[place]) * weights.scale[place]
                    activity += weights.hidden[place][unit] * min(max(deviation, -4), 4)
                }
                sum += weights.outputs[unit] * tanh(activity)
            }
            #expect(abs(weights.evidence(of: measures) - sum) < 1e-4)
        }
    }
}
