import Foundation

/// The sharpest deflection around an R peak, measured in raw samples at the source's rate.
///
/// Two pictures of the signal tell a spike from a complex. The sharp one is the fourth difference
/// (x(t-2τ) - 4x(t-τ) + 6x(t) - 4x(t+τ) + x(t+2τ)) / 8 at τ = 5.6 ms: its response (1 - cos 2πfτ)² / 2 is greatest at 90 Hz
/// and a sixteenth of that at 30 Hz, where QRS complexes end. The slow one is the slope of means over 25 ms. In both, leads
/// are summed by their squares, so that the measures do not depend on number, order or polarity of leads.
/// The spike is where the sharp picture is highest from 150 ms before to 60 ms after the R peak.
struct PacingSpike: Sendable, Codable {
    /// Seconds of signal after the R peak that are looked at.
    static let lookAhead = 0.29

    /// Times in frames.
    private struct Frames: Sendable, Codable {
        /// Step of the fourth difference, and half width of the mean that goes before it above 720 Hz.
        let step: Int
        let smoothing: Int
        /// Half width of the slow means.
        let slow: Int
        /// To each side of a spike.
        let reach: Int
        /// The search, around the R peak.
        let before: Int
        let after: Int
        /// Around the spike: noise, range of the complex, slow waves.
        let noise: ClosedRange<Int>
        let complex: ClosedRange<Int>
        let waves: ClosedRange<Int>
        let early: Int
        let late: Int
        /// A lead that holds one value for so long gives no signal.
        let still: Int

        init(sampleRate: Double) {
            func frames(_ seconds: Double) -> Int { max(1, Int((seconds * sampleRate).rounded())) }
            step = frames(0.0056)
            smoothing = Int(sampleRate / 720)
            slow = frames(0.011)
            reach = frames(0.011)
            before = frames(0.15)
            after = frames(0.06)
            noise = -frames(0.139)...(-frames(0.036))
            complex = -frames(0.05)...frames(0.197)
            waves = -frames(0.1)...frames(0.197)
            early = -frames(0.022)
            late = frames(0.039)
            still = frames(0.1)
        }

        /// Frames at the edges of the window that the filters need.
        var margin: Int { max(2 * step + smoothing, 2 * slow) }
        /// Place of the R peak in the window.
        var peak: Int { margin - noise.lowerBound + before }
        /// Length of the window.
        var count: Int { peak + after + complex.upperBound + margin + 1 }
    }

    private let leadCount: Int
    private let frames: Frames
    /// Raw signal of a lead and its smoothed signal.
    private var signal: [Float]
    private var smooth: [Float]
    /// The sharp picture of every lead, (leads, frames.count), and the sums over the leads of the squares of both pictures.
    private var sharp: [Float]
    private var sharpEnergy: [Float]
    private var slowEnergy: [Float]
    /// Which leads are whole in the window.
    private var isPresent: [Bool]
    /// Where the spike is in the window.
    private var place: Int

    init(sampleRate: Double, leadCount: Int) {
        self.leadCount = leadCount
        frames = Frames(sampleRate: sampleRate)
        signal = Array(repeating: 0, count: frames.count)
        smooth = signal
        sharp = Array(repeating: 0, count: leadCount * frames.count)
        sharpEnergy = signal
        slowEnergy = signal
        isPresent = Array(repeating: false, count: leadCount)
        place = frames.peak
    }

    /// Logarithm of a ratio, held off 0.
    static func logarithm(_ ratio: Float) -> Float { log(max(ratio, 1e-4)) }

    /// Finds the spike and measures it (`PacingEvidence.spike`); nil where no lead gives signal.
    ///
    /// A lead that is missing anywhere in the window, or stands still at its ends, has no say. Before the first frame the
    /// first value is taken to have held, after the last frame the last one.
    mutating func measure(_ raw: History, peak: Int64) -> SIMD4<Float>? {
        for index in 0..<frames.count {
            sharpEnergy[index] = 0
            slowEnergy[index] = 0
        }
        let first = peak - Int64(frames.peak)
        for lead in 0..<leadCount {
            isPresent[lead] = load(raw, from: first, lead: lead)
            if isPresent[lead] {
                addSlow()
                addSharp(lead)
            } else {
                for index in 0..<frames.count { sharp[lead * frames.count + index] = 0 }
            }
        }
        guard isPresent.contains(true) else { return nil }
        let search = (frames.peak - frames.before)...(frames.peak + frames.after)
        place = search.max { sharpEnergy[$0] < sharpEnergy[$1] } ?? frames.peak
        let height = sharpEnergy[place].squareRoot()
        let centre = first + Int64(place)
        var complex: Float = 0
        for lead in 0..<leadCount where isPresent[lead] { complex += squaredRange(raw, around: centre, lead: lead) }
        let noise = mean(of: sharpEnergy, over: frames.noise)
        let waves = sum(of: slowEnergy, over: frames.waves) + 1e-9
        let early = sum(of: slowEnergy, over: frames.waves.lowerBound...frames.early) / waves
        let late = sum(of: slowEnergy, over: frames.late...frames.waves.upperBound) / waves
        return [
            Self.logarithm(height / (complex.squareRoot() + 0.001)),
            Self.logarithm(height / (noise.squareRoot() + 0.005)), min(early.squareRoot(), 0.7), min(late, 0.5),
        ]
    }

    /// Values of the sharp picture of a spike, (leads, 2 * reach + 1).
    var shapeCount: Int { leadCount * (2 * frames.reach + 1) }

    /// Moves a shape towards the spike's.
    func blend(into shape: inout [Float], part: Float) {
        let length = 2 * frames.reach + 1
        for lead in 0..<leadCount {
            let start = lead * frames.count + place - frames.reach
            for index in 0..<length {
                shape[lead * length + index] += part * (sharp[start + index] - shape[lead * length + index])
            }
        }
    }

    /// Correlation and size, in units of it, of what in the search is most of a shape.
    func compare(with shape: [Float]) -> (correlation: Float, gain: Float) {
        let length = 2 * frames.reach + 1
        let norm = shape.reduce(0) { $0 + $1 * $1 } + 1e-9
        var best: (product: Float, energy: Float) = (-.infinity, 1)
        for place in (frames.peak - frames.before)...(frames.peak + frames.after) {
            var product: Float = 0
            var energy: Float = 0
            for lead in 0..<leadCount {
                let start = lead * frames.count + place - frames.reach
                for index in 0..<length {
                    let value = sharp[start + index]
                    product += value * shape[lead * length + index]
                    energy += value * value
                }
            }
            if product > best.product { best = (product, energy) }
        }
        return (best.product / (norm * best.energy + 1e-9).squareRoot(), best.product / norm)
    }

    /// Loads a lead; false where a value of it is missing, or where it stands still at either end of the window: a lead that
    /// is off or saturated comes and goes with a step.
    private mutating func load(_ raw: History, from first: Int64, lead: Int) -> Bool {
        let kept = max(0, raw.count - Int64(raw.capacity) + 1)
        for index in 0..<frames.count {
            let value = raw.value(min(max(first + Int64(index), kept), raw.count - 1), lead: lead)
            guard value.isFinite else { return false }
            signal[index] = value
        }
        return (1..<frames.still).contains { signal[$0] != signal[0] }
            && (1..<frames.still).contains { signal[frames.count - 1 - $0] != signal[frames.count - 1] }
    }

    private mutating func addSharp(_ lead: Int) {
        let (step, half) = (frames.step, frames.smoothing)
        for index in half..<(frames.count - half) {
            var sum: Float = 0
            for offset in -half...half { sum += signal[index + offset] }
            smooth[index] = sum / Float(2 * half + 1)
        }
        let row = lead * frames.count
        // Nothing is sought after the search.
        for index in (2 * step + half)..<(frames.peak + frames.after + frames.reach + 1) {
            let outer = smooth[index - 2 * step] + smooth[index + 2 * step]
            let inner = smooth[index - step] + smooth[index + step]
            let value = (outer - 4 * inner + 6 * smooth[index]) / 8
            sharp[row + index] = value
            sharpEnergy[index] += value * value
        }
    }

    /// The slope of means over `2 * slow + 1` frames, between means as far apart.
    private mutating func addSlow() {
        let half = frames.slow
        var sum: Float = 0
        for index in 0..<(2 * half + 1) { sum += signal[index] }
        for index in half..<(frames.count - half) {
            if index > half { sum += signal[index + half] - signal[index - half - 1] }
            smooth[index] = sum / Float(2 * half + 1)
        }
        for index in (2 * half)..<(frames.count - 2 * half) {
            let slope = (smooth[index + half] - smooth[index - half]) / 2
            slowEnergy[index] += slope * slope
        }
    }

    /// Square of the difference between a lead's highest and lowest value over the complex.
    private func squaredRange(_ raw: History, around centre: Int64, lead: Int) -> Float {
        let kept = max(0, raw.count - Int64(raw.capacity) + 1)
        var lowest = Float.infinity
        var highest = -Float.infinity
        for offset in frames.complex {
            let value = raw.value(min(max(centre + Int64(offset), kept), raw.count - 1), lead: lead)
            lowest = min(lowest, value)
            highest = max(highest, value)
        }
        return (highest - lowest) * (highest - lowest)
    }

    private func sum(of energy: [Float], over span: ClosedRange<Int>) -> Float {
        span.reduce(0) { $0 + energy[place + $1] }
    }

    private func mean(of energy: [Float], over span: ClosedRange<Int>) -> Float {
        sum(of: energy, over: span) / Float(span.count)
    }
}
