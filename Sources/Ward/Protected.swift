internal import Foundation

/// Whether what somebody waits for is there.
enum Attempt<Result> {
    /// It is: this came of it.
    case done(Result)
    /// Not yet.
    case wait
    /// Not yet; ask again at this moment of `MonotonicClock` at the latest.
    case waitUntil(Int64)
}

/// A value behind a lock that threads can wait on until it changes.
///
/// The mutex and the condition variable of the system, with the monotonic clock for deadlines. Waiting happens between
/// accesses to the value, never inside one. Whoever changes what another may wait for calls `signal` or `signalAll`.
final class Protected<Value: Sendable>: @unchecked Sendable {
    // Unchecked: `value` is only touched while `mutex` is held.
    private let value: UnsafeMutablePointer<Value>
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    init(_ initial: Value) {
        value = .allocate(capacity: 1)
        value.initialize(to: initial)
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        value.deinitialize(count: 1)
        value.deallocate()
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&value.pointee)
    }

    /// Asks until the answer is `.done`, and sleeps between the questions until somebody signals.
    @discardableResult
    func wait<Result>(for body: (inout Value) -> Attempt<Result>) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while true {
            switch body(&value.pointee) {
            case .done(let result): return result
            case .wait: pthread_cond_wait(condition, mutex)
            case .waitUntil(let deadline):
                var time = timespec(tv_sec: Int(deadline / 1_000_000_000), tv_nsec: Int(deadline % 1_000_000_000))
                pthread_cond_timedwait(condition, mutex, &time)
            }
        }
    }

    /// Wakes one waiting thread.
    func signal() { pthread_cond_signal(condition) }

    /// Wakes all waiting threads.
    func signalAll() { pthread_cond_broadcast(condition) }
}
