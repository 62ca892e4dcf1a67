public import Detection
public import Signal

/// Cuts beats out of a conditioned stream and says what is known of the patient around each of them.
///
///     var extractor = BeatExtractor(sampleRate: 360, leads: ["MLII", "V5"], lookAhead: conditioner.lookAhead)
///     extractor.consume(conditioned, peaks: peaks, through: block.endFrame) { beat in
///         print(beat.sample, beat.stage, beat.rr ?? 0)
///     }
///
/// Conditioned samples and R peaks come from two stages with delays of their own. The extractor puts both on one axis, the
/// source's frames: a peak happens when it was decided, a sample when its `lookAhead` has passed. What is emitted, in which
/// order and with which content follows from that axis alone, never from how the stream was cut into calls.
///
/// For every peak two beats come out, in this order, and the next peak's two after them:
/// * `provisional` when the window is full and the peak decided;
/// * `final` when the next peak is decided or `deadline` has passed since the R peak.
///
/// An interval in which all leads were silent (`Silence`) is unknown, as one across a gap.
///
/// Between the two nothing is learned; after the final one the beat's interval joins the baselines (`RhythmContext`) and
/// its shape the templates (`TemplateBank`). Memory is bounded: 16 s of signal, 300 intervals, 4 shapes, and the peaks that
/// wait. A beat whose window is no longer (or was never) held, at the start and after a gap, has zeros there and a quality
/// that says so.
public struct BeatExtractor: Sendable, Codable {
    /// Longest wait for the following R peak, in seconds after the R peak.
    public static let deadline = 1.5

    /// Frames per second of the stream as it came in.
    public let sampleRate: Double
    /// The window that is cut out.
    public let window: BeatWindow
    /// The leads that are looked at.
    public let selection: LeadSelection

    /// Source frames that must have passed after a conditioned frame's time before it is there.
    private let lookAhead: Double
    private var ring: MirroredRing
    private var arrivals: [RPeak] = []
    private var pending: [PendingBeat] = []
    private var previousPeak: Int64?
    private var silence: Silence
    private var rhythm = RhythmContext()
    private var shapes: ShapeContext
    /// Source frame of the last thing that happened.
    private var now: Int64 = 0

    /// Source frame after the last one that was consumed.
    private var sourceEnd: Int64 = 0

    /// A peak between its decision and its final beat.
    private struct PendingBeat: Sendable, Codable {
        var peak: RPeak
        /// Seconds since the previous peak; nil where that is not known.
        var rr: Double?
        /// What the provisional stage saw, so that the final one need not look again.
        var seen: Sighting?

        /// Samples since the previous peak at the window's rate.
        func distance(_ window: BeatWindow) -> Int? { rr.map { Int(($0 * window.rate).rounded()) } }
    }

    /// Makes an extractor for a stream of `sampleRate` Hz whose conditioned frames come `lookAhead` seconds late.
    public init(
        sampleRate: Double, selection: LeadSelection, lookAhead: Double, window: BeatWindow = .standard
    ) {
        precondition(sampleRate > 0 && lookAhead >= 0, "a stream has a rate, and samples come after their time")
        self.sampleRate = sampleRate
        self.selection = selection
        self.lookAhead = lookAhead * sampleRate
        self.window = window
        let capacity = max(Int(16 * window.rate), 4 * window.length)
        ring = MirroredRing(leadCount: LeadSelection.count, capacity: capacity, firstFrame: 0)
        silence = Silence(rate: window.rate)
        shapes = ShapeContext(window: window)
    }

    /// Makes an extractor that chooses its leads by name.
    public init(sampleRate: Double, leads: [String], lookAhead: Double, window: BeatWindow = .standard) {
        self.init(
            sampleRate: sampleRate, selection: LeadSelection(leads: leads), lookAhead: lookAhead, window: window)
    }

    /// The patient's template as (leads, length) in mV; zeros before the first beat.
    public var template: [Float] { shapes.bank.templateWindow }

    /// Takes the conditioned frames and the peaks of a stretch of source frames that ends before `sourceEnd`.
    ///
    /// `peaks` are all that were decided on those frames, in order; `conditioned` all frames that they completed.
    public mutating func consume(
        _ conditioned: SampleBlock, peaks: [RPeak], through sourceEnd: Int64, emit: (Beat) -> Void
    ) {
        self.sourceEnd = sourceEnd
        arrivals.append(contentsOf: peaks)
        if conditioned.frameCount > 0, conditioned.firstFrame != ring.endFrame {
            ring.reset(at: conditioned.firstFrame)
        }
        // In steps, so that however long a block is, no window is forgotten before it is cut.
        let step = ring.capacity / 8
        var frame = 0
        while frame < conditioned.frameCount {
            let end = min(frame + step, conditioned.frameCount)
            while frame < end {
                append(conditioned, frame)
                frame += 1
            }
            advance(to: min(sourceEnd, arrival(ofConditioned: ring.endFrame)), isLast: false, emit: emit)
        }
        advance(to: sourceEnd, isLast: false, emit: emit)
    }

    /// Emits what is under way, then expects the stream to go on at source frame `frame`: a gap.
    ///
    /// Baselines and templates stay, since the patient does; intervals across the gap are unknown.
    public mutating func reset(at frame: Int64, emit: (Beat) -> Void) {
        finish(emit: emit)
        ring.reset(at: ring.endFrame)
        previousPeak = nil
        silence.reset()
        rhythm.forgetPredecessors()
        shapes.forgetPrevious()
        now = frame
        sourceEnd = frame
    }

    /// Emits what is under way at the end of a stream; samples that never came are zeros.
    public mutating func finish(emit: (Beat) -> Void) {
        advance(to: .max, isLast: true, emit: emit)
    }

    private mutating func append(_ block: SampleBlock, _ frame: Int) {
        silence.listen(to: block, frame, at: ring.endFrame)
        let first = selection.indices[0]
        let second = selection.indices[1]
        ring.append { lead in
            guard let index = lead == 0 ? first : second, index < block.leadCount else { return .nan }
            return block[frame: frame, lead: index]
        }
    }

    // MARK: - One axis for peaks and samples

    /// First source frame at which a conditioned frame is there.
    private func arrival(ofConditioned frame: Int64) -> Int64 {
        Int64((Double(frame) * sampleRate / window.rate + lookAhead).rounded(.up))
    }

    /// Conditioned frame nearest to a peak.
    private func position(of peak: RPeak) -> Int64 {
        Int64((Double(peak.frame) * window.rate / sampleRate).rounded())
    }

    /// Lets everything happen that happens before source frame `end`, in the order of its time.
    private mutating func advance(to end: Int64, isLast: Bool, emit: (Beat) -> Void) {
        while true {
            let arrivalTime = arrivals.first.map { max($0.decidedAt, now) }
            let beatTime = pending.first.map(nextTime)
            if let arrivalTime, arrivalTime <= beatTime ?? .max {
                guard arrivalTime < end else { return }
                now = arrivalTime
                accept(arrivals.removeFirst())
            } else if let beatTime {
                guard beatTime < end, isLast || samplesAreThere else { return }
                now = beatTime
                judge(emit: emit)
            } else {
                return
            }
        }
    }

    /// Whether the window of the beat to be judged has come in.
    private var samplesAreThere: Bool {
        guard let beat = pending.first, beat.seen == nil else { return true }
        return ring.endFrame >= position(of: beat.peak) + Int64(window.after)
    }

    /// When the first pending beat is judged next.
    private func nextTime(of beat: PendingBeat) -> Int64 {
        guard beat.seen != nil else {
            return max(now, arrival(ofConditioned: position(of: beat.peak) + Int64(window.after) - 1))
        }
        if pending.count > 1 { return now }
        return max(now, beat.peak.frame + Int64((Self.deadline * sampleRate).rounded()))
    }

    private mutating func accept(_ peak: RPeak) {
        // Who knows what beat while no lead was there.
        let isKnown = !silence.ends(before: position(of: peak))
        let rr = isKnown ? previousPeak.map { Double(peak.frame - $0) / sampleRate } : nil
        previousPeak = peak.frame
        pending.append(PendingBeat(peak: peak, rr: rr))
    }

    // MARK: - One beat

    private mutating func judge(emit: (Beat) -> Void) {
        let entry = pending[0]
        if let seen = entry.seen {
            pending.removeFirst()
            conclude(entry, seen, next: pending.first.flatMap { $0.rr == nil ? nil : $0.peak }, emit: emit)
        } else {
            if entry.rr == nil { shapes.forgetPrevious() }
            let seen = look(at: entry)
            pending[0].seen = seen
            emit(seen.beat)
        }
    }

    /// Cuts the window and describes it.
    private func look(at entry: PendingBeat) -> Sighting {
        var cut = ring.cut(window, around: position(of: entry.peak))
        cut.leaveOutLost(faint: selection.indices.map { $0.map { entry.peak.faintLeads.contains(.lead($0)) } ?? false })
        let present = cut.present
        var context = [Float](repeating: 0, count: ContextFeature.count)
        let template = shapes.bank.templateWindow
        let match = cut.samples.withUnsafeMutableBufferPointer {
            shapes.bank.match(UnsafeBufferPointer($0), present: present)
        }
        rhythm.describe(rr: entry.rr, next: nil, into: &context)
        shapes.describe(
            cut.samples, template: template, match: match, present: present, distance: entry.distance(window),
            into: &context)
        context[.detectorConfidence] = entry.peak.confidence
        let beat = Beat(
            sample: entry.peak.frame, readyAt: min(now, sourceEnd - 1), stage: .provisional, window: cut.samples,
            template: template, context: context, rr: entry.rr, quality: cut.quality,
            pacing: entry.peak.pacing?.probability ?? 0)
        return Sighting(beat: beat, present: present, match: match)
    }

    /// Adds the following interval, then learns.
    private mutating func conclude(_ entry: PendingBeat, _ seen: Sighting, next: RPeak?, emit: (Beat) -> Void) {
        var beat = seen.beat
        beat.stage = .final
        beat.readyAt = min(now, sourceEnd - 1)
        let following = next.map { Double($0.frame - entry.peak.frame) / sampleRate }
        rhythm.describe(rr: entry.rr, next: following, into: &beat.context)
        emit(beat)
        let prematurity = entry.rr.map { rhythm.prematurity(of: $0) } ?? 0
        shapes.learn(
            beat.window, match: seen.match, prematurity: prematurity,
            isEarly: entry.rr.map { rhythm.isEarly($0) } ?? true, present: seen.present,
            distance: entry.distance(window))
        rhythm.append(entry.rr)
    }
}

/// A beat as the provisional stage saw it.
private struct Sighting: Sendable, Codable {
    var beat: Beat
    var present: [Bool]
    var match: TemplateBank.Match
}
