import Foundation

/// A logistic function of a few measures, fitted by Newton's method with a ridge.
///
/// Minimises the weighted mean of the cross-entropy plus `ridge` / 2 times the squares of the weights, each in units of its
/// measure's standard deviation (Hastie, Tibshirani & Friedman, *The Elements of Statistical Learning*, 4.4). The problem is
/// convex: the answer does not depend on a start or on an order.
struct LogisticRegression {
    /// One weight per measure, and the constant.
    private(set) var weights: [Double]
    private(set) var bias: Double

    /// One beat to learn from.
    struct Example {
        var measures: SIMD4<Float>
        var isPositive: Bool
        var weight: Double
    }

    init(_ examples: [Example], ridge: Double = 2e-4, steps: Int = 50) {
        let count = SIMD4<Float>.scalarCount
        let total = examples.reduce(0) { $0 + $1.weight }
        var mean = [Double](repeating: 0, count: count)
        var scale = mean
        for index in 0..<count {
            mean[index] = examples.reduce(0) { $0 + $1.weight * Double($1.measures[index]) } / total
            let variance = examples.reduce(0) { sum, example in
                let difference = Double(example.measures[index]) - mean[index]
                return sum + example.weight * difference * difference
            }
            scale[index] = max((variance / total).squareRoot(), 1e-6)
        }
        // The constant comes last, without a ridge.
        var beta = [Double](repeating: 0, count: count + 1)
        for _ in 0..<steps {
            var gradient = beta.map { ridge * $0 }
            gradient[count] = 0
            var curvature = beta.indices.map { row in beta.indices.map { $0 == row && row < count ? ridge : 0 } }
            for example in examples {
                let x = (0..<count).map { (Double(example.measures[$0]) - mean[$0]) / scale[$0] } + [1]
                let chance = 1 / (1 + exp(-zip(beta, x).reduce(0) { $0 + $1.0 * $1.1 }))
                let weight = example.weight / total
                for row in x.indices {
                    gradient[row] += weight * (chance - (example.isPositive ? 1 : 0)) * x[row]
                    for column in x.indices {
                        curvature[row][column] += weight * max(chance * (1 - chance), 1e-9) * x[row] * x[column]
                    }
                }
            }
            let step = Self.solve(curvature, gradient)
            // Newton's method may overshoot where the classes are nearly separable.
            let length = step.reduce(0) { max($0, abs($1)) }
            for index in beta.indices { beta[index] -= step[index] * min(1, 2 / max(length, 1e-12)) }
            if length < 1e-8 { break }
        }
        weights = (0..<count).map { beta[$0] / scale[$0] }
        bias = beta[count] - zip(weights, mean).reduce(0) { $0 + $1.0 * $1.1 }
    }

    /// Solves a symmetric positive definite system by Gaussian elimination.
    private static func solve(_ matrix: [[Double]], _ right: [Double]) -> [Double] {
        var (a, b) = (matrix, right)
        for pivot in b.indices {
            for row in (pivot + 1)..<max(b.count, pivot + 1) {
                let factor = a[row][pivot] / a[pivot][pivot]
                for column in pivot..<b.count { a[row][column] -= factor * a[pivot][column] }
                b[row] -= factor * b[pivot]
            }
        }
        for pivot in b.indices.reversed() {
            for column in (pivot + 1)..<max(b.count, pivot + 1) { b[pivot] -= a[pivot][column] * b[column] }
            b[pivot] /= a[pivot][pivot]
        }
        return b
    }
}
