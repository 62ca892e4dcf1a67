import Signal

/// What leaves of trees hold where a file is to be small: log odds of S and of V to N, two values in place of five.
///
/// Only differences of logits count, so N needs none. Fusion beats are told by `FusionBeat` and paced ones apart, from few
/// patients; what trees say of those two classes is dropped, which leaves the odds among N, S and V as they were.
public enum LeafOdds: String, Sendable, Hashable, Codable {
    /// Of S and of V to N.
    case prematureToNormal = "S and V to N"

    private static let classes: [BeatClass] = [.supraventricular, .ventricular]
    /// Logit of the classes that are never said.
    private static let never: Float = -16

    /// Values of a leaf.
    var count: Int { Self.classes.count }

    /// The tensors of an expert of trees with such leaves, from those with a value for each class: leaves of odds, and the
    /// matrix and the bias that make logits of all classes of them.
    func tensors(_ tensors: [String: Tensor]) -> [String: Tensor] {
        guard let leaves = tensors["trees.leaves"] else { return tensors }
        var odds: [Float] = []
        odds.reserveCapacity(leaves.values.count / classCount * count)
        for start in stride(from: 0, to: leaves.values.count, by: classCount) {
            let normal = leaves.values[start + BeatClass.normal.rawValue]
            for one in Self.classes { odds.append(leaves.values[start + one.rawValue] - normal) }
        }
        var matrix = [Float](repeating: 0, count: classCount * count)
        var bias = [Float](repeating: Self.never, count: classCount)
        bias[BeatClass.normal.rawValue] = 0
        for (column, one) in Self.classes.enumerated() {
            matrix[one.rawValue * count + column] = 1
            bias[one.rawValue] = 0
        }
        var result = tensors
        result["trees.leaves"] = Tensor(shape: leaves.shape.dropLast() + [count], values: odds)
        result["odds.weight"] = Tensor(shape: [classCount, count], values: matrix)
        result["odds.bias"] = Tensor(shape: [classCount], values: bias)
        return result
    }
}

extension BeatModel {
    /// The same model with leaves of trees that hold the log odds of S and of V to N alone: two fifths of their size.
    public func withLeafOdds() -> BeatModel {
        var model = self
        for (index, member) in ensemble.experts.enumerated() {
            guard case .trees(let count, let depth, nil) = member.expert.encoder else { continue }
            let leaves = LeafOdds.prematureToNormal
            model.ensemble.experts[index].expert.encoder = .trees(count: count, depth: depth, leaves: leaves)
            model.weights[index] = leaves.tensors(weights[index])
        }
        return model
    }
}
