#if canImport(Glibc)
    import Glibc
#endif

/// How unlike the patient's conducted complexes a beat is, beside how unlike one another those are.
///
/// A correlation of .98 is a beat like any other in a patient whose complexes change with every breath, and an ectopic one in a
/// patient whose complexes are all the same. So what differs from the mean of the beats that come on time is compared with what
/// usually differs: as the logarithm of a ratio, and in units of that logarithm's own usual spread. The QRS complex may
/// stand two samples earlier or later (jitter of the fiducial) and be larger or smaller (breathing); neither is a difference.
struct VentricularActivity: Sendable, Codable {
    /// Beats over which the complex is averaged.
    private static let memory: Float = 32
    /// Beats over which its differences are.
    private static let longMemory: Float = 50
    /// Differences before which nothing is said.
    private static let fewest: Float = 3
    /// Largest shift that is tried, in samples (16 ms at 128 Hz).
    private static let largestShift = 2
    /// How much smaller or larger a complex may be.
    private static let gains: ClosedRange<Float> = 0.7...1.4
    /// Added to the usual spread of the logarithm, so that a few beats that happen to be alike make no scale.
    private static let leastSpread: Float = 0.15
    /// Features of the two parts, QRS complex and T wave.
    private static let features: [(surprise: ContextFeature, score: ContextFeature)] = [
        (.qrsSurprise, .qrsSurpriseScore), (.tSurprise, .tSurpriseScore),
    ]

    /// What is usual of a part: mean of log(RMS of the difference / RMS of the mean QRS complex), and mean deviation from it.
    private struct Usual: Codable {
        var mean: Float = 0
        var deviation: Float = 0.2
    }

    /// Samples per lead of the beat's window.
    private let length: Int
    /// From before the QRS complex to the end of the T wave, with room to shift; the parts count from its start.
    private let zone: Range<Int>
    private let qrs: Range<Int>
    private let t: Range<Int>
    /// What stays in the zone when it is shifted.
    private let inner: Range<Int>
    /// Mean complex, (leads, zone), and the beats of each lead in it.
    private var complex: [Float]
    private var counts = [Float](repeating: 0, count: LeadSelection.count)
    private var usual = [Usual](repeating: Usual(), count: features.count)
    /// Differences that `usual` has seen.
    private var measured: Float = 0

    init(window: BeatWindow) {
        length = window.length
        let (qrs, t) = (window.samples(from: -0.086, to: 0.117), window.samples(from: 0.156, to: 0.469))
        let first = max(qrs.lowerBound - Self.largestShift, 0)
        zone = first..<min(t.upperBound + Self.largestShift, length)
        // What can be shifted without leaving the zone; a window that is too short for that has no parts.
        let inner = Self.largestShift..<max(zone.count - Self.largestShift, Self.largestShift)
        self.qrs = (qrs.lowerBound - first..<qrs.upperBound - first).clamped(to: inner)
        self.t = (t.lowerBound - first..<t.upperBound - first).clamped(to: inner)
        self.inner = inner
        complex = [Float](repeating: 0, count: LeadSelection.count * zone.count)
    }

    /// The stretch of a beat, (leads, length) in mV, that is looked at, each lead about its median: (leads, zone).
    private func levelled(_ beat: [Float]) -> [Float] {
        var levelled: [Float] = []
        levelled.reserveCapacity(complex.count)
        for lead in 0..<LeadSelection.count {
            let values = beat[lead * length + zone.lowerBound..<lead * length + zone.upperBound]
            let median = Morphology.median(values)
            for value in values { levelled.append(value - median) }
        }
        return levelled
    }

    /// A beat laid over the mean complex.
    private struct Fit {
        /// Samples by which the beat is later than the complex.
        var shift = 0
        /// log(RMS of the difference / RMS of the mean QRS complex) of each part.
        var differences: [Float] = []
    }

    /// Lays a levelled beat over the mean complex; nil where nothing is known of the leads that give signal.
    private func fit(_ beat: [Float], present: [Bool]) -> Fit? {
        let rows = present.indices.filter { present[$0] && counts[$0] > 0 }.map { $0 * zone.count }
        let energy = rows.reduce(Float(0)) { sum, row in
            qrs.reduce(sum) { $0 + complex[row + $1] * complex[row + $1] }
        }
        guard energy > 1e-3 else { return nil }
        var fit = Fit()
        var early = Float.infinity
        for shift in -Self.largestShift...Self.largestShift {
            var product: Float = 0
            var own: Float = 0
            for row in rows {
                for sample in qrs {
                    product += beat[row + sample + shift] * complex[row + sample]
                    own += beat[row + sample + shift] * beat[row + sample + shift]
                }
            }
            let gain = min(max(product / energy, Self.gains.lowerBound), Self.gains.upperBound)
            let left = own - 2 * gain * product + gain * gain * energy
            if left < early { (early, fit.shift) = (left, shift) }
        }
        var late: Float = 0
        for row in rows {
            for sample in t {
                let away = beat[row + sample + fit.shift] - complex[row + sample]
                late += away * away
            }
        }
        fit.differences = [early, late].map { 0.5 * logf(max($0, 0) / energy + 1e-5) }
        return fit
    }

    /// Writes its part of the context of a beat, (leads, length) in mV.
    func describe(_ beat: [Float], present: [Bool], into context: inout [Float]) {
        guard measured >= Self.fewest, let fit = fit(levelled(beat), present: present) else { return }
        for (part, features) in Self.features.enumerated() {
            let away = fit.differences[part] - usual[part].mean
            context[features.surprise] = min(max(away, -2.5), 4)
            context[features.score] = min(max(away / (usual[part].deviation + Self.leastSpread), -5), 12)
        }
    }

    /// Takes a beat that was conducted as usual and on time; leads without signal stay as they were.
    mutating func learn(_ beat: [Float], present: [Bool]) {
        let beat = levelled(beat)
        let fit = fit(beat, present: present)
        for lead in present.indices where present[lead] {
            counts[lead] = min(counts[lead] + 1, Self.memory)
            for sample in inner {
                let index = lead * zone.count + sample
                complex[index] += (beat[index + (fit?.shift ?? 0)] - complex[index]) / counts[lead]
            }
        }
        guard let fit else { return }
        measured = min(measured + 1, Self.longMemory)
        for part in usual.indices {
            let away = fit.differences[part] - usual[part].mean
            usual[part].mean += away / measured
            // The first difference says what is usual, and nothing of its spread.
            if measured > 1 { usual[part].deviation += (abs(away) - usual[part].deviation) / Self.longMemory }
        }
    }
}
