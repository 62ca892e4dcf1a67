/// Works for all streams on a fixed number of threads: first the stages up to the beats, then the networks on batches.
///
/// A stream waits in the one line when it has samples, in the other when it has beats to judge. A free thread takes samples
/// first, for they are cheap, unless beats have waited for `patience` or fill a batch; then it takes beats of several streams,
/// its fair share of those that wait, and runs them as one batch. No thread idles while there is work, and a stream is in
/// each line at most once, so that its beats stay in order.
final class Scheduler: Sendable {
    /// Beats wait no longer than this for a thread that is busy with samples, in ns.
    static let patience: Int64 = 5_000_000

    enum Work: Sendable {
        case samples(PatientStream)
        case beats([PatientStream])
        case stop
    }

    private struct Waiting: Sendable {
        var stream: PatientStream
        var since: Int64
    }

    private struct State: Sendable {
        var samples = Fifo<PatientStream>()
        var beats = Fifo<Waiting>()
        var isStopping = false
    }

    private let threads: Int
    private let batch: Int
    private let state = Protected(State())

    init(threads: Int, batch: Int) {
        self.threads = threads
        self.batch = batch
    }

    func enqueue(samplesOf stream: PatientStream) {
        state.withLock { $0.samples.append(stream) }
        state.signal()
    }

    func enqueue(beatsOf stream: PatientStream) {
        state.withLock { $0.beats.append(Waiting(stream: stream, since: MonotonicClock.now)) }
        state.signal()
    }

    /// Whether nothing waits.
    var isIdle: Bool { state.withLock { $0.samples.isEmpty && $0.beats.isEmpty } }

    func stop() {
        state.withLock { $0.isStopping = true }
        state.signalAll()
    }

    /// The next thing to do; sleeps while there is none.
    func next() -> Work {
        state.wait { state in
            if let oldest = state.beats.first {
                let isDue = state.beats.count >= batch || MonotonicClock.now - oldest.since >= Self.patience
                if state.samples.isEmpty || isDue {
                    let share = min(batch, (state.beats.count + threads - 1) / threads)
                    return .done(.beats((0..<share).compactMap { _ in state.beats.popFirst()?.stream }))
                }
            }
            if let stream = state.samples.popFirst() { return .done(.samples(stream)) }
            return state.isStopping ? .done(.stop) : .wait
        }
    }
}
