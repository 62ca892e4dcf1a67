internal import Conditioning
internal import Detection
public import Extraction
public import Inference
public import Publication
public import Signal

/// One patient's stream: samples in, events out, and in between somebody else's verdicts.
///
///     var session = Session(format: format, configuration: configuration)
///     session.consume(item) { request in requests.append(request) }
///     for request in requests { session.accept(classify(request.beat), for: request.ticket) }
///     session.publish { event in … }
///     session.finish(reason: .endOfStream) { request in … }
///
/// The front half (`consume`, `finish`) conditions, detects and extracts and asks for each beat's verdict; the back half
/// (`accept`, `publish`) puts the verdicts into events. Between the two lies whatever classifies: at once, or in batches
/// with the beats of other streams. Events leave in the order of signal time whatever order verdicts arrive in: an event
/// waits for the beats before it.
///
/// No clock and no IO: the events are a function of the samples, the gaps and the verdicts, never of how the samples were
/// cut into blocks or when the verdicts came. The whole state is one `Codable` value, the beats under way included; a
/// session that is written, read back and fed on gives the same events.
///
/// It does not bound how many beats wait for a verdict; whoever feeds it looks at `pendingBeats`.
public struct Session: Sendable, Codable {
    /// A beat that needs a verdict.
    public struct Request: Sendable {
        /// What to give back with the verdict.
        public var ticket: Int64
        /// The beat.
        public var beat: Beat
    }

    /// Name, rate and leads.
    public let format: StreamFormat
    /// What the session was told.
    public let configuration: SessionConfiguration
    /// Index of the frame that comes next.
    public private(set) var nextFrame: Int64 = 0
    /// Whether `finish` was called.
    public private(set) var isFinished = false

    private var conditioner: Conditioner
    private var detector: PanTompkins
    private var extractor: BeatExtractor
    private var leads: LeadWatch
    private var outbox = Outbox()
    private var scratch = Scratch()
    private var firstFrame: Int64?
    private var samples: Int64 = 0
    private var droppedSamples: Int64 = 0
    private var nextStatus: Int64 = .max
    private let statusFrames: Int64

    /// Makes a session for a stream.
    ///
    /// - Precondition: `format` has a supported rate and number of leads.
    public init(format: StreamFormat, configuration: SessionConfiguration, window: BeatWindow = .standard) {
        precondition(StreamFormat.supportedRates.contains(format.sampleRate), "a rate of 100 to 1000 Hz")
        precondition(StreamFormat.supportedLeadCounts.contains(format.leads.count), "1 to 12 leads")
        self.format = format
        self.configuration = configuration
        let leadCount = format.leads.count
        conditioner = Conditioner(sampleRate: format.sampleRate, leadCount: leadCount, modelRate: window.rate)
        detector = PanTompkins(sampleRate: format.sampleRate, leadCount: leadCount)
        extractor = BeatExtractor(
            sampleRate: format.sampleRate, leads: format.leads, lookAhead: conditioner.lookAhead, window: window)
        leads = LeadWatch(sampleRate: format.sampleRate, leadCount: leadCount)
        let interval = configuration.statusInterval * format.sampleRate
        statusFrames = interval > 0 ? max(1, Int64(interval.rounded())) : 0
    }

    /// Number of beats whose verdict has not come.
    public var pendingBeats: Int { outbox.pendingBeats }

    /// The beats whose verdict has not come: what to ask again after a session was read back.
    public var pendingRequests: [Request] { outbox.requests }

    /// What the model remembers of this stream after the last verdict accepted; nil before the first.
    public var memory: ClassifierState?

    // MARK: - Front

    /// Takes samples, or the news that some are missing, and asks for the verdicts of the beats that this completes.
    ///
    /// A block that does not begin at `nextFrame` stands after a gap that nobody announced: it is treated as one.
    public mutating func consume(_ item: StreamItem, request: (Request) -> Void) {
        precondition(!isFinished, "a finished session takes no more samples")
        switch item {
        case .gap(let gap):
            begin(at: gap.firstFrame)
            bridge(gap, request)
        case .block(let block):
            precondition(block.leadCount == format.leads.count, "the lead count differs from the stream's")
            guard block.frameCount > 0 else { return }
            begin(at: block.firstFrame)
            if block.firstFrame > nextFrame {
                let missing = block.firstFrame - nextFrame
                bridge(Gap(firstFrame: nextFrame, frameCount: missing, reason: .skipped), request)
            }
            precondition(block.firstFrame == nextFrame, "frames that have passed cannot come again")
            consume(block, request)
        }
    }

    /// The stream is over: settles the beats under way and takes leave.
    public mutating func finish(
        reason: Bye.Reason, detail: String? = nil, rejected: [Bye.Rejected] = [], request: (Request) -> Void
    ) {
        precondition(!isFinished, "a session finishes once")
        begin(at: nextFrame)
        settle(goingOnAt: nil, request)
        isFinished = true
        outbox.append(
            .event(.bye(Bye(reason: reason, detail: detail, drained: true, rejected: rejected))), at: nextFrame)
    }

    // MARK: - Back

    /// Takes the verdict on a beat; one that is not waited for any more is ignored.
    public mutating func accept(_ verdict: Verdict, for ticket: Int64) {
        outbox.accept(verdict, for: ticket)
    }

    /// Gives up on the verdicts that have not come: their beats are left out, and `bye` says that it is so.
    public mutating func abandonPendingBeats() { outbox.abandonPendingBeats() }

    /// Hands out the events that are complete.
    public mutating func publish(_ emit: (Event) -> Void) {
        outbox.publish(sampleRate: format.sampleRate, emission: configuration.emission, emit)
    }
}

// MARK: - The stages

extension Session {
    /// The first frame of all sets the stream's first index and says hello.
    private mutating func begin(at frame: Int64) {
        guard firstFrame == nil else { return }
        firstFrame = frame
        nextFrame = frame
        conditioner.reset(at: frame)
        detector.reset(at: frame)
        extractor.reset(at: frame) { _ in }
        leads.reset(at: frame)
        if statusFrames > 0 { nextStatus = frame + statusFrames }
        let hello = Hello(
            format: format, version: configuration.version, model: configuration.model,
            modelSHA256: configuration.modelSHA256)
        outbox.append(.event(.hello(hello)), at: frame)
    }

    /// Feeds a block in pieces that end where leads are looked at and where a status is due, so that both happen at the
    /// same frames however the stream is cut.
    private mutating func consume(_ block: SampleBlock, _ request: (Request) -> Void) {
        let leadCount = block.leadCount
        scratch.prepare(leadCount: leadCount)
        while nextFrame < block.endFrame {
            let end = min(block.endFrame, leads.nextLook, nextStatus)
            let from = Int(nextFrame - block.firstFrame) * leadCount
            let to = Int(end - block.firstFrame) * leadCount
            scratch.piece.firstFrame = nextFrame
            scratch.piece.values.removeAll(keepingCapacity: true)
            scratch.piece.values.append(contentsOf: block.values[from..<to])
            consumePiece(request)
        }
    }

    private mutating func consumePiece(_ request: (Request) -> Void) {
        let end = scratch.piece.endFrame
        scratch.peaks.removeAll(keepingCapacity: true)
        detector.consume(scratch.piece) { scratch.peaks.append($0) }
        conditioner.consume(scratch.piece, into: &scratch.conditioned)
        var beats: [Beat] = []
        extractor.consume(scratch.conditioned, peaks: scratch.peaks, through: end) { beats.append($0) }
        for beat in beats { take(beat, request) }
        samples += end - nextFrame
        nextFrame = end
        leads.consume(scratch.piece) { report in outbox.append(.event(.quality(report)), at: end - 1) }
        while nextStatus <= end {
            outbox.append(.status(counts), at: end - 1)
            nextStatus += statusFrames
        }
    }

    private mutating func bridge(_ gap: Gap, _ request: (Request) -> Void) {
        let end = gap.firstFrame + max(0, gap.frameCount)
        settle(goingOnAt: end, request)
        conditioner.reset(at: end)
        detector.reset(at: end)
        leads.reset(at: end)
        outbox.append(.event(.gap(gap)), at: max(gap.firstFrame - 1, 0))
        if gap.reason == .overrun { droppedSamples += gap.frameCount }
        nextFrame = end
        // Statuses due while nobody sent anything are not caught up with.
        while statusFrames > 0, nextStatus <= end {
            nextStatus += max(1, (end - nextStatus) / statusFrames + 1) * statusFrames
        }
    }

    /// Brings every stage to the end of what has come; the stream goes on at a frame, or not at all.
    private mutating func settle(goingOnAt frame: Int64?, _ request: (Request) -> Void) {
        scratch.prepare(leadCount: format.leads.count)
        scratch.peaks.removeAll(keepingCapacity: true)
        detector.finish { scratch.peaks.append($0) }
        conditioner.finish(into: &scratch.conditioned)
        var beats: [Beat] = []
        extractor.consume(scratch.conditioned, peaks: scratch.peaks, through: nextFrame) { beats.append($0) }
        if let frame {
            extractor.reset(at: frame) { beats.append($0) }
        } else {
            extractor.finish { beats.append($0) }
        }
        for beat in beats { take(beat, request) }
    }

    private mutating func take(_ beat: Beat, _ request: (Request) -> Void) {
        switch (configuration.emission, beat.stage) {
        case (.provisional, .final), (.final, .provisional): return
        default: request(Request(ticket: outbox.append(beat), beat: beat))
        }
    }

    private var counts: Outbox.Counts {
        let uptime = Double(nextFrame - (firstFrame ?? 0)) / format.sampleRate
        return Outbox.Counts(uptime: uptime, samples: samples, droppedSamples: droppedSamples)
    }
}

/// Memory that is used again for every piece; no part of a session's state.
private struct Scratch: Sendable, Codable {
    var piece = SampleBlock(firstFrame: 0, leadCount: 1, values: [])
    var conditioned = SampleBlock(firstFrame: 0, leadCount: 1, values: [])
    var peaks: [RPeak] = []

    init() {}
    init(from decoder: any Decoder) throws {}
    func encode(to encoder: any Encoder) throws {
        _ = encoder.singleValueContainer()
    }

    mutating func prepare(leadCount: Int) {
        guard piece.leadCount != leadCount else { return }
        piece = SampleBlock(firstFrame: 0, leadCount: leadCount, values: [])
        conditioned = piece
    }
}
