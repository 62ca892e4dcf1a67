import Foundation

/// What speaks for a pacemaker having started a beat.
public struct PacingEvidence: Sendable, Equatable, Codable {
    /// The spike by itself: how far it stands out (logarithms of its height over the complex's and over the noise before
    /// it), and the parts of the slow waves' energy that come before it and well after it.
    public var spike: SIMD4<Float>
    /// The spike beside the patient's own: the logit of the spike by itself, at most 12 either way, and, times the root of
    /// the share of beats that had a spike of late, how little its size differs from theirs, how much it correlates with
    /// them, and 1.
    public var memory: SIMD4<Float>
    /// Whether a pacemaker started the beat, 0 to 1.
    public var probability: Float

    /// Makes evidence.
    public init(spike: SIMD4<Float>, memory: SIMD4<Float>, probability: Float) {
        self.spike = spike
        self.memory = memory
        self.probability = probability
    }
}

/// Two logistic functions: of the spike by itself, and of that beside what is known of the patient.
public struct PacingWeights: Sendable, Equatable, Codable {
    /// Weights of `PacingEvidence.spike`.
    public var spike: SIMD4<Float>
    /// Constant beside them.
    public var spikeBias: Float
    /// Weights of `PacingEvidence.memory`.
    public var memory: SIMD4<Float>
    /// Constant beside them.
    public var memoryBias: Float

    /// Makes weights.
    public init(spike: SIMD4<Float>, spikeBias: Float, memory: SIMD4<Float>, memoryBias: Float) {
        self.spike = spike
        self.spikeBias = spikeBias
        self.memory = memory
        self.memoryBias = memoryBias
    }

    /// The weights of `beatlab fit-pacing`: its last line.
    public static let fitted = PacingWeights(
        spike: SIMD4(-0.8932, 10.36, -11.3, 16.79), spikeBias: -21.5, memory: SIMD4(0.2219, 6.997, -0.08426, 0.7304),
        memoryBias: -3.543)
}

/// The logistic function.
func logistic(_ value: Float) -> Float { 1 / (1 + exp(-value)) }
