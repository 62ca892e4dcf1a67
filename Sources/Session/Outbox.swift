internal import Extraction
internal import Inference
internal import Publication

/// The events of a session in the order of signal time, the ones that still wait for a verdict among them.
struct Outbox: Sendable, Codable {
    /// Seconds without a beat after which a status says no heart rate.
    private static let longestSilence = 10.0

    /// What a status needs to know that the beats do not tell.
    struct Counts: Sendable, Codable {
        var uptime: Double
        var samples: Int64
        var droppedSamples: Int64
    }

    enum Content: Sendable, Codable {
        case event(Event.Body)
        case status(Counts)
        case beat(BeatSlot)
    }

    /// The place of a beat: its windows until the verdict is there, then what the event needs of it.
    struct BeatSlot: Sendable, Codable {
        var ticket: Int64
        var sample: Int64
        var stage: BeatReport.Stage
        var rr: Double?
        var quality: Float
        var beat: Beat?
        var verdict: Verdict?
    }

    private struct Entry: Sendable, Codable {
        var readyAt: Int64
        var content: Content
    }

    private var entries: [Entry] = []
    private var nextTicket: Int64 = 0
    private var nextSequence: Int64 = 0
    private var abandoned = false
    private var rhythm = RhythmStatistics()
    private(set) var pendingBeats = 0

    mutating func append(_ content: Content, at readyAt: Int64) {
        entries.append(Entry(readyAt: readyAt, content: content))
    }

    /// Keeps a place for a beat and says what its verdict must be handed back with.
    mutating func append(_ beat: Beat) -> Int64 {
        let slot = BeatSlot(
            ticket: nextTicket, sample: beat.sample, stage: beat.stage == .final ? .final : .provisional, rr: beat.rr,
            quality: beat.quality, beat: beat, verdict: nil)
        append(.beat(slot), at: beat.readyAt)
        nextTicket += 1
        pendingBeats += 1
        return slot.ticket
    }

    mutating func accept(_ verdict: Verdict, for ticket: Int64) {
        for index in entries.indices {
            guard case .beat(var slot) = entries[index].content, slot.ticket == ticket, slot.verdict == nil else {
                continue
            }
            slot.verdict = verdict
            slot.beat = nil
            entries[index].content = .beat(slot)
            pendingBeats -= 1
            return
        }
    }

    /// The beats whose verdict has not come, in order.
    var requests: [Session.Request] {
        entries.compactMap { entry in
            guard case .beat(let slot) = entry.content, let beat = slot.beat else { return nil }
            return Session.Request(ticket: slot.ticket, beat: beat)
        }
    }

    mutating func abandonPendingBeats() {
        guard pendingBeats > 0 else { return }
        abandoned = true
        pendingBeats = 0
        entries.removeAll {
            if case .beat(let slot) = $0.content { return slot.verdict == nil }
            return false
        }
    }

    /// Hands out the events before the first beat that waits.
    mutating func publish(
        sampleRate: Double, emission: SessionConfiguration.Emission, _ emit: (Event) -> Void
    ) {
        var done = 0
        loop: for entry in entries {
            let body: Event.Body
            switch entry.content {
            case .event(.bye(var bye)):
                bye.drained = !abandoned
                body = .bye(bye)
            case .event(let event): body = event
            case .status(let counts): body = .status(status(counts, entry.readyAt, sampleRate))
            case .beat(let slot):
                guard let verdict = slot.verdict else { break loop }
                body = .beat(report(slot, verdict, entry.readyAt, sampleRate, emission))
            }
            emit(Event(sequence: nextSequence, readyAt: entry.readyAt, body: body))
            nextSequence += 1
            done += 1
        }
        entries.removeFirst(done)
    }

    private mutating func report(
        _ slot: BeatSlot, _ verdict: Verdict, _ readyAt: Int64, _ sampleRate: Double,
        _ emission: SessionConfiguration.Emission
    ) -> BeatReport {
        rhythm.see(beat: slot.sample, rr: slot.rr.map { $0 * 1000 })
        // With both stages the final one counts.
        if emission != .both || slot.stage == .final {
            rhythm.count(label: verdict.label, rr: slot.rr.map { $0 * 1000 }, at: Double(slot.sample) / sampleRate)
        }
        return BeatReport(
            sample: slot.sample, label: verdict.label, probabilities: verdict.probabilities, stage: slot.stage,
            rr: slot.rr.map { $0 * 1000 }, heartRate: rhythm.heartRate, quality: slot.quality,
            delay: Double(readyAt - slot.sample) / sampleRate * 1000)
    }

    private func status(_ counts: Counts, _ now: Int64, _ sampleRate: Double) -> StatusReport {
        let variability = rhythm.variability(at: Double(now) / sampleRate)
        let isFresh = Double(now - rhythm.lastSeen) <= Self.longestSilence * sampleRate
        return StatusReport(
            uptime: counts.uptime, samples: counts.samples, beats: rhythm.beats, droppedSamples: counts.droppedSamples,
            heartRate: isFresh ? rhythm.heartRate : nil, sdnn: variability.sdnn, rmssd: variability.rmssd,
            cvRR: variability.cvRR)
    }
}
