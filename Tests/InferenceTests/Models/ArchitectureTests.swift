import Extraction
import Testing

@testable import Inference

@Suite struct ArchitectureTests {
    /// torchvision's features of efficientnet_b0 and b1 without the classifier: 4,007,548 and 6,513,184.
    @Test(arguments: [(EfficientNet.b0, 4_007_548), (EfficientNet.b1, 6_513_184)])
    func efficientNet_withoutAttention_hasThePapersSize(network: EfficientNet, expected: Int) throws {
        var plain = network
        plain.attention = false
        var builder = GraphBuilder()
        let input = try builder.input("picture", [64, 64, 3])
        let value = try plain.encode(input, name: "vision", into: &builder)
        try builder.output("embedding", value)
        let graph = try builder.build()
        #expect(graph.trainedCount == expected)
        #expect(value.shape == [1280])
    }

    /// Fawaz's network with 32 filters, kernels 39, 19, 9, depth 6 on 2 leads, counted by hand: bottlenecks
    /// 2·32 + 5·128·32, convolutions 6·32·32·(39 + 19 + 9), pooled branches 32·2 + 5·32·128, norms 6·256, residuals
    /// 2·128 + 128·128 + 2·256.
    @Test func inceptionTime_base_hasThePapersSize() throws {
        var builder = GraphBuilder()
        let input = try builder.input("picture", [256, 2])
        let value = try InceptionTime.base.encode(input, name: "signal", into: &builder)
        try builder.output("embedding", value)
        let bottlenecks = 2 * 32 + 5 * 128 * 32
        let convolutions = 6 * 32 * 32 * (39 + 19 + 9)
        let pooled = 32 * 2 + 5 * 32 * 128
        let residuals = 2 * 128 + 128 * 128 + 2 * 256
        let count = try builder.build().trainedCount
        #expect(count == bottlenecks + convolutions + pooled + 6 * 256 + residuals)
        #expect(value.shape == [128])
    }

    @Test(arguments: ModelRegistry.entries.map(\.name))
    func registry_entries_buildForTrainingAndStreaming(name: String) throws {
        let entry = try #require(ModelRegistry.entry(named: name))
        for member in entry.experts {
            let training = try member.expert.trainingGraph(
                window: .standard, steps: 3, smoothing: 0, classWeights: [])
            let streaming = try member.expert.streamingGraph(window: .standard)
            #expect(training.parameters == streaming.parameters)
        }
    }

    @Test func scaling_ofMeasuredRows_hasMeanZeroAndDeviationOne() {
        let scaling = ContextScaling(measuring: [[1, 10, 3, 30], [5, 50]], width: 2, floor: 0)
        #expect(scaling.means == [3, 30])
        var row: [Float] = [3 + 1.633, 30 - 16.33]
        row.withUnsafeMutableBufferPointer { scaling.apply(to: $0) }
        #expect(abs(row[0] - 1) < 1e-3 && abs(row[1] + 1) < 1e-3)
        row = [1000, -1000]
        row.withUnsafeMutableBufferPointer { scaling.apply(to: $0) }
        #expect(row == [5, -5])
    }
}
