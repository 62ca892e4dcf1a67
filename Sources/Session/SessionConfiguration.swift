/// What a session is told beside its samples.
public struct SessionConfiguration: Sendable, Equatable, Codable {
    /// Which judgements of a beat become events.
    public enum Emission: String, Sendable, CaseIterable, Codable {
        /// Only the early one, with past RR intervals.
        case provisional
        /// Only the late one, with the following RR interval.
        case final
        /// First the one, then the other.
        case both
    }

    /// Which judgements of a beat become events.
    public var emission: Emission
    /// Seconds of signal between two `status` events; 0 for none.
    public var statusInterval: Double
    /// Version of the program, for `hello`.
    public var version: String
    /// Name of the model, for `hello`.
    public var model: String
    /// SHA-256 of the model's file, for `hello`.
    public var modelSHA256: String?

    /// Makes a configuration.
    public init(
        emission: Emission = .final, statusInterval: Double = 60, version: String, model: String,
        modelSHA256: String? = nil
    ) {
        precondition(statusInterval >= 0, "a status interval is 0 or more seconds")
        self.emission = emission
        self.statusInterval = statusInterval
        self.version = version
        self.model = model
        self.modelSHA256 = modelSHA256
    }
}
