/// A stretch in which the recording, not the heart, changes.
public struct Disturbance: Sendable, Codable, Equatable {
    /// What happens.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// The recorder knows that the electrode is off: values are missing (NaN).
        case off
        /// The electrode is off and the recorder does not know: a flat line with hum and a little noise.
        case flat
        /// The amplifier is saturated: values far above any ECG, which the file's range limits.
        case saturated
        /// Muscle noise ten times as strong (at least 0.3 mV).
        case movement
    }

    /// What happens.
    public var kind: Kind
    /// To which lead, from 0; nil for all.
    public var lead: Int?
    /// Begin, in s.
    public var start: Double
    /// End, in s.
    public var end: Double

    /// Makes a disturbance.
    public init(_ kind: Kind, lead: Int? = nil, from start: Double, to end: Double) {
        self.kind = kind
        self.lead = lead
        self.start = start
        self.end = end
    }
}
