import Foundation

/// The sharpest deflection around an R peak, measured in raw samples.
///
/// Whatever the source's rate, all is measured at 360 Hz, that of the recordings that the weights were fitted to: what is
/// faster is averaged and interpolated (cubic), what is slower interpolated. And all measures are ratios, so that no gain
/// changes them.
///
/// Two pictures of the signal tell a spike from a complex. The sharp one is the fourth difference
/// (x(t-2τ) - 4x(t-τ) + 6x(t) - 4x(t+τ) + x(t+2τ)) / 8 at τ = 5.6 ms: its response (1 - cos 2πfτ)² / 2 is greatest at 90 Hz
/// and a sixteenth of that at 30 Hz, where QRS complexes end. The slow one is the slope of means over 25 ms. In both, leads
/// are summed by their squares, so that the measures do not depend on number, order or polarity of leads.
/// The spike is where the sharp picture is highest from 150 ms before to 60 ms after the R peak.
struct PacingSpike: Sendable, Codable {
    /// Seconds of signal after the R peak that are looked at.
    static let lookAhead = 0.29

    /// Frames a second at which it is measured.
    static let rate = 360.0

    /// Times in frames at `rate`.
    private struct Frames: Sendable, Codable {
        /// Step of the fourth difference.
        let step: Int
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

        init() {
            func frames(_ seconds: Double) -> Int { max(1, Int((seconds * PacingSpike.rate).rounded())) }
            step = frames(0.0056)
            slow = frames(0.011)
            reach = frames(0.011)
            before = frames(0.15)
            after = frames(0.06)
            noise = -frames(0.139)...(-frames(0.036))
            complex = -frames(0.05)...frames(0.197)
            waves = -frames(0.1)...frames(0.197)
            early = -frames(0.022)
            late = frames(0.039)
        }

        /// Frames at the edges of the window that the filters need.
        var margin: Int { max(2 * step, 2 * slow) }
        /// Place of the R peak in the window.
        var peak: Int { margin - noise.lowerBound + before }
        /// Length of the window.
        var count: Int { peak + after + complex.upperBound + margin + 1 }
    }

    /// Values at eight places in a row.
    private typealias Places = SIMD8<Float>

    private let leadCount: Int
    private let frames: Frames
    private let source: Source
    /// Raw signal of a lead at the source's rate and at `rate`, and its smoothed signal.
    private var loaded: [Float]
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
        frames = Frames()
        source = Source(sampleRate: sampleRate, peak: frames.peak, count: frames.count)
        loaded = Array(repeating: 0, count: source.count)
        signal = Array(repeating: 0, count: frames.count)
        smooth = signal
        sharp = Array(repeating: 0, count: leadCount * frames.count)
        sharpEnergy = signal
        slowEnergy = signal
        isPresent = Array(repeating: false, count: leadCount)
        place = frames.peak
    }

    /// Noise that every recording has, in units of the complex: 20 microvolts beside 2 mV.
    private static let floor: Float = 0.01

    /// Logarithm of a ratio, held off 0.
    static func logarithm(_ ratio: Float) -> Float { log(max(ratio, 1e-4)) }

    /// Finds the spike and measures it (`PacingEvidence.spike`); nil where no lead gives signal.
    ///
    /// A lead that is missing anywhere in the window, or stands still at its ends, has no say. Before the first frame the
    /// first value is taken to have held, after the last frame the last one.
    mutating func measure(_ raw: History, peak: Int64) -> SIMD4<Float>? {
        sharpEnergy.withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
        slowEnergy.withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
        for lead in 0..<leadCount {
            isPresent[lead] = load(raw, peak: peak, lead: lead)
            if isPresent[lead] {
                addSlow()
                addSharp(lead)
            } else {
                for index in 0..<frames.count { sharp[lead * frames.count + index] = 0 }
            }
        }
        guard isPresent.contains(true) else { return nil }
        place = highestSharpness()
        let height = sharpEnergy[place].squareRoot()
        let (from, to) = (place + frames.complex.lowerBound, place + frames.complex.upperBound)
        var complex: Float = 0
        for lead in 0..<leadCount where isPresent[lead] {
            let extent = raw.extent(
                peak + source.distance(from - frames.peak), peak + source.distance(to - frames.peak), lead: lead)
            complex += (extent.highest - extent.lowest) * (extent.highest - extent.lowest)
        }
        let noise = sum(of: sharpEnergy, over: frames.noise) / Float(frames.noise.count)
        let waves = sum(of: slowEnergy, over: frames.waves) + 1e-9
        let early = sum(of: slowEnergy, over: frames.waves.lowerBound...frames.early) / waves
        let late = sum(of: slowEnergy, over: frames.late...frames.waves.upperBound) / waves
        return [
            Self.logarithm(height / (complex.squareRoot() + 1e-6)),
            Self.logarithm(height / (noise.squareRoot() + Self.floor * complex.squareRoot() + 1e-6)),
            min(early.squareRoot(), 0.7), min(late, 0.5),
        ]
    }

    /// Where in the search the sharp picture is highest.
    private func highestSharpness() -> Int {
        sharpEnergy.withUnsafeBufferPointer { energy in
            var best = frames.peak - frames.before
            for place in best...(frames.peak + frames.after) where energy[place] > energy[best] { best = place }
            return best
        }
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
        let first = frames.peak - frames.before - frames.reach
        let count = frames.before + frames.after + 1
        var best: (product: Float, energy: Float) = (-.infinity, 1)
        sharp.withUnsafeBytes { sharp in
            // Eight places at a time; what is loaded beyond the last one is not looked at.
            for start in stride(from: 0, to: count, by: Places.scalarCount) {
                var product = Places.zero
                var energy = Places.zero
                for lead in 0..<leadCount {
                    let row = lead * frames.count + first + start
                    for index in 0..<length {
                        let values = sharp.loadUnaligned(
                            fromByteOffset: (row + index) * MemoryLayout<Float>.stride, as: Places.self)
                        product += values * shape[lead * length + index]
                        energy += values * values
                    }
                }
                for lane in 0..<min(Places.scalarCount, count - start) where product[lane] > best.product {
                    best = (product[lane], energy[lane])
                }
            }
        }
        return (best.product / (norm * best.energy + 1e-9).squareRoot(), best.product / norm)
    }

    /// Loads a lead; false where it has no say.
    ///
    /// Where a value of it is missing, or where it stands still at either end of the window: a lead that is off or saturated
    /// comes and goes with a step. Nor is a lead heard whose complex is cut off at its highest or lowest value: the edges of
    /// what is left are as sharp as a spike.
    private mutating func load(_ raw: History, peak: Int64, lead: Int) -> Bool {
        let source = source
        let isHeard = loaded.withUnsafeMutableBufferPointer { loaded in
            let first = peak - Int64(source.peak)
            let (start, last) = raw.kept(first, first + Int64(source.count) - 1)
            guard start <= last else { return false }
            var isWhole = true
            raw.reading(start, last, lead: lead) { run, index in
                var place = Int(index - first)
                for value in run {
                    loaded[place] = value
                    place += 1
                }
                isWhole = isWhole && run.isFinite
            }
            guard isWhole else { return false }
            // Before the first frame the first value has held, after the last one the last.
            let (from, to) = (Int(start - first), Int(last - first))
            for place in 0..<from { loaded[place] = loaded[from] }
            for place in to + 1..<max(source.count, to + 1) { loaded[place] = loaded[to] }
            return source.moves(UnsafeBufferPointer(loaded)) && !source.isCut(UnsafeBufferPointer(loaded), from...to)
        }
        if isHeard { source.resample(&loaded, into: &signal) }
        return isHeard
    }

    private mutating func addSharp(_ lead: Int) {
        let step = frames.step
        // Nothing is sought after the search.
        let places = (2 * step)..<(frames.peak + frames.after + frames.reach + 1)
        let row = lead * frames.count
        signal.withUnsafeBufferPointer { signal in
            sharp.withUnsafeMutableBufferPointer { sharp in
                sharpEnergy.withUnsafeMutableBufferPointer { energy in
                    for index in places {
                        let outer = signal[index - 2 * step] + signal[index + 2 * step]
                        let inner = signal[index - step] + signal[index + step]
                        let value = (outer - 4 * inner + 6 * signal[index]) * 0.125
                        sharp[row + index] = value
                        energy[index] += value * value
                    }
                }
            }
        }
    }

    /// The slope of means over `2 * slow + 1` frames, between means as far apart.
    private mutating func addSlow() {
        let half = frames.slow
        average(half)
        smooth.withUnsafeBufferPointer { smooth in
            slowEnergy.withUnsafeMutableBufferPointer { energy in
                for index in (2 * half)..<(frames.count - 2 * half) {
                    let slope = (smooth[index + half] - smooth[index - half]) * 0.5
                    energy[index] += slope * slope
                }
            }
        }
    }

    /// Means of the signal over `2 * half + 1` frames, eight of them at a time.
    private mutating func average(_ half: Int) {
        let stride = MemoryLayout<Float>.stride
        let length = Places(repeating: Float(2 * half + 1))
        let last = frames.count - half - Places.scalarCount
        signal.withUnsafeBytes { signal in
            smooth.withUnsafeMutableBytes { smooth in
                var index = half
                while index < frames.count - half {
                    // The last eight overlap the ones before.
                    let place = min(index, last)
                    var sum = Places.zero
                    for offset in -half...half {
                        sum += signal.loadUnaligned(fromByteOffset: (place + offset) * stride, as: Places.self)
                    }
                    smooth.storeBytes(of: sum / length, toByteOffset: place * stride, as: Places.self)
                    index = place + Places.scalarCount
                }
            }
        }
    }

    private func sum(of energy: [Float], over span: ClosedRange<Int>) -> Float {
        energy.withUnsafeBufferPointer {
            UnsafeBufferPointer(rebasing: $0[(place + span.lowerBound)...(place + span.upperBound)]).sum
        }
    }
}
