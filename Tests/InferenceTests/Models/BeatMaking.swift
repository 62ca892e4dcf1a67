import Extraction

@testable import Inference

/// Beats that differ by a number, for tests of classifiers.
func makeBeat(_ number: Int, stage: Beat.Stage = .final, window: BeatWindow = .standard) -> Beat {
    let random = CounterRandom(seed: 5, stream: UInt64(number))
    let size = LeadSelection.count * window.length
    return Beat(
        sample: Int64(number * 300), readyAt: Int64(number * 300 + 200), stage: stage,
        window: (0..<size).map { random.normal(UInt64($0)) * 0.4 },
        template: (0..<size).map { random.normal(UInt64(size + $0)) * 0.4 },
        context: (0..<ContextFeature.count).map { random.normal(UInt64(2 * size + $0)) * 0.3 }, rr: 0.8, quality: 1)
}

/// The smallest architecture with all three kinds of experts.
let smallEntry = ModelRegistry.Entry(
    name: "small", summary: "for tests",
    experts: [
        .init(
            name: "signal",
            expert: Expert(
                encoder: .signal(
                    InceptionTime(depth: 3, filters: 2, kernels: [5, 3], bottleneck: 2, stemStride: 2, positions: 4)),
                head: BeatHead(features: 6, recurrent: 4, dropout: 0.2))),
        .init(
            name: "vision",
            expert: Expert(
                encoder: .vision(
                    EfficientNet(
                        stem: 4, stages: [.init(expansion: 2, kernel: 3, stride: 2, channels: 4, repeats: 1)], top: 8),
                    ScalogramConfiguration(scales: 8, times: 13)),
                head: BeatHead(features: 6, recurrent: 0, dropout: 0.2), tellsSupraventricular: false)),
        .init(
            name: "timing",
            expert: Expert(encoder: .timing, head: BeatHead(features: 6, layers: 2, recurrent: 5, dropout: 0.2))),
    ])
