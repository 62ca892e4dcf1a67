/// Sum of oblivious decision trees over the features of every row: `(…, F)` to `(…, classes)`.
///
/// In an oblivious tree all nodes of a level ask the same question (Kohavi, *Bottom-up induction of oblivious read-once
/// decision graphs*, ECML 1994; as boosted in CatBoost, Prokhorenkova et al., NeurIPS 2018): with answers
/// `bₖ = x[featureₖ] > thresholdₖ` the leaf is number `Σ bₖ 2ᵏ`, without a branch. Leaves hold one value per class, log odds
/// in sum. Fitted by boosting (`TreeBoosting`), not by gradients.
///
/// Parameters: `features` `(trees, depth)`, whole numbers below F; `thresholds` `(trees, depth)`; `leaves`
/// `(trees, 2^depth, classes)`.
public struct ObliviousTrees: Layer {
    /// Number of trees.
    public let trees: Int
    /// Questions of a tree.
    public let depth: Int
    /// Values of a leaf.
    public let classes: Int

    /// Describes it.
    public init(trees: Int, depth: Int, classes: Int) {
        self.trees = trees
        self.depth = depth
        self.classes = classes
    }

    /// The result for inputs of these shapes.
    public func outputShape(_ inputs: [Shape], node: String) throws(GraphError) -> Shape {
        let input = try single(inputs, node)
        try check("trees", trees, 1...65_536, node)
        try check("depth", depth, 1...12, node)
        try check("classes", classes, 1...4096, node)
        guard input.rank >= 1 else { throw .shape(node: node, found: inputs, reason: "it has no features") }
        return Shape(input.dimensions.dropLast() + [classes])
    }

    /// What it keeps; nothing of it is learned by gradients.
    public func parameters(_ inputs: [Shape]) -> [Parameter] {
        [
            Parameter("features", [trees, depth], isTrained: false, initialization: .constant(0)),
            Parameter("thresholds", [trees, depth], isTrained: false, initialization: .constant(0)),
            Parameter("leaves", [trees, 1 << depth, classes], isTrained: false, initialization: .constant(0)),
        ]
    }

    /// Comparisons and additions of one sample.
    public func multiplyAccumulates(_ inputs: [Shape], output: Shape) -> Int {
        output.positions * trees * (depth + classes)
    }

    /// Memory for a batch.
    public func memory(_ inputs: [Shape], output: Shape, batch: Int) -> LayerMemory {
        LayerMemory(readsInputs: false)
    }

    /// Forward pass.
    public func forward(_ pass: LayerPass) {
        let width = pass.inputShapes[0].channels
        pass.ranges(pass.batch * pass.shape.positions, width: trees * depth) { rows in
            for row in rows {
                sum(
                    pass.inputs[0] + row * width, features: pass.parameters[0], thresholds: pass.parameters[1],
                    leaves: pass.parameters[2], into: pass.output + row * classes)
            }
        }
    }

    /// Backward pass: a sum of steps has no slope.
    public func backward(_ pass: LayerPass) {
        guard let dX = pass.inputGradients[0] else { return }
        dX.update(repeating: 0, count: pass.batch * pass.inputShapes[0].count)
    }

    /// Whether a tensor of a model file with this name holds what trees ask, and not what they answer.
    static func isQuestion(_ name: String) -> Bool { name.hasSuffix(".features") || name.hasSuffix(".thresholds") }

    /// Whether every feature number is one of `width`: weights of files are a stranger's.
    public static func areFeatures(_ numbers: [Float], width: Int) -> Bool {
        numbers.allSatisfy { $0 >= 0 && $0 < Float(width) && $0 == $0.rounded() }
    }

    /// Adds up the leaves that a row of features falls into.
    func sum(
        _ x: UnsafePointer<Float>, features: UnsafePointer<Float>, thresholds: UnsafePointer<Float>,
        leaves: UnsafePointer<Float>, into y: Floats
    ) {
        y.update(repeating: 0, count: classes)
        for tree in 0..<trees {
            var leaf = 0
            for level in 0..<depth {
                let question = tree * depth + level
                leaf |= (x[Int(features[question])] > thresholds[question] ? 1 : 0) << level
            }
            let values = leaves + (tree << depth + leaf) * classes
            for index in 0..<classes { y[index] += values[index] }
        }
    }
}
