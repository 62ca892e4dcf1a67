/// What a stream's frames mean: its name, rate and leads.
public struct StreamFormat: Sendable, Equatable, Codable {
    /// Name of the stream (record name, bed, connection).
    public var stream: String
    /// Frames per second and lead, in Hz.
    public var sampleRate: Double
    /// Lead names in frame order, as the source gave them (`MLII`, `V5`, `ECG1` …).
    public var leads: [String]

    /// Makes a format.
    public init(stream: String, sampleRate: Double, leads: [String]) {
        self.stream = stream
        self.sampleRate = sampleRate
        self.leads = leads
    }

    /// Sample rates that the pipeline accepts, in Hz.
    public static let supportedRates: ClosedRange<Double> = 100...1000
    /// Lead counts that the pipeline accepts.
    public static let supportedLeadCounts: ClosedRange<Int> = 1...12
}
