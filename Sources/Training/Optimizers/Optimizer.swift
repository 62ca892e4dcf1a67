public import Inference

/// Moves trained values along their gradients.
///
/// A value with its state (moments, count of steps), which can be written to a checkpoint and read back so that training continues
/// exactly. What a step computes does not depend on the number of threads.
public protocol Optimizer: Sendable {
    /// Steps so far.
    var steps: Int { get }
    /// One step with the executor's gradients, each multiplied by `gradientScale` (see `GradientClipping`).
    ///
    /// A step of scale 0 is counted and moves nothing, neither values nor moments, whatever the gradients are.
    mutating func step(_ executor: TrainingExecutor, rate: Float, gradientScale: Float)
    /// The state as named tensors for a checkpoint.
    var state: [(name: String, tensor: Tensor)] { get }
    /// Takes over a state that `state` returned for the same network.
    mutating func restore(_ state: [String: Tensor]) throws
}

/// Why an optimiser cannot go on from a checkpoint.
public enum OptimizerError: Error, Equatable, CustomStringConvertible {
    /// The checkpoint lacks a tensor or has it in another size.
    case state(name: String, expected: Int, found: Int?)
    /// The checkpoint's number of steps is none.
    case steps(Float)

    /// What is wrong and the way on.
    public var description: String {
        switch self {
        case .state(let name, let expected, let found):
            "the checkpoint's optimiser state '\(name)' has \(found.map(String.init) ?? "no") values, \(expected) are "
                + "needed: resume with the network and optimiser that wrote it"
        case .steps(let count): "the checkpoint's optimiser has made \(count) steps, which is no number of steps"
        }
    }
}

extension [String: Tensor] {
    /// The steps that an optimiser has made.
    var stepCount: Int {
        get throws(OptimizerError) {
            let count = try values("optimizer.steps", count: 1)[0]
            guard let steps = Int(exactly: count), steps >= 0 else { throw .steps(count) }
            return steps
        }
    }

    /// The values of a state's tensor.
    func values(_ name: String, count: Int) throws(OptimizerError) -> [Float] {
        guard let tensor = self[name], tensor.values.count == count else {
            throw .state(name: name, expected: count, found: self[name]?.values.count)
        }
        return tensor.values
    }
}

/// Stretches of values that weight decay applies to or not, together all of them.
struct DecayStretches: Sendable, Equatable {
    private(set) var stretches: [(range: Range<Int>, decays: Bool)] = []

    init(_ weights: Weights) {
        var end = 0
        for range in weights.decayingRanges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            add(end..<range.lowerBound, false)
            add(range, true)
            end = range.upperBound
        }
        add(end..<weights.trainedEnd, false)
    }

    /// Long stretches are cut, so that threads can share them.
    private mutating func add(_ range: Range<Int>, _ decays: Bool) {
        for first in stride(from: range.lowerBound, to: range.upperBound, by: 32_768) {
            stretches.append((first..<Swift.min(range.upperBound, first + 32_768), decays))
        }
    }

    static func == (a: Self, b: Self) -> Bool {
        a.stretches.elementsEqual(b.stretches) { $0.range == $1.range && $0.decays == $1.decays }
    }
}
