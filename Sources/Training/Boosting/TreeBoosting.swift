import Foundation
import Inference

/// Fits `ObliviousTrees` to labelled rows by stochastic gradient boosting.
///
/// Friedman, *Stochastic gradient boosting*, Comput. Stat. Data Anal. 38 (2002) 367-378, with the cross-entropy of all
/// classes, oblivious trees with one value per class in a leaf (Prokhorenkova et al., *CatBoost*, NeurIPS 2018) and
/// Newton steps in the leaves. Every tree is grown on a share of the rows and may ask for a share of the features.
/// The result is the same for any number of threads.
struct TreeBoosting {
    /// Settings of a fit.
    typealias Settings = TrainingConfiguration.Boosting

    private let settings: Settings
    private let pool: WorkerPool
    private let bins: FeatureBins
    private let labels: [UInt8]
    private let rowWeights: [Float]
    private let classes: Int
    private let random: CounterRandom
    /// log odds so far, (rows, 8): one vector a row, classes first.
    private var scores: [SIMD8<Float>]
    private let prior: SIMD8<Float>

    /// Prepares; `values` are (rows, `width`), `weights` are by class; `pool` does the work.
    init(
        values: [Float], width: Int, labels: [UInt8], weights: [Float], settings: Settings, seed: UInt64,
        pool: WorkerPool
    ) {
        precondition(weights.count < 8, "classes and a weight fill a vector of eight")
        precondition(values.count == width * labels.count, "one label per row")
        self.settings = settings
        self.pool = pool
        self.labels = labels
        classes = weights.count
        rowWeights = labels.map { weights[Int($0)] }
        bins = FeatureBins(values, width: width, most: settings.borders, pool: pool)
        random = CounterRandom(seed: seed, stream: 0x5452_4545)
        var prior = SIMD8<Float>(repeating: 0)
        var total: Float = 0
        for (label, weight) in zip(labels, rowWeights) {
            prior[Int(label)] += weight
            total += weight
        }
        for index in weights.indices { prior[index] = logf(max(prior[index] / max(total, 1), 1e-4)) }
        self.prior = prior
        scores = [SIMD8<Float>](repeating: prior, count: labels.count)
    }

    /// A fitted tree in numbers of features and borders.
    private struct Tree {
        var questions: [(feature: Int, border: Int)] = []
        var leaves: [SIMD8<Float>] = []
    }

    /// Fits all trees; `progress` gets the number of trees so far and the mean loss of all rows.
    mutating func fit(progress: (Int, Float) -> Void) -> [String: Tensor] {
        var trees: [Tree] = []
        for number in 0..<settings.trees {
            let derivatives = derivatives()
            progress(number, derivatives.loss)
            let own = random.stream(UInt64(number))
            let sampled = labels.indices.filter { own.uniform(UInt64($0)) < settings.rows }
            let features = bins.borders.indices.filter {
                own.uniform(UInt64(labels.count + $0)) < settings.features && !bins.borders[$0].isEmpty
            }
            var tree = grow(derivatives.gradients, sampled, features)
            addLeaves(&tree, derivatives)
            trees.append(tree)
        }
        progress(settings.trees, derivatives().loss)
        return tensors(trees)
    }

    // MARK: - One tree

    /// Of the loss of all rows, by their scores: `(rows, 8)`.
    private struct Derivatives {
        /// Negative first derivatives by class, the row's weight in the last lane.
        var gradients: [SIMD8<Float>]
        /// Second derivatives by class.
        var curvatures: [SIMD8<Float>]
        /// Mean loss.
        var loss: Float
    }

    private func derivatives() -> Derivatives {
        var result = Derivatives(
            gradients: [SIMD8<Float>](repeating: .zero, count: labels.count),
            curvatures: [SIMD8<Float>](repeating: .zero, count: labels.count), loss: 0)
        var loss = 0.0
        var total: Float = 0
        for row in labels.indices {
            let shares = probabilities(row)
            let weight = rowWeights[row]
            loss -= Double(weight * logf(max(shares[Int(labels[row])], 1e-7)))
            total += weight
            var gradient = SIMD8<Float>(repeating: 0)
            gradient[Int(labels[row])] = weight
            gradient -= weight * shares
            gradient[7] = weight
            result.gradients[row] = gradient
            result.curvatures[row] = weight * shares * (1 - shares)
        }
        result.loss = Float(loss) / max(total, 1)
        return result
    }

    private func probabilities(_ row: Int) -> SIMD8<Float> {
        let score = scores[row]
        var highest = score[0]
        for index in 1..<classes { highest = max(highest, score[index]) }
        var shares = SIMD8<Float>(repeating: 0)
        for index in 0..<classes { shares[index] = expf(score[index] - highest) }
        return shares / shares.sum()
    }

    /// Chooses the questions level by level: the one that explains most of the gradient in all nodes together.
    private func grow(_ gradients: [SIMD8<Float>], _ sampled: [Int], _ features: [Int]) -> Tree {
        var tree = Tree()
        let own = sampled.map { gradients[$0] }
        var nodes = [UInt16](repeating: 0, count: sampled.count)
        var counted = Array(sampled.indices)
        var isCounted = [true]
        var sums = [[SIMD8<Float>]](repeating: [], count: features.count)
        for level in 0..<settings.depth {
            let gains = gains(of: features, sums: &sums, isCounted: isCounted) { feature, sums in
                let (width, column) = (bins.borders[feature].count + 1, feature * bins.rowCount)
                bins.codes.withUnsafeBufferPointer { codes in
                    for index in counted {
                        sums[Int(nodes[index]) * width + Int(codes[column + sampled[index]])] += own[index]
                    }
                }
            }
            guard let best = gains.indices.max(by: { gains[$0].gain < gains[$1].gain }), gains[best].gain > -.infinity
            else { break }
            tree.questions.append((features[best], gains[best].border))
            let (column, border) = (features[best] * bins.rowCount, UInt8(gains[best].border))
            var counts = [Int](repeating: 0, count: 2 << level)
            for (index, row) in sampled.enumerated() {
                if bins.codes[column + row] > border { nodes[index] |= 1 << UInt16(level) }
                counts[Int(nodes[index])] += 1
            }
            // Of two nodes that were one, the smaller is counted; the other has what is left.
            let half = 1 << level
            isCounted = counts.indices.map { node in
                node < half ? counts[node] < counts[node + half] : counts[node] <= counts[node - half]
            }
            counted = nodes.indices.filter { isCounted[Int(nodes[$0])] }
        }
        return tree
    }

    /// The best border of every feature and what it gains.
    ///
    /// - Parameters:
    ///   - sums: of the gradients by node and code, a feature each; those of the level before become this one's.
    ///   - isCounted: nodes whose rows `count` adds up; theirs are taken from the sums of the node that they come from.
    private func gains(
        of features: [Int], sums: inout [[SIMD8<Float>]], isCounted: [Bool],
        count: (Int, UnsafeMutableBufferPointer<SIMD8<Float>>) -> Void
    ) -> [(gain: Float, border: Int)] {
        var gains = [(gain: Float, border: Int)](repeating: (-.infinity, 0), count: features.count)
        gains.withUnsafeMutableBufferPointer { gains in
            sums.withUnsafeMutableBufferPointer { sums in
                nonisolated(unsafe) let (gains, sums) = (gains, sums)
                nonisolated(unsafe) let count = count
                pool.run(features.count) { index, _ in
                    let width = bins.borders[features[index]].count + 1
                    var own = [SIMD8<Float>](repeating: .zero, count: isCounted.count * width)
                    own.withUnsafeMutableBufferPointer { count(features[index], $0) }
                    let half = isCounted.count / 2
                    for node in isCounted.indices where !isCounted[node] {
                        let parent = node % half
                        let sibling = node < half ? node + half : node - half
                        for code in 0..<width {
                            own[node * width + code] = sums[index][parent * width + code] - own[sibling * width + code]
                        }
                    }
                    gains[index] = bestBorder(own, nodeCount: isCounted.count)
                    sums[index] = own
                }
            }
        }
        return gains
    }

    /// The border that gains most over all nodes, from the gradients' sums by node and code.
    private func bestBorder(_ sums: [SIMD8<Float>], nodeCount: Int) -> (gain: Float, border: Int) {
        let width = sums.count / nodeCount
        var gains = [Float](repeating: 0, count: width - 1)
        for node in 0..<nodeCount {
            let own = sums[node * width..<(node + 1) * width]
            let total = own.reduce(SIMD8<Float>.zero, +)
            var left = SIMD8<Float>.zero
            for (border, sum) in own.dropLast().enumerated() {
                left += sum
                gains[border] += worth(left) + worth(total - left)
            }
        }
        guard let best = gains.indices.max(by: { gains[$0] < gains[$1] }) else { return (-.infinity, 0) }
        return (gains[best], best)
    }

    /// Squared gradient over regularised weight.
    private func worth(_ sum: SIMD8<Float>) -> Float {
        var gradient = sum
        gradient[7] = 0
        return (gradient * gradient).sum() / (sum[7] + settings.regularization)
    }

    /// Newton steps of all rows, and the scores after them.
    private mutating func addLeaves(_ tree: inout Tree, _ derivatives: Derivatives) {
        let count = 1 << settings.depth
        var slopes = [SIMD8<Float>](repeating: .zero, count: count)
        var curvatures = slopes
        let leaves = leaves(of: tree)
        for row in labels.indices {
            slopes[leaves[row]] += derivatives.gradients[row]
            curvatures[leaves[row]] += derivatives.curvatures[row]
        }
        tree.leaves = zip(slopes, curvatures).map { slope, curvature in
            var value = settings.rate * slope / (curvature + settings.regularization)
            for index in classes..<8 { value[index] = 0 }
            return value
        }
        for row in labels.indices { scores[row] += tree.leaves[leaves[row]] }
    }

    private func leaves(of tree: Tree) -> [Int] {
        var numbers = [Int](repeating: 0, count: labels.count)
        for (level, question) in tree.questions.enumerated() {
            let column = question.feature * bins.rowCount
            for row in labels.indices where bins.codes[column + row] > UInt8(question.border) {
                numbers[row] |= 1 << level
            }
        }
        return numbers
    }

    // MARK: - Weights

    /// The parameters of `ObliviousTrees`; the prior goes into the first tree's leaves.
    private func tensors(_ trees: [Tree]) -> [String: Tensor] {
        var features: [Float] = []
        var thresholds: [Float] = []
        var leaves: [Float] = []
        for (number, tree) in trees.enumerated() {
            for level in 0..<settings.depth {
                // A tree that ran out of questions asks what nobody answers with yes: for more than the largest number of 16 bits.
                let question = level < tree.questions.count ? tree.questions[level] : nil
                features.append(Float(question?.feature ?? 0))
                thresholds.append(question.map { bins.borders[$0.feature][$0.border] } ?? 65_504)
            }
            for leaf in tree.leaves {
                for index in 0..<classes { leaves.append(leaf[index] + (number == 0 ? prior[index] : 0)) }
            }
        }
        let (count, depth) = (trees.count, settings.depth)
        return [
            "features": Tensor(shape: [count, depth], values: features),
            "thresholds": Tensor(shape: [count, depth], values: thresholds),
            "leaves": Tensor(shape: [count, 1 << depth, classes], values: leaves),
        ]
    }
}
