/// One heartbeat found in the signal.
public struct RPeak: Sendable, Equatable, Codable {
    /// Absolute frame of the R peak in the detector's input.
    public var frame: Int64
    /// Absolute frame of the last input that the decision needed (`frame + delay`).
    public var decidedAt: Int64
    /// How sure the detector is, 0 (barely over the threshold) to 1.
    public var confidence: Float
    /// True where search-back found it.
    public var fromSearchBack: Bool
    /// Leads that had hardly any part in the decision, since there is more noise in them than in others or no complexes at all.
    public var faintLeads: LeadSet
    /// What speaks for a pacemaker having started the beat; nil where the rate is too low to see its
    /// spike, or where it was not asked for.
    public var pacing: PacingEvidence?

    /// Makes an R peak.
    public init(
        frame: Int64, decidedAt: Int64, confidence: Float, fromSearchBack: Bool, faintLeads: LeadSet = [],
        pacing: PacingEvidence? = nil
    ) {
        self.frame = frame
        self.decidedAt = decidedAt
        self.confidence = confidence
        self.fromSearchBack = fromSearchBack
        self.faintLeads = faintLeads
        self.pacing = pacing
    }
}
