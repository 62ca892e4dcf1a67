public import Signal

/// Writes a stream's events as lines of schema `beatd/1`.
///
///     var encoder = EventEncoder(format: format, clock: clock)
///     encoder.encode(event, latency: 3.1, into: &line)
///
/// The order of the fields is fixed, numbers are rounded to a fixed number of places, times come from the stream's
/// clock. `docs/DATA_FORMAT.md` is the dictionary of the fields; the two change together.
public struct EventEncoder: Sendable {
    /// The schema's name and version.
    public static let schema = "beatd/1"
    /// The letters of the classes, in the order of the probabilities.
    public static let classes = BeatClass.allCases.map(\.letter)

    /// Name, rate and leads of the stream.
    public let format: StreamFormat
    /// Where its frames lie in time.
    public var clock: StreamClock

    /// Makes an encoder for one stream.
    public init(format: StreamFormat, clock: StreamClock) {
        self.format = format
        self.clock = clock
    }

    /// Appends one line.
    ///
    /// - Parameters:
    ///   - event: What to say.
    ///   - latency: From the arrival of the last sample that a beat needed to now, in ms; nil leaves the field out.
    ///   - line: Where the bytes go.
    public func encode(_ event: Event, latency: Double?, into line: inout JSONLine) {
        switch event.body {
        case .hello(let hello): encode(hello, at: event.readyAt, into: &line)
        case .beat(let beat): encode(beat, event.sequence, latency, into: &line)
        case .gap(let gap): encode(gap, event.sequence, into: &line)
        case .quality(let report): encode(report, event.sequence, into: &line)
        case .status(let status): encode(status, event.sequence, into: &line)
        case .bye(let bye): encode(bye, event.sequence, into: &line)
        }
        line.end()
    }

    private func encode(_ hello: Hello, at frame: Int64, into line: inout JSONLine) {
        line.begin(type: "hello")
        line.field("schema", Self.schema)
        line.field("version", hello.version)
        line.field("stream", format.stream)
        line.field("sample_rate_hz", rate: format.sampleRate)
        line.field("leads", format.leads)
        line.field("model", hello.model)
        if let digest = hello.modelSHA256 { line.field("model_sha256", digest) }
        line.field("classes", Self.classes)
        line.field("time", clock.time(of: frame).description)
    }

    private func encode(_ beat: BeatReport, _ sequence: Int64, _ latency: Double?, into line: inout JSONLine) {
        begin("beat", sequence, into: &line)
        line.field("sample", beat.sample)
        line.field("time", clock.time(of: beat.sample).description)
        line.field("label", beat.label.letter)
        line.field("p", names: Self.classes, decimals: beat.probabilities, places: 4)
        line.field("stage", beat.stage.rawValue)
        if let rr = beat.rr { line.field("rr_ms", Self.whole(rr)) }
        if let rate = beat.heartRate { line.field("hr_bpm", Self.whole(rate)) }
        line.field("quality", decimal: Double(beat.quality), places: 2)
        line.field("delay_ms", Self.whole(beat.delay))
        if let latency { line.field("latency_ms", decimal: latency, places: 1) }
    }

    private func encode(_ gap: Gap, _ sequence: Int64, into line: inout JSONLine) {
        begin("gap", sequence, into: &line)
        line.field("sample", gap.firstFrame)
        line.field("time", clock.time(of: gap.firstFrame).description)
        if gap.frameCount > 0 {
            line.field("duration_ms", Self.whole(Double(gap.frameCount) / clock.sampleRate * 1000))
        }
        line.field("reason", gap.reason.rawValue)
    }

    private func encode(_ report: LeadReport, _ sequence: Int64, into line: inout JSONLine) {
        begin("quality", sequence, into: &line)
        line.field("lead", format.leads.indices.contains(report.lead) ? format.leads[report.lead] : "\(report.lead)")
        line.field("state", report.state.rawValue)
        line.field("sample", report.sample)
        line.field("time", clock.time(of: report.sample).description)
    }

    private func encode(_ status: StatusReport, _ sequence: Int64, into line: inout JSONLine) {
        begin("status", sequence, into: &line)
        line.field("uptime_s", Self.whole(status.uptime))
        line.field("samples", status.samples)
        line.field("beats", status.beats)
        line.field("dropped_samples", status.droppedSamples)
        if let rate = status.heartRate { line.field("hr_bpm", Self.whole(rate)) }
        if let sdnn = status.sdnn { line.field("sdnn_ms", Self.whole(sdnn)) }
        if let rmssd = status.rmssd { line.field("rmssd_ms", Self.whole(rmssd)) }
        if let cvRR = status.cvRR { line.field("cv_rr", decimal: cvRR, places: 3) }
    }

    private func encode(_ bye: Bye, _ sequence: Int64, into line: inout JSONLine) {
        begin("bye", sequence, into: &line)
        line.field("reason", bye.reason.rawValue)
        if let detail = bye.detail { line.field("detail", detail) }
        line.field("drained", bye.drained)
        if !bye.rejected.isEmpty { line.field("rejected", counts: bye.rejected.map { ($0.reason, $0.count) }) }
    }

    private func begin(_ type: StaticString, _ sequence: Int64, into line: inout JSONLine) {
        line.begin(type: type)
        line.field("seq", sequence)
        line.field("stream", format.stream)
    }

    /// A whole number for a field that has no decimals; a value that no integer holds saturates.
    private static func whole(_ value: Double) -> Int64 {
        guard value.isFinite else { return 0 }
        return Int64(max(-9e15, min(9e15, value.rounded())))
    }
}
