internal import Acquisition
internal import Inference
internal import Publication
internal import Session
internal import Signal

/// One patient's stream in a ward: its samples that wait, its session, and the way of its events to the sinks.
///
/// Sources push from their threads into the queue; the ward's threads take from it. Two locks, never held by a producer and
/// a worker for long: one for the queue, one for the session.
final class PatientStream: StreamInlet {
    /// Beats that may wait for verdicts before samples are left in the queue.
    static let pendingLimit = 64
    /// Frames that are worked off before other streams have their turn.
    static let turn = 4096

    private struct Inbox: Sendable {
        var queue: SampleQueue
        var anchors: [(frame: Int64, time: Int64)] = []
        var ending: (reason: StreamEnd, rejections: Rejections)?
        var resume: (@Sendable () -> Void)?
        /// In the scheduler's line, in a worker's hands, or held back until verdicts come.
        var isUnderWay = false
        /// Told to wait and not called back yet.
        var isWaiting = false
        /// Given up: nothing is kept any more.
        var isClosed = false

        /// Whether the stream has to be put into the scheduler's line now.
        mutating func beginTurn() -> Bool {
            defer { isUnderWay = true }
            return !isUnderWay
        }
    }

    private struct Desk: Sendable {
        var session: Session
        var encoder: EventEncoder
        var line = JSONLine()
        var requests: [Session.Request] = []
        /// Arrival of the last sample that each unpublished beat needed.
        var arrivals = Fifo<Int64>()
        var isJudging = false
        var isHeldBack = false
        var isOver = false
    }

    private let inbox: Protected<Inbox>
    private let desk: Protected<Desk>
    private let ward: Ward
    /// Name of the stream.
    let name: String

    init(_ opening: StreamOpening, clock: StreamClock, configuration: SessionConfiguration, ward: Ward) {
        name = opening.format.stream
        self.ward = ward
        inbox = Protected(
            Inbox(queue: SampleQueue(sampleRate: opening.format.sampleRate, policy: opening.overrun)))
        let session = Session(format: opening.format, configuration: configuration, window: ward.window)
        desk = Protected(Desk(session: session, encoder: EventEncoder(format: opening.format, clock: clock)))
    }

    // MARK: - From the source

    func take(_ item: StreamItem) -> StreamFlow {
        let (flow, isNew) = inbox.withLock { inbox -> (StreamFlow, Bool) in
            if inbox.isClosed { return (.go, false) }
            let flow = inbox.queue.push(item, at: MonotonicClock.now)
            inbox.isWaiting = flow == .wait
            return (flow, inbox.beginTurn())
        }
        if isNew { ward.scheduler.enqueue(samplesOf: self) }
        return flow
    }

    func whenReady(_ resume: @escaping @Sendable () -> Void) {
        let mayGoOn = inbox.withLock { inbox -> Bool in
            if inbox.isWaiting, !inbox.isClosed, !inbox.queue.hasRoom {
                inbox.resume = resume
                return false
            }
            inbox.isWaiting = false
            return true
        }
        if mayGoOn { resume() }
    }

    func resynchronise(at frame: Int64) {
        let now = MonotonicClock.utcMicroseconds
        inbox.withLock { $0.anchors.append((frame, now)) }
    }

    func end(_ reason: StreamEnd, rejections: Rejections) {
        let isNew = inbox.withLock { inbox -> Bool in
            inbox.ending = (reason, rejections)
            return inbox.beginTurn()
        }
        if isNew { ward.scheduler.enqueue(samplesOf: self) }
    }

    // MARK: - On a worker: samples

    /// Works off samples for one turn.
    func advance() { leave(isHeldBack: workOff()) }

    /// Works off samples; whether the rest is held back until verdicts come, which then put the stream into the line.
    func workOff() -> Bool {
        var frames = 0
        let (wantsVerdicts, isHeldBack) = desk.withLock { desk -> (Bool, Bool) in
            while frames < Self.turn, !desk.isOver {
                if desk.session.pendingBeats >= Self.pendingLimit {
                    desk.isHeldBack = true
                    break
                }
                guard let next = take() else { break }
                let count = step(next, &desk)
                // Before the events: with the last of them the ward may be done, and somebody reads the count.
                ward.count(frames: count)
                frames += count
                publish(&desk)
            }
            guard !desk.requests.isEmpty, !desk.isJudging else { return (false, desk.isHeldBack) }
            desk.isJudging = true
            return (true, desk.isHeldBack)
        }
        if wantsVerdicts { ward.scheduler.enqueue(beatsOf: self) }
        return isHeldBack
    }

    /// What is to be done next with the stream's input.
    private enum Step {
        case item(SampleQueue.Entry, anchor: (frame: Int64, time: Int64)?)
        case end(StreamEnd, Rejections)
    }

    private func take() -> Step? {
        let (step, resume) = inbox.withLock { inbox -> (Step?, (@Sendable () -> Void)?) in
            var resume: (@Sendable () -> Void)?
            var step: Step?
            if let entry = inbox.queue.pop() {
                var anchor: (frame: Int64, time: Int64)?
                if case .block(let block) = entry.item {
                    while let first = inbox.anchors.first, first.frame <= block.firstFrame {
                        anchor = inbox.anchors.removeFirst()
                    }
                }
                step = .item(entry, anchor: anchor)
            } else if let ending = inbox.ending {
                inbox.ending = nil
                step = .end(ending.reason, ending.rejections)
            }
            if inbox.queue.hasRoom, let waiting = inbox.resume {
                resume = waiting
                inbox.resume = nil
                inbox.isWaiting = false
            }
            return (step, resume)
        }
        resume?()
        return step
    }

    private func step(_ step: Step, _ desk: inout Desk) -> Int {
        var requests: [Session.Request] = []
        var frames = 0
        var arrival = MonotonicClock.now
        switch step {
        case .item(let entry, let anchor):
            arrival = entry.arrival
            if let anchor {
                desk.encoder.clock.reanchor(
                    frame: anchor.frame, at: ward.anchor(anchor.time, in: desk.encoder.clock, anchor.frame))
            }
            if case .block(let block) = entry.item { frames = block.frameCount }
            desk.session.consume(entry.item) { requests.append($0) }
        case .end(let reason, let rejections):
            let rejected = rejections.byReason.map { Bye.Rejected(reason: $0.reason.rawValue, count: $0.count) }
            desk.session.finish(reason: reason.byeReason, detail: reason.detail, rejected: rejected) {
                requests.append($0)
            }
        }
        for _ in requests { desk.arrivals.append(arrival) }
        desk.requests += requests
        return frames
    }

    /// Back into the line if there is more, else out of it until something comes.
    func leave(isHeldBack: Bool) {
        let again = inbox.withLock { inbox -> Bool in
            if isHeldBack || inbox.isClosed { return false }
            if !inbox.queue.isEmpty || inbox.ending != nil { return true }
            inbox.isUnderWay = false
            return false
        }
        if again { ward.scheduler.enqueue(samplesOf: self) }
    }

    // MARK: - On a worker: verdicts

    /// The beats to judge, and what the model remembers of the stream.
    func takeRequests() -> (requests: [Session.Request], memory: ClassifierState?) {
        desk.withLock { desk in
            let requests = desk.requests
            desk.requests = []
            return (requests, desk.session.memory)
        }
    }

    /// Takes the verdicts on all beats of the last `takeRequests`.
    func accept(_ verdicts: [(ticket: Int64, verdict: Verdict)], memory: ClassifierState) {
        let (hasMore, mayGoOn) = desk.withLock { desk -> (Bool, Bool) in
            for (ticket, verdict) in verdicts { desk.session.accept(verdict, for: ticket) }
            desk.session.memory = memory
            publish(&desk)
            desk.isJudging = !desk.requests.isEmpty
            let mayGoOn = desk.isHeldBack && desk.session.pendingBeats < Self.pendingLimit / 2
            if mayGoOn { desk.isHeldBack = false }
            return (desk.isJudging, mayGoOn)
        }
        if hasMore { ward.scheduler.enqueue(beatsOf: self) }
        if mayGoOn { ward.scheduler.enqueue(samplesOf: self) }
    }

    /// Ends the stream without the verdicts that have not come.
    func abandon(_ reason: String) {
        desk.withLock { desk in
            guard !desk.isOver else { return }
            desk.requests = []
            if !desk.session.isFinished {
                desk.session.finish(reason: .error, detail: reason) { _ in }
            }
            desk.session.abandonPendingBeats()
            publish(&desk)
        }
        let resume = inbox.withLock { inbox in
            inbox.isClosed = true
            defer { inbox.resume = nil }
            return inbox.resume
        }
        resume?()
    }

    /// Writes the events that are complete.
    private func publish(_ desk: inout Desk) {
        var events: [Event] = []
        desk.session.publish { events.append($0) }
        guard !events.isEmpty else { return }
        let now = MonotonicClock.now
        desk.line.removeAll()
        var mustArrive = false
        for event in events {
            var latency: Double?
            if case .beat = event.body, let arrival = desk.arrivals.popFirst() {
                latency = Double(now - arrival) / 1e6
                ward.record(latency: now - arrival)
            }
            desk.encoder.encode(event, latency: ward.reportsLatency ? latency : nil, into: &desk.line)
            switch event.body {
            case .hello: mustArrive = true
            case .bye:
                mustArrive = true
                desk.isOver = true
            default: break
            }
        }
        ward.write(desk.line.bytes, mustArrive: mustArrive)
        if desk.isOver { ward.remove(self) }
    }
}

extension StreamEnd {
    fileprivate var byeReason: Bye.Reason {
        switch self {
        case .recordEnded: .endOfRecord
        case .senderLeft: .endOfStream
        case .stopped: .shutdown
        case .formatChanged: .formatChanged
        case .failed: .error
        }
    }

    fileprivate var detail: String? {
        if case .failed(let detail) = self { return detail }
        return nil
    }
}
