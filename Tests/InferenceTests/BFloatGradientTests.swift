import Testing

@testable import Inference

/// Convolutions and linear layers with bfloat16 factors beside 32-bit floats: values and gradients differ by roundings only.
@Suite(.enabled(if: Precision.bfloat16.isSupported, "this CPU has no AVX512-BF16"))
struct BFloatGradientTests {
    @Test(arguments: LayerGradientTests.convolutions)
    func product_ofRoundedFactors_isNearThatOfSingles(_ item: LayerGradientTests.Case) throws {
        func run(_ precision: Precision) throws -> (values: [Float], gradients: [Float]) {
            let check = try GradientCheck(batch: item.batch, precision: precision, item.shapes) {
                let result = try item.build(&$0, $1)
                try $0.output("result", result)
                return result
            }
            check.executor.forward(training: true)
            check.executor.backward()
            return (try check.executor.output("result"), Array(check.executor.gradients))
        }
        let single = try run(.float32)
        let bfloat = try run(.bfloat16)
        for (a, b) in [(single.values, bfloat.values), (single.gradients, bfloat.gradients)] {
            let scale = a.map(abs).max() ?? 1
            let worst = zip(a, b).map { abs($0 - $1) }.max() ?? 1
            #expect(worst < 0.012 * scale, "\(item.name)")
            // Depthwise convolutions have no matrix product: they stay in 32-bit floats.
            #expect((worst > 0) != item.name.hasPrefix("depthwise"), "\(item.name)")
        }
    }
}
