/// What the detector made of one candidate.
public struct WeighedCandidate: Sendable, Equatable {
    /// Absolute frame where its R peak would be.
    public var frame: Int64
    /// The measures of `Evidence`, in the order of `EvidenceWeights`.
    public var measures: SIMD32<Float>
    /// The beat, where it is one.
    public var peak: RPeak?
}
