import Glibc

/// Times of repeated work on the calling thread's own clock, so that a busy machine disturbs it little.
enum Clock {
    /// Nanoseconds that this thread has run.
    static func thread() -> Double { read(CLOCK_THREAD_CPUTIME_ID) }
    /// Nanoseconds that all threads of this process have run.
    static func process() -> Double { read(CLOCK_PROCESS_CPUTIME_ID) }
    /// Nanoseconds of a clock that goes on while the thread waits.
    static func wall() -> Double { read(CLOCK_MONOTONIC) }

    private static func read(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
    }

    /// The median of the times of `body` in nanoseconds, over `seconds` of running it and at least five runs.
    static func median(seconds: Double = 1, _ body: () throws -> Void) rethrows -> Double {
        try body()
        var times: [Double] = []
        let end = wall() + seconds * 1e9
        while times.count < 5 || wall() < end {
            let start = thread()
            try body()
            times.append(thread() - start)
        }
        times.sort()
        return times[times.count / 2]
    }
}

/// Prints one result as a line of JSON.
func report(_ fields: [(String, any CustomStringConvertible)]) {
    let body = fields.map { name, value in
        value is String ? "\"\(name)\":\"\(value)\"" : "\"\(name)\":\(value)"
    }
    print("{\(body.joined(separator: ","))}")
}

/// Repeatable values in (-1, 1).
func noise(_ count: Int, seed: UInt64) -> [Float] {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
    return (0..<count).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Float(Int64(bitPattern: state) >> 40) / Float(1 << 23)
    }
}
