import Foundation
import Glibc
import Synchronization

/// Threads that wait for short parallel loops: a loop costs a few microseconds, not the start of a thread.
///
///     let pool = WorkerPool(threads: 2)
///     pool.run(64) { chunk, worker in … }
///
/// `run` hands out the chunks `0..<count` one by one to whoever is free, the caller among them, and returns when all are
/// done. Which thread does which chunk is chance: results must depend on the chunk alone. A thread that wakes up late is not
/// waited for.
public final class WorkerPool: Sendable {
    /// Threads that work, the caller included.
    public let threads: Int
    private let shared: Shared

    /// Starts `threads - 1` threads; they end with the pool.
    public init(threads: Int) {
        self.threads = max(1, min(threads, 256))
        shared = Shared()
        for worker in 1..<max(self.threads, 1) { Self.start(shared, worker) }
    }

    deinit { shared.stop() }

    /// The number of processors that this process may use.
    public static var processors: Int { ProcessInfo.processInfo.activeProcessorCount }

    /// Runs `body(chunk, worker)` for every chunk.
    ///
    /// `worker` is below `threads` and no two calls at a time have the same. Not reentrant: one loop at a time. On more
    /// than one thread a loop allocates once, some 40 bytes for its time: Swift makes `body` escapable in no other way.
    public func run(_ count: Int, _ body: (_ chunk: Int, _ worker: Int) -> Void) {
        guard count > 1, threads > 1 else {
            for chunk in 0..<max(count, 0) { body(chunk, 0) }
            return
        }
        precondition(count < 1 << 20, "a parallel loop has less than 2^20 chunks")
        withoutActuallyEscaping(body) { escapable in
            var job = Shared.Job(body: escapable)
            withUnsafeMutablePointer(to: &job) { shared.run(count, $0) }
        }
    }

    private static func start(_ shared: Shared, _ worker: Int) {
        let start = Unmanaged.passRetained(Start(shared: shared, worker: worker))
        var thread = pthread_t()
        let failed = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                start.shared.work(start.worker)
                return nil
            }, start.toOpaque())
        if failed == 0 {
            pthread_detach(thread)
        } else {
            start.release()  // fewer threads do the same work
        }
    }
}

private final class Start {
    let shared: Shared
    let worker: Int
    init(shared: Shared, worker: Int) {
        self.shared = shared
        self.worker = worker
    }
}

/// What the threads of a pool share.
///
/// `ticket` packs the number of the loop (24 bits), its chunks (20) and the next chunk (20): taking a chunk is one
/// compare-and-swap, which fails for a thread that comes late from an earlier loop.
///
/// Unchecked: `job` is written before `ticket` is released and read after a chunk has been taken from it, and the loop does not
/// end before that chunk is done.
private final class Shared: @unchecked Sendable {
    /// What is done with each chunk: in a structure, since a pointer to a bare closure would wrap it on the heap.
    struct Job {
        let body: (Int, Int) -> Void
    }

    private let ticket = Atomic<UInt64>(0)
    private let remaining = Atomic<Int>(0)
    private let sleeping = Atomic<Int>(0)
    private let stopped = Atomic<Bool>(false)
    private var job: UnsafeMutablePointer<Job>?
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let wake = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(wake, nil)
    }

    deinit {
        pthread_cond_destroy(wake)
        pthread_mutex_destroy(mutex)
        wake.deallocate()
        mutex.deallocate()
    }

    func run(_ count: Int, _ job: UnsafeMutablePointer<Job>) {
        self.job = job
        remaining.store(count, ordering: .relaxed)
        let loop = (ticket.load(ordering: .relaxed) >> 40) &+ 1
        ticket.store(loop << 40 | UInt64(count) << 20, ordering: .sequentiallyConsistent)
        if sleeping.load(ordering: .sequentiallyConsistent) > 0 { broadcast() }
        while takeChunk(0) {}
        var turns = 0
        while remaining.load(ordering: .acquiring) > 0 {
            turns += 1
            if turns > 200 { sched_yield() }
        }
    }

    func work(_ worker: Int) {
        while !stopped.load(ordering: .acquiring) {
            var turns = 0
            while !takeChunk(worker) {
                turns += 1
                if turns > 400 { sched_yield() }
                if turns > 450 { break }
            }
            if turns > 450 { sleep() }
        }
    }

    func stop() {
        stopped.store(true, ordering: .releasing)
        broadcast()
    }

    private func takeChunk(_ worker: Int) -> Bool {
        let seen = ticket.load(ordering: .acquiring)
        let next = Int(seen & 0xfffff)
        guard next < Int(seen >> 20 & 0xfffff) else { return false }
        let (taken, _) = ticket.compareExchange(
            expected: seen, desired: seen &+ 1, ordering: .acquiringAndReleasing)
        guard taken else { return true }
        perform(next, worker)
        remaining.wrappingSubtract(1, ordering: .releasing)
        return true
    }

    /// Apart, so that nothing holds the closure when the chunk is reported done.
    @inline(never) private func perform(_ chunk: Int, _ worker: Int) { job?.pointee.body(chunk, worker) }

    private var hasWork: Bool {
        let seen = ticket.load(ordering: .sequentiallyConsistent)
        return seen & 0xfffff < seen >> 20 & 0xfffff
    }

    private func sleep() {
        pthread_mutex_lock(mutex)
        sleeping.wrappingAdd(1, ordering: .sequentiallyConsistent)
        while !hasWork, !stopped.load(ordering: .acquiring) { pthread_cond_wait(wake, mutex) }
        sleeping.wrappingSubtract(1, ordering: .sequentiallyConsistent)
        pthread_mutex_unlock(mutex)
    }

    private func broadcast() {
        pthread_mutex_lock(mutex)
        pthread_cond_broadcast(wake)
        pthread_mutex_unlock(mutex)
    }
}
