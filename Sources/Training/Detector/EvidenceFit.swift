import Detection
import Foundation
import Inference

/// Fits `EvidenceWeights` to examples: the least logistic loss, by Adam.
///
/// Kingma & Ba, *Adam*, ICLR 2015, with weight decay apart from the moments (Loshchilov & Hutter 2019) and a rate that
/// falls along half a cosine. 32 x 16 numbers are too few for the machinery of the networks: a unit per lane.
struct EvidenceFit {
    typealias Lanes = EvidenceWeights.Units

    var unitCount = 16
    var passes = 8
    var batchSize = 256
    var rate: Float = 0.004
    var decay: Float = 1e-4
    var seed: UInt64 = 1

    /// The parameters as lanes: one row per measure, biases, outputs; the last row's first lane is the output's bias.
    private struct Parameters {
        var rows = [Lanes](repeating: .zero, count: EvidenceWeights.measureCount + 3)
    }

    /// The weights, and the mean loss of the last pass.
    func weights(for examples: DetectorExamples) -> (weights: EvidenceWeights, loss: Float) {
        let count = EvidenceWeights.measureCount
        let (mean, scale) = standard(examples)
        let frame = EvidenceWeights(unitCount: unitCount, mean: mean, scale: scale)
        let random = CounterRandom(seed: seed, stream: 0)
        var parameters = Parameters()
        for row in 0..<count + 2 {
            for unit in 0..<unitCount where row != count {
                parameters.rows[row][unit] = 0.25 * random.normal(UInt64(row * 16 + unit))
            }
        }
        var (first, second, gradient) = (Parameters(), Parameters(), Parameters())
        var order = Array(examples.targets.indices)
        let steps = passes * (examples.count / batchSize)
        var step = 0
        var loss: Float = 0
        for pass in 1...passes {
            shuffle(&order, by: random.stream(UInt64(pass)))
            var losses: (sum: Double, weight: Double) = (0, 0)
            for start in stride(from: 0, to: order.count - batchSize + 1, by: batchSize) {
                for row in gradient.rows.indices { gradient.rows[row] = .zero }
                for place in order[start..<start + batchSize] {
                    let weight = examples.weights[place]
                    losses.sum += Double(
                        weight
                            * descend(
                                examples.measures[place], target: examples.targets[place], weight: weight, frame,
                                parameters, into: &gradient))
                    losses.weight += Double(weight)
                }
                step += 1
                move(&parameters, gradient, &first, &second, step: step, of: steps)
            }
            loss = Float(losses.sum / losses.weight)
        }
        return (result(frame, parameters), loss)
    }

    /// Fisher & Yates.
    private func shuffle(_ order: inout [Int], by random: CounterRandom) {
        for place in order.indices.dropFirst() {
            order.swapAt(place, Int(random.bits(UInt64(place)) % UInt64(place + 1)))
        }
    }

    /// Adds the gradient of one example's loss; the loss.
    @inline(__always)
    private func descend(
        _ measures: SIMD32<Float>, target: Float, weight: Float, _ frame: EvidenceWeights, _ parameters: Parameters,
        into gradient: inout Parameters
    ) -> Float {
        let count = EvidenceWeights.measureCount
        var sums = parameters.rows[count]
        for place in 0..<count { sums += parameters.rows[place] * frame.standardised(measures, place) }
        var units = Lanes.zero
        for unit in 0..<unitCount { units[unit] = tanh(sums[unit]) }
        let logit = (units * parameters.rows[count + 1]).sum() + parameters.rows[count + 2][0]
        let probability = 1 / (1 + exp(-logit))
        let error = weight * (probability - target) / Float(batchSize)
        gradient.rows[count + 2][0] += error
        gradient.rows[count + 1] += units * error
        let back = parameters.rows[count + 1] * error * (Lanes(repeating: 1) - units * units)
        gradient.rows[count] += back
        for place in 0..<count { gradient.rows[place] += back * frame.standardised(measures, place) }
        return max(logit, 0) - logit * target + log1p(exp(-abs(logit)))
    }

    private func move(
        _ parameters: inout Parameters, _ gradient: Parameters, _ first: inout Parameters,
        _ second: inout Parameters, step: Int, of steps: Int
    ) {
        let (beta1, beta2): (Float, Float) = (0.9, 0.999)
        let part = Float(step) / Float(steps)
        let rate = self.rate * 0.5 * (1 + cos(.pi * part)) * min(1, part * 20)
        let correction1 = 1 - pow(beta1, Float(step))
        let correction2 = (1 - pow(beta2, Float(step))).squareRoot()
        for row in parameters.rows.indices {
            let g = gradient.rows[row]
            first.rows[row] += (g - first.rows[row]) * (1 - beta1)
            second.rows[row] += (g * g - second.rows[row]) * (1 - beta2)
            let root = second.rows[row].squareRoot() / correction2 + Lanes(repeating: 1e-8)
            parameters.rows[row] -= (first.rows[row] / root / correction1 + parameters.rows[row] * decay) * rate
        }
    }

    /// Mean and inverse standard deviation of each measure.
    private func standard(_ examples: DetectorExamples) -> (mean: [Float], scale: [Float]) {
        var (sums, squares) = (SIMD32<Double>(), SIMD32<Double>())
        for measures in examples.measures {
            let values = SIMD32<Double>(measures)
            sums += values
            squares += values * values
        }
        let mean = sums / Double(max(1, examples.count))
        let variance = squares / Double(max(1, examples.count)) - mean * mean
        let places = 0..<EvidenceWeights.measureCount
        return (places.map { Float(mean[$0]) }, places.map { Float(1 / max(variance[$0], 1e-6).squareRoot()) })
    }

    private func result(_ frame: EvidenceWeights, _ parameters: Parameters) -> EvidenceWeights {
        let count = EvidenceWeights.measureCount
        var weights = frame
        weights.hidden = Array(parameters.rows[..<count])
        weights.biases = parameters.rows[count]
        weights.outputs = parameters.rows[count + 1]
        weights.outputBias = parameters.rows[count + 2][0]
        return weights
    }
}
