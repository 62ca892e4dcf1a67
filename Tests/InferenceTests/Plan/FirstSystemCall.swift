import CallCounter
import Testing

/// Number of the first system call that `body` makes in a child of this process; nil if it makes none.
///
/// Records an issue where that could not be found out: without seccomp in the kernel, or when `body` crashed.
func firstSystemCall(_ body: () -> Void) -> Int? {
    let number = withoutActuallyEscaping(body) { body in
        var job = Job(body: body)
        return withUnsafeMutablePointer(to: &job) { job in
            Int(call_counter_first_system_call({ $0?.assumingMemoryBound(to: Job.self).pointee.body() }, job))
        }
    }
    if number == CALL_COUNTER_UNKNOWN { Issue.record("the system calls could not be watched") }
    return number == CALL_COUNTER_NONE ? nil : number
}

private struct Job {
    let body: () -> Void
}
