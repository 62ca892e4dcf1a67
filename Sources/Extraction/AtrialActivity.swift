#if canImport(Glibc)
    import Glibc
#endif

/// What stands before the QRS complex once the T wave of the beat before is taken away, beside the patient's own P wave.
///
/// A premature beat's P wave lies on the T wave before it, where a correlation with the template finds nothing; a
/// fibrillating patient has none, however regular the ventricles beat for a while. Here the previous beat's family
/// gives the T wave, shifted by the RR interval; what is left is compared with the mean of what was left before
/// beats of the template's family that are not early.
struct AtrialActivity: Sendable, Codable {
    /// Beats over which the P wave and its residual are averaged.
    static let memory: Float = 32
    /// Largest shift of the P wave that is tried, in samples (31 ms at 128 Hz).
    private static let largestShift = 4

    private let zone: Range<Int>
    private let length: Int
    /// The R peak's place in a window.
    private let rPeak: Int
    /// Mean P wave, (leads, zone).
    private var wave: [Float]
    /// Mean square of what differs from it, over leads.
    private var residual: Float = 0
    private var count: Float = 0

    init(window: BeatWindow) {
        length = window.length
        rPeak = window.before
        zone = window.samples(from: -0.3, to: -0.055)
        wave = [Float](repeating: 0, count: LeadSelection.count * zone.count)
    }

    /// The stretch before the QRS complex without the T wave of the beat before, each lead on a level line, (leads, zone).
    ///
    /// - Parameters:
    ///   - beat: (leads, length) in mV.
    ///   - before: mean of the family of the previous beat, (leads, length); nil where it is not known.
    ///   - distance: samples since the previous R peak.
    func isolated(_ beat: [Float], before: ArraySlice<Float>?, distance: Int) -> [Float] {
        var left = [Float](repeating: 0, count: wave.count)
        for lead in 0..<LeadSelection.count {
            let row = lead * length
            for (place, sample) in zone.enumerated() {
                var value = beat[row + sample]
                // The same time on the previous beat's axis; past the end of its window the T wave is over.
                let earlier = sample + distance
                if let before, earlier >= rPeak, earlier < length { value -= before[before.startIndex + row + earlier] }
                left[lead * zone.count + place] = value
            }
            level(&left, lead: lead)
        }
        return left
    }

    /// Takes away the line from the first samples to the last.
    private func level(_ values: inout [Float], lead: Int) {
        let (start, end) = (lead * zone.count, (lead + 1) * zone.count)
        let first = (values[start] + values[start + 1] + values[start + 2]) / 3
        let last = (values[end - 1] + values[end - 2] + values[end - 3]) / 3
        let slope = (last - first) / Float(zone.count - 3)
        for index in start..<end { values[index] -= first + slope * Float(index - start - 1) }
    }

    /// Writes its part of the context.
    func describe(_ isolated: [Float], into context: inout [Float]) {
        guard count >= 4 else { return }
        let energy = wave.reduce(0) { $0 + $1 * $1 }
        guard energy > 1e-6 else { return }
        var best: (correlation: Float, gain: Float, shift: Int) = (-2, 0, 0)
        var own: Float = 1e-9
        for value in isolated { own += value * value }
        for shift in -Self.largestShift...Self.largestShift {
            var product: Float = 0
            for lead in 0..<LeadSelection.count {
                let row = lead * zone.count
                for place in max(0, -shift)..<min(zone.count, zone.count - shift) {
                    product += isolated[row + place + shift] * wave[row + place]
                }
            }
            let correlation = product / (own * energy).squareRoot()
            // Later shifts must be clearly better: noise alone moves the maximum about.
            if correlation > best.correlation + (shift == 0 ? 0 : 0.01) {
                best = (correlation, product / energy, shift)
            }
        }
        var difference: Float = 1e-9
        for index in isolated.indices {
            difference += (isolated[index] - wave[index]) * (isolated[index] - wave[index])
        }
        context[.atrialCorrelation] = best.correlation
        context[.atrialGain] = min(max(best.gain, -1.5), 2.5)
        context[.atrialShift] = Float(best.shift) / Float(Self.largestShift)
        context[.atrialDifference] = bounded(0.5 * logf(difference / energy))
        context[.atrialSurprise] = bounded(0.5 * logf(difference / max(residual, 1e-9)))
        context[.atrialPresence] = bounded(0.5 * logf(energy / max(residual, 1e-9)))
    }

    private func bounded(_ value: Float) -> Float { min(max(value, -2.5), 2.5) }

    /// Takes what was left before a beat that is not early.
    mutating func learn(_ isolated: [Float]) {
        count = min(count + 1, Self.memory)
        let rate = 1 / count
        var difference: Float = 0
        for index in isolated.indices {
            let away = isolated[index] - wave[index]
            difference += away * away
            wave[index] += rate * away
        }
        // The first beat defines the wave and says nothing of its residual.
        if count > 1 { residual += (count == 2 ? 1 : rate) * (difference - residual) }
    }
}
