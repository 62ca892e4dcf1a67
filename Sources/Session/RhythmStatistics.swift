internal import Signal

/// Heart rate and its variability over the recent past.
///
/// Heart rate is 60,000 over the mean of the last eight RR intervals. Variability follows the Task Force of ESC and NASPE
/// (*Circulation* 93, 1996, 1043-1065) over the last five minutes: SDNN is the standard deviation of the NN intervals,
/// the ones between two normal beats; RMSSD the root mean square of the differences between neighbouring ones. CV is the
/// standard deviation of all RR intervals over their mean.
struct RhythmStatistics: Sendable, Codable {
    /// Seconds that variability looks back.
    static let span = 300.0
    /// Intervals that are kept at most: five minutes at 300 beats a minute.
    static let capacity = 1500

    private struct Interval: Sendable, Codable {
        var time: Double
        var rr: Float
        var isNN: Bool
        /// Whether the interval before this one ends where this one begins.
        var follows: Bool
    }

    private var recent: [Float] = []
    private var intervals: [Interval] = []
    /// The last beat seen.
    private(set) var lastSeen: Int64 = -1
    private var lastLabel: BeatClass?
    /// Whether the last counted beat ended an interval, so that the next one follows it.
    private var isContinuous = false
    /// Number of beats counted.
    private(set) var beats: Int64 = 0

    /// A beat was found; the same beat may be seen again at its second stage.
    ///
    /// `rr` in ms.
    mutating func see(beat: Int64, rr: Double?) {
        guard beat != lastSeen else { return }
        lastSeen = beat
        guard let rr else { return }
        if recent.count == 8 { recent.removeFirst() }
        recent.append(Float(rr))
    }

    /// A beat has its label for good.
    ///
    /// `rr` in ms, nil where the beat before is not known; `time` in seconds.
    mutating func count(label: BeatClass, rr: Double?, at time: Double) {
        beats += 1
        if let rr {
            if intervals.count >= Self.capacity { intervals.removeFirst(Self.capacity / 4) }
            let isNN = label == .normal && lastLabel == .normal
            intervals.append(Interval(time: time, rr: Float(rr), isNN: isNN, follows: isContinuous))
            // Forgotten in strides, so that a beat costs the same on average however long the past is.
            if let first = intervals.first, first.time < time - 1.25 * Self.span {
                intervals.removeAll { $0.time < time - Self.span }
            }
        }
        isContinuous = rr != nil
        lastLabel = label
    }

    /// Beats a minute; nil before the first interval.
    var heartRate: Double? {
        guard !recent.isEmpty else { return nil }
        return 60_000 * Double(recent.count) / Double(recent.reduce(0, +))
    }

    /// Variability in ms (SDNN, RMSSD) and as a ratio (CV) of what ended in the five minutes before `now`, in seconds; nil
    /// where there are not two intervals for it.
    func variability(at now: Double) -> (sdnn: Double?, rmssd: Double?, cvRR: Double?) {
        let window = intervals.drop { $0.time < now - Self.span }
        let nn = window.filter(\.isNN).map { Double($0.rr) }
        let differences = zip(window, window.dropFirst()).compactMap { earlier, later in
            earlier.isNN && later.isNN && later.follows ? Double(later.rr - earlier.rr) : nil
        }
        let rmssd =
            differences.isEmpty
            ? nil : (differences.reduce(0) { $0 + $1 * $1 } / Double(differences.count)).squareRoot()
        let all = Self.spread(window.map { Double($0.rr) })
        return (Self.spread(nn)?.deviation, rmssd, all.map { $0.deviation / $0.mean })
    }

    /// Mean and standard deviation (n - 1).
    private static func spread(_ values: [Double]) -> (mean: Double, deviation: Double)? {
        guard values.count > 1 else { return nil }
        let mean = values.reduce(0, +) / Double(values.count)
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (mean, (squares / Double(values.count - 1)).squareRoot())
    }
}
