import CKernels
import Foundation
import Testing

@Suite struct ElementTests {
    private static let activations = [CK_NONE, CK_RELU, CK_SILU, CK_SIGMOID, CK_TANH]

    @Test(arguments: Variant.all)
    func activate_wholeRange_isAccurateToAMillionth(variant: Variant) {
        let x = stride(from: Float(-90), through: 90, by: 0.0137).map { $0 } + [0, 1e-6, -1e-6, 1e-3, -1e-3]
        for activation in Self.activations {
            var y = [Float](repeating: .nan, count: x.count)
            variant.kernels.activate(Int64(x.count), x, Int32(activation.rawValue), &y)
            for (x, y) in zip(x, y) {
                let expected = activate(Double(x), activation)
                #expect(abs(Double(y) - expected) <= 1e-6 * abs(expected) + 1e-35, "\(activation) of \(x)")
            }
        }
    }

    @Test(arguments: Variant.all)
    func exp_wholeRange_isAccurateToAMillionth(variant: Variant) {
        let x = stride(from: Float(-87), through: 88.7, by: 0.0091).map { $0 }
        var y = [Float](repeating: .nan, count: x.count)
        variant.kernels.exp(Int64(x.count), x, &y)
        for (x, y) in zip(x, y) {
            #expect(abs(Double(y) / exp(Double(x)) - 1) < 1e-6, "exp of \(x)")
        }
    }

    @Test(arguments: Variant.all)
    func activate_notANumber_staysSo(variant: Variant) {
        let x = [Float](repeating: .nan, count: 19)
        for activation in Self.activations {
            var y = [Float](repeating: 0, count: x.count)
            variant.kernels.activate(Int64(x.count), x, Int32(activation.rawValue), &y)
            #expect(y.allSatisfy { $0.isNaN })
        }
    }

    @Test(arguments: Variant.all)
    func activateBackward_againstDifferences_agrees(variant: Variant) {
        let (x, dy) = (values(101, seed: 1).map { $0 * 4 + 0.01 }, values(101, seed: 2))
        for activation in Self.activations {
            var dx = [Float](repeating: .nan, count: x.count)
            variant.kernels.activate_backward(Int64(x.count), x, dy, Int32(activation.rawValue), &dx)
            let h = 1e-6
            let expected = zip(x, dy).map { x, dy in
                let slope = activate(Double(x) + h, activation) - activate(Double(x) - h, activation)
                return Double(dy) * slope / (2 * h)
            }
            #expect(distance(dx, expected) < 1e-5)
        }
    }

    @Test(arguments: Variant.all)
    func adamw_threeSteps_followsTheDefinition(variant: Variant) {
        let count = 37
        var p = values(count, seed: 1)
        var (m, v) = ([Float](repeating: 0, count: count), [Float](repeating: 0, count: count))
        var (q, a, b) = (p.map(Double.init), [Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
        for step in 1...3 {
            let g = values(count, seed: UInt64(10 + step))
            let (c1, c2) = (1 - pow(0.9, Double(step)), 1 - pow(0.999, Double(step)))
            var arguments = ck_adamw_arguments(
                rate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, decay: 0.1, correction1: Float(c1),
                correction2: Float(c2), gradient_scale: 0.5)
            variant.kernels.adamw(Int64(count), &arguments, &p, g, &m, &v)
            for k in 0..<count {
                let gradient = Double(g[k]) * 0.5
                q[k] *= 1 - 0.01 * 0.1
                a[k] = 0.9 * a[k] + 0.1 * gradient
                b[k] = 0.999 * b[k] + 0.001 * gradient * gradient
                q[k] -= 0.01 * (a[k] / c1) / ((b[k] / c2).squareRoot() + 1e-8)
            }
        }
        #expect(distance(p, q) < 1e-5)
    }

    @Test(arguments: Variant.all, [1.0, 250.0] as [Float])
    func magnitude_logarithm_equalsLog1p(variant: Variant, gain: Float) {
        let z = values(2 * 53, seed: 3) + [1e-4, -1e-4, 0, 0]
        let count = z.count / 2
        for logarithm in [0, 1] as [Int32] {
            var y = [Float](repeating: -1, count: count * 3)
            variant.kernels.magnitude(Int64(count), z, gain, logarithm, &y, 3)
            for k in 0..<count {
                let size = Double(gain) * hypot(Double(z[2 * k]), Double(z[2 * k + 1]))
                let expected = logarithm == 1 ? log1p(size) : size
                #expect(abs(Double(y[3 * k]) - expected) <= 2e-6 * expected)
                #expect(y[3 * k + 1] == -1)
            }
        }
    }

    @Test(arguments: Variant.all)
    func arithmetic_oddLengths_equalsNaive(variant: Variant) {
        let (x, z) = (values(45, seed: 4), values(45, seed: 5))
        let k = variant.kernels
        var y = z
        k.add(45, x, z, Int32(CK_RELU.rawValue), &y)
        #expect(y == zip(x, z).map { max($0 + $1, 0) })
        k.multiply(45, x, z, &y)
        #expect(y == zip(x, z).map(*))
        y = z
        k.axpy(45, 0.5, x, &y)
        #expect(distance(y, zip(x, z).map { 0.5 * Double($0) + Double($1) }) < 1e-6)
        #expect(abs(k.squares(45, x) - x.reduce(0.0) { $0 + Double($1) * Double($1) }) < 1e-5)
        let w = values(22, seed: 6)
        var c = z
        k.complex_scale_add(22, x, w, &c)
        #expect(distance(Array(c[..<44]), (0..<44).map { Double(z[$0]) + Double(x[$0]) * Double(w[$0 / 2]) }) < 1e-6)
        k.complex_scale(22, x, w, &c)
        #expect(c[..<44] == (0..<44).map { x[$0] * w[$0 / 2] }[...])
    }
}
