public import Acquisition
internal import Extraction
internal import Foundation
internal import Histogram
public import Inference
public import Publication
public import Session
internal import Signal

/// All streams of a process: where sources put their samples, what works on them, and where their events go.
///
///     let ward = Ward(configuration: configuration, classifier: classifier, sinks: [sink])
///     ward.start()
///     let environment = SourceEnvironment(parameters: flags, open: { ward.open($0) }, report: { … })
///     …                                   // sources run
///     await ward.drain()                  // every stream has said bye
///     ward.stop()
///
/// Every stream is worked on by one thread at a time, all of them by as many threads as there are cores; the beats of
/// all streams that wait are judged in batches (``Scheduler``). Streams that arrive while one of the same name is there
/// get a number behind the name.
public final class Ward: Sendable {
    /// How a ward tells time.
    public struct Clock: Sendable {
        /// Instant of the first frame of every stream; nil for the moment it came, or what the source says.
        public var start: Timestamp?
        /// Whether events carry `latency_ms`.
        public var reportsLatency: Bool

        /// Makes a clock.
        public init(start: Timestamp? = nil, reportsLatency: Bool = true) {
            self.start = start
            self.reportsLatency = reportsLatency
        }
    }

    /// What a ward has done so far.
    public struct Activity: Sendable {
        /// Streams that are there.
        public var streams = 0
        /// Frames worked off.
        public var frames: Int64 = 0
        /// From the arrival of the last sample that a beat needed to its event, in ns, up to an hour.
        var latencies = Histogram<UInt64>(
            highestTrackableValue: 3_600_000_000_000, numberOfSignificantValueDigits: .two)

        /// Beats published.
        public var beats: Int { Int(latencies.totalCount) }

        /// Latency in ns that `percentile` percent of the beats do not exceed, within 1 %; 0 where there are none.
        public func latency(percentile: Double) -> Int64 { Int64(latencies.valueAtPercentile(percentile)) }

        /// Counts a beat and its latency in ns.
        mutating func record(latency: Int64) {
            latencies.record(min(UInt64(max(0, latency)), latencies.highestTrackableValue))
        }
    }

    private struct State: Sendable {
        var streams: [String: PatientStream] = [:]
        var activity = Activity()
        var failure: String?
        var drained: [CheckedContinuation<Void, Never>] = []
    }

    let scheduler: Scheduler
    let reportsLatency: Bool
    private let configuration: SessionConfiguration
    private let classifier: BeatClassifier
    private let sinks: [EventSink]
    private let clock: Clock
    private let threads: Int
    private let failed: @Sendable () -> Void
    private let state = Protected(State())

    /// Makes a ward.
    ///
    /// - Parameters:
    ///   - configuration: What every session is told.
    ///   - classifier: What judges the beats.
    ///   - sinks: Where every event goes.
    ///   - clock: How time is told.
    ///   - threads: Number of worker threads, at least 1.
    ///   - batch: Streams whose beats are judged at once, at most.
    ///   - failed: Called when the ward cannot go on; `failure` says why.
    public init(
        configuration: SessionConfiguration, classifier: BeatClassifier, sinks: [EventSink], clock: Clock = Clock(),
        threads: Int, batch: Int = 16,
        failed: @escaping @Sendable () -> Void = {}
    ) {
        self.failed = failed
        self.configuration = configuration
        self.classifier = classifier
        self.sinks = sinks
        self.clock = clock
        self.threads = max(1, threads)
        reportsLatency = clock.reportsLatency
        scheduler = Scheduler(threads: max(1, threads), batch: batch)
    }

    /// The window that the model wants beats cut to.
    var window: BeatWindow { classifier.model.window }

    /// What has been done so far.
    public var activity: Activity { state.withLock { $0.activity } }

    /// Whether no sample waits for a thread.
    public var isIdle: Bool { scheduler.isIdle }

    /// Why the ward cannot go on, if it cannot.
    public var failure: String? { state.withLock { $0.failure } }

    /// Starts the threads.
    public func start() {
        for number in 0..<threads {
            let thread = Thread { [self] in work() }
            thread.name = "beatd worker \(number)"
            thread.stackSize = 1 << 20
            thread.start()
        }
    }

    /// Begins a stream.
    public func open(_ opening: StreamOpening) -> any StreamInlet {
        var opening = opening
        let start =
            clock.start ?? Timestamp(microseconds: opening.startMicroseconds ?? MonotonicClock.utcMicroseconds)
        return state.withLock { state in
            var name = opening.format.stream
            var number = 2
            while state.streams[name] != nil {
                name = "\(opening.format.stream)#\(number)"
                number += 1
            }
            opening.format.stream = name
            let stream = PatientStream(
                opening,
                clock: StreamClock(start: start, frame: opening.firstFrame, sampleRate: opening.format.sampleRate),
                configuration: configuration, ward: self)
            state.streams[name] = stream
            state.activity.streams += 1
            return stream
        }
    }

    /// Returns when no stream is left.
    public func drain() async {
        await withCheckedContinuation { continuation in
            let isEmpty = state.withLock { state -> Bool in
                if !state.streams.isEmpty { state.drained.append(continuation) }
                return state.streams.isEmpty
            }
            if isEmpty { continuation.resume() }
        }
    }

    /// Lets the threads end when they have nothing left to do.
    public func stop() { scheduler.stop() }

    // MARK: - For the streams

    func write(_ lines: [UInt8], mustArrive: Bool) {
        for sink in sinks { sink.write(lines, mustArrive: mustArrive) }
    }

    func count(frames: Int) {
        state.withLock { $0.activity.frames += Int64(frames) }
    }

    func record(latency: Int64) {
        state.withLock { $0.activity.record(latency: latency) }
    }

    func remove(_ stream: PatientStream) {
        let waiting = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            guard state.streams.removeValue(forKey: stream.name) != nil else { return [] }
            state.activity.streams -= 1
            guard state.streams.isEmpty else { return [] }
            defer { state.drained = [] }
            return state.drained
        }
        for continuation in waiting { continuation.resume() }
    }

    /// When a frame lies after a break: now, unless time is told from a fixed start.
    func anchor(_ now: Int64, in clock: StreamClock, _ frame: Int64) -> Timestamp {
        self.clock.start == nil ? Timestamp(microseconds: now) : clock.time(of: frame)
    }

    // MARK: - The threads

    private func work() {
        while true {
            switch scheduler.next() {
            case .samples(let stream): stream.advance()
            case .beats(let streams): judge(streams)
            case .stop: return
            }
        }
    }

    private func judge(_ streams: [PatientStream]) {
        var beats: [Beat] = []
        var owners: [Int] = []
        var tickets: [Int64] = []
        var memories: [ClassifierState] = []
        for (index, stream) in streams.enumerated() {
            let (requests, memory) = stream.takeRequests()
            memories.append(memory ?? classifier.initialState())
            for request in requests {
                beats.append(request.beat)
                owners.append(index)
                tickets.append(request.ticket)
            }
        }
        do {
            let verdicts = try classifier.classify(beats, streams: owners, states: &memories)
            for (index, stream) in streams.enumerated() {
                let own = verdicts.indices.filter { owners[$0] == index }.map { (tickets[$0], verdicts[$0]) }
                stream.accept(own, memory: memories[index])
            }
        } catch {
            fail("the model failed: \(error)")
        }
    }

    /// Ends every stream: beats cannot be judged any more.
    private func fail(_ reason: String) {
        let streams = state.withLock { state -> [PatientStream] in
            state.failure = state.failure ?? reason
            return Array(state.streams.values)
        }
        for stream in streams { stream.abandon(reason) }
        failed()
    }
}
