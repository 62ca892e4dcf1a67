import Extraction
import Foundation
import Signal
import Testing

@testable import Inference

/// Model files with one to three faults in what they say of themselves or in their numbers: refused, or they judge beats.
///
/// `BEATD_FUZZ=20` tries twenty times as many.
@Suite struct ModelFuzzTests {
    private static let rounds = Int(ProcessInfo.processInfo.environment["BEATD_FUZZ"] ?? "1") ?? 1

    /// What takes the place of a value.
    private static var strangers: [Any] {
        [
            0, -1, 1, 2, 3, 7, 1e-30, 0.5, 1e9, 3e38, -3e38, 1e300, 2_147_483_648, Int64.max, Int64.min, true, "", "x",
            NSNull(), [Any](), [String: Any](), [1, 2, 3], ["x": 1],
        ]
    }

    /// A network of each kind, trees and, beside them, an expert on single leads.
    private static func model() throws -> BeatModel {
        var model = try BeatModel(untrained: smallEntry, seed: 8)
        let trees = try BeatModel(untrained: try #require(ModelRegistry.entries.first { $0.name == "trees" }))
        model.ensemble.experts += trees.ensemble.experts
        model.weights += trees.weights
        model.ensemble.experts.append(model.ensemble.experts[2])
        model.ensemble.experts[4].name = "single-lead-timing"
        model.ensemble.experts[4].leads = 1
        model.weights.append(model.weights[2])
        model.ensemble.fusion = .init(space: .logarithm, weights: [1, 1, 1, 1, 1])
        return model
    }

    @Test(arguments: 0..<4)
    func model_withFaults_isRefusedOrJudges(part: Int) throws {
        let good = try Self.model().file()
        let beats = (0..<3).map { makeBeat($0) }
        var accepted = 0
        let count = 100 * Self.rounds
        for index in part * count..<(part + 1) * count {
            var faults = Faults(seed: UInt64(index))
            var file = good
            for _ in 0...faults.below(3) { try faults.damage(&file, Self.strangers) }
            let bytes = try file.bytes()
            guard let read = try? Safetensors(bytes: bytes), let model = try? BeatModel(file: read),
                let classifier = try? BeatClassifier(model: model)
            else { continue }
            accepted += 1
            for verdict in try classifier.classify(beats) {
                let sum = verdict.probabilities.reduce(0, +)
                #expect(abs(sum - 1) < 1e-3, "input \(index): \(verdict.probabilities)")
            }
        }
        #expect(accepted > count / 20 && accepted < count * 9 / 10, "\(accepted) of \(count) are accepted")
    }
}

/// Faults that are always the same for a seed.
private struct Faults {
    private let random: CounterRandom
    private var drawn: UInt64 = 0

    init(seed: UInt64) { random = CounterRandom(seed: seed, stream: 0x4641_554c) }

    mutating func below(_ bound: Int) -> Int {
        drawn += 1
        return Int(random.bits(drawn) % UInt64(max(bound, 1)))
    }

    /// Puts one fault into the metadata or into a tensor.
    mutating func damage(_ file: inout Safetensors, _ strangers: [Any]) throws {
        let names = file.tensors.keys.sorted()
        switch below(4) {
        case 0:
            let name = names[below(names.count)]
            guard var values = file.tensors[name]?.values, let shape = file.tensors[name]?.shape, !values.isEmpty else {
                return
            }
            let extremes: [Float] = [0, -1, 1e30, 3e38, -3e38, 1e-38]
            values[below(values.count)] = extremes[below(extremes.count)]
            file.tensors[name] = Tensor(shape: shape, values: values)
        case 1 where below(4) == 0: file.tensors[names[below(names.count)]] = nil
        default:
            let key = ["architecture", "architecture", "window", "training"][below(4)]
            let text = file.metadata[key] ?? ""
            guard let old = try? JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed) else {
                return
            }
            let new = changed(old, strangers)
            let data = try JSONSerialization.data(withJSONObject: new, options: .fragmentsAllowed)
            file.metadata[key] = String(decoding: data, as: UTF8.self)
        }
    }

    /// A value with a stranger somewhere in it.
    private mutating func changed(_ value: Any, _ strangers: [Any]) -> Any {
        switch value {
        case var object as [String: Any] where !object.isEmpty && below(12) > 0:
            let key = object.keys.sorted()[below(object.count)]
            if below(12) == 0 { object[key] = nil } else { object[key] = changed(object[key] ?? 0, strangers) }
            return object
        case var list as [Any] where !list.isEmpty && below(12) > 0:
            let place = below(list.count)
            switch below(12) {
            case 0: list.remove(at: place)
            case 1: list.append(list[place])
            default: list[place] = changed(list[place], strangers)
            }
            return list
        default: return strangers[below(strangers.count)]
        }
    }
}
