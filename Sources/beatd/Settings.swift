import Acquisition
import Logging
import Publication
import Session
import Ward

/// A source with what holds where its senders say nothing.
struct SourceSettings: Equatable, Sendable {
    var url: SourceURL
    var parameters = StreamParameters()
    var overrun: OverrunPolicy = .auto
}

/// Everything that a run is told, from flags, from a configuration file, or both.
struct Settings: Equatable, Sendable {
    /// Path of the model file; nil for the one that came with the program.
    var model: String?
    var emission: SessionConfiguration.Emission = .final
    /// Seconds of signal between `status` events; 0 for none.
    var statusInterval = 60.0
    /// Worker threads; nil for one per core.
    var threads: Int?
    var logLevel: Logger.Level = .notice
    /// Instant of every stream's first frame; nil for when it came.
    var start: Timestamp?
    var reportsLatency = true
    var sources: [SourceSettings] = []
    var sinks: [SinkSettings] = []
}
