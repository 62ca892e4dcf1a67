/// The heart's phase as a function of time: 0 at the first beat, 2π more at each further one, at a constant pace between two.
struct PhaseMap: Sendable {
    /// Times of the beats, in integration steps.
    let steps: [Int64]
    /// Length of a step, in s.
    let step: Double

    init(beats: [PlannedBeat], step: Double) {
        self.step = step
        steps = beats.map { Int64(($0.time / step).rounded()) }
    }

    /// Time of a beat, in s.
    func time(of beat: Int) -> Double { Double(steps[beat]) * step }

    /// The interval between two beats that a time lies in: the index of the beat before it, clamped to those that are planned.
    func interval(at time: Double, near beat: Int) -> Int {
        var index = min(max(beat, 0), steps.count - 2)
        while index > 0, time < self.time(of: index) { index -= 1 }
        while index < steps.count - 2, time >= self.time(of: index + 1) { index += 1 }
        return index
    }

    /// Pace in an interval, in radians a second.
    func pace(of interval: Int) -> Double {
        2 * .pi / (Double(max(steps[interval + 1] - steps[interval], 1)) * step)
    }

    /// Phase at a time, counted from a beat in radians.
    func phase(at time: Double, from beat: Int) -> Double {
        let interval = interval(at: time, near: beat)
        return 2 * .pi * Double(interval - beat) + pace(of: interval) * (time - self.time(of: interval))
    }
}
