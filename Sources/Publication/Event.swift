public import Signal

/// What a stream has to say, in the order it says it: one value, one line of schema `beatd/1`.
///
/// Everything here is signal time (absolute frames). Wall-clock fields are added where an event becomes bytes
/// (``EventEncoder``), so that two runs over the same samples hold equal events.
public struct Event: Sendable, Equatable, Codable {
    /// Number of the event in its stream, counted from 1; the `hello` before them is 0 and does not print it.
    public var sequence: Int64
    /// Absolute frame of the last sample that the event needed; its latency counts from that sample's arrival.
    public var readyAt: Int64
    /// What it says.
    public var body: Body

    /// Makes an event.
    public init(sequence: Int64, readyAt: Int64, body: Body) {
        self.sequence = sequence
        self.readyAt = readyAt
        self.body = body
    }

    /// The kinds of event.
    public enum Body: Sendable, Equatable, Codable {
        /// The stream begins.
        case hello(Hello)
        /// A heartbeat was found and labelled.
        case beat(BeatReport)
        /// Samples are missing.
        case gap(Gap)
        /// A lead came off or went back on.
        case quality(LeadReport)
        /// A summary at regular signal time.
        case status(StatusReport)
        /// The stream ends.
        case bye(Bye)
    }
}

/// How a stream introduces itself, once, as its first line.
public struct Hello: Sendable, Equatable, Codable {
    /// Name, rate and leads.
    public var format: StreamFormat
    /// Version of the program.
    public var version: String
    /// Name of the model.
    public var model: String
    /// SHA-256 of the model's file in hexadecimal; nil where the model came from no file.
    public var modelSHA256: String?

    /// Makes a hello.
    public init(format: StreamFormat, version: String, model: String, modelSHA256: String?) {
        self.format = format
        self.version = version
        self.model = model
        self.modelSHA256 = modelSHA256
    }
}

/// A labelled heartbeat.
public struct BeatReport: Sendable, Equatable, Codable {
    /// When in its life the beat was judged.
    public enum Stage: String, Sendable, Codable {
        /// With past RR intervals only.
        case provisional
        /// With the following RR interval, or its absence for 1.5 s.
        case final
    }

    /// Absolute frame of the R peak.
    public var sample: Int64
    /// The most probable class.
    public var label: BeatClass
    /// Probabilities in the order of `BeatClass`.
    public var probabilities: [Float]
    /// When it was judged.
    public var stage: Stage
    /// Interval to the previous R peak in ms; nil at the first beat and after a gap.
    public var rr: Double?
    /// Mean heart rate over the last eight RR intervals, beats a minute; nil before the first.
    public var heartRate: Double?
    /// Signal quality of the beat's window, 0 to 1.
    public var quality: Float
    /// From the R peak to the decision, in ms of signal time.
    public var delay: Double

    /// Makes a report.
    public init(
        sample: Int64, label: BeatClass, probabilities: [Float], stage: Stage, rr: Double?, heartRate: Double?,
        quality: Float, delay: Double
    ) {
        self.sample = sample
        self.label = label
        self.probabilities = probabilities
        self.stage = stage
        self.rr = rr
        self.heartRate = heartRate
        self.quality = quality
        self.delay = delay
    }
}

/// A change in the state of one lead.
public struct LeadReport: Sendable, Equatable, Codable {
    /// What a lead can be.
    public enum State: String, Sendable, Codable {
        /// The electrode is off, or the lead says nothing.
        case off
        /// The lead is stuck at its highest or lowest value.
        case saturated
        /// The lead is there but noisy.
        case noisy
        /// The lead is usable.
        case good
    }

    /// Index of the lead in the stream's frames.
    public var lead: Int
    /// What it is from now on.
    public var state: State
    /// Absolute frame from which on it is so.
    public var sample: Int64

    /// Makes a report.
    public init(lead: Int, state: State, sample: Int64) {
        self.lead = lead
        self.state = state
        self.sample = sample
    }
}

/// The stream in numbers, at regular signal time.
public struct StatusReport: Sendable, Equatable, Codable {
    /// Signal time since the stream's first sample, in seconds, gaps included.
    public var uptime: Double
    /// Frames that came in.
    public var samples: Int64
    /// Beats that were reported (final ones, or provisional where only those are asked for).
    public var beats: Int64
    /// Frames that were dropped because the daemon was too slow.
    public var droppedSamples: Int64
    /// Mean heart rate over the last eight RR intervals, beats a minute.
    public var heartRate: Double?
    /// Standard deviation of the NN intervals of the last five minutes, in ms.
    public var sdnn: Double?
    /// Root mean square of successive NN differences over the last five minutes, in ms.
    public var rmssd: Double?
    /// Coefficient of variation of all RR intervals of the last five minutes.
    public var cvRR: Double?

    /// Makes a report.
    public init(
        uptime: Double, samples: Int64, beats: Int64, droppedSamples: Int64, heartRate: Double?, sdnn: Double?,
        rmssd: Double?, cvRR: Double?
    ) {
        self.uptime = uptime
        self.samples = samples
        self.beats = beats
        self.droppedSamples = droppedSamples
        self.heartRate = heartRate
        self.sdnn = sdnn
        self.rmssd = rmssd
        self.cvRR = cvRR
    }
}

/// How a stream takes its leave, once, as its last line.
public struct Bye: Sendable, Equatable, Codable {
    /// Why a stream ends.
    public enum Reason: String, Sendable, Codable {
        /// The replayed record is over.
        case endOfRecord = "end_of_record"
        /// The sender closed its end.
        case endOfStream = "end_of_stream"
        /// The daemon was asked to stop.
        case shutdown
        /// A new header line asked for another rate or other leads.
        case formatChanged = "format_changed"
        /// The input could not be understood or read; `detail` says why.
        case error
    }

    /// Why.
    public var reason: Reason
    /// What went wrong, in words; nil unless the reason is `error`.
    public var detail: String?
    /// True where every beat found was labelled and reported before.
    public var drained: Bool
    /// Rejected input by reason, where there was any.
    public var rejected: [Rejected]

    /// A number of rejections of one kind.
    public struct Rejected: Sendable, Equatable, Codable {
        /// The reason, as `docs/DATA_FORMAT.md` lists them.
        public var reason: String
        /// How often.
        public var count: Int64

        /// Makes a count.
        public init(reason: String, count: Int64) {
            self.reason = reason
            self.count = count
        }
    }

    /// Makes a farewell.
    public init(reason: Reason, detail: String? = nil, drained: Bool, rejected: [Rejected] = []) {
        self.reason = reason
        self.detail = detail
        self.drained = drained
        self.rejected = rejected
    }
}
