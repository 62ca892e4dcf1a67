import Foundation

/// All leads' way from raw values to QRS activity: decimation, band-pass, derivative, squaring, moving integration, root.
///
/// The steps of Pan & Tompkins (1985). The band is theirs widened a little upwards (5 to 18 Hz), the derivative is their
/// five-point one, the integration two moving averages of 55 ms in a row (a triangle has one peak where a rectangle has a
/// plateau). The root brings the energy back to the amplitude's scale, so that thresholds are ratios of amplitudes. Squares
/// are summed in whole numbers: a moving sum that never drifts.
///
/// The activity has 100 to 250 values a second, whatever the source's rate: means of `decimation` frames go in.
struct QRSFilterBank: Sendable, Codable {
    /// Band of the QRS complex in Hz.
    static let band = 5.0...18.0
    /// Each of the two moving averages spans so many seconds.
    static let integration = 0.055
    /// A lead that gives nothing for longer is off, in seconds; until then its last value holds.
    private static let heldTime = 0.05
    /// Values are limited to so many mV: far beyond any ECG, far from overflow.
    private static let limit: Float = 100
    /// Squares are counted in units of this many mV².
    private static let unit: Float = 1e-9
    /// Band-passed values before the present one that the derivative takes.
    private static let reach = 4

    let leadCount: Int
    /// Frames without a value until a lead is off.
    private let held: Int
    /// Source frames per activity value.
    let decimation: Int
    /// Activity values that each moving average spans.
    private let length: Int
    private let high: Biquad
    private let low: Biquad
    /// Slope in mV per 8 ms.
    private let slopeGain: Float

    private var leads: [Lead]
    /// (leadCount, 2, length): what the two moving sums have to forget.
    private var rings: [Int64]
    private var slot = 0
    private var fill = 0

    // What the frames in hand complete, of one lead: means, negative infinity where it is off, and later the activity; the
    // band-passed signal after the `reach` values before it; energies of its slope, negative where it is off.
    private var means: [Float] = []
    private var line: [Float] = []
    private var energies: [Int64] = []

    /// One lead's state.
    private struct Lead: Sendable, Codable {
        var sum: Float = 0
        var missing = 0
        /// Frames since it last gave a value; that many before the first one.
        var gone = Int.max / 2
        var last: Float = 0
        var isPrimed = false
        var high = Biquad.State()
        var low = Biquad.State()
        /// The last band-passed values, the latest last.
        var line = SIMD4<Float>.zero
        var first: Int64 = 0
        var second: Int64 = 0
    }

    init(sampleRate: Double, leadCount: Int) {
        self.leadCount = leadCount
        held = Int(Self.heldTime * sampleRate)
        decimation = max(1, Int(sampleRate / 125))
        let rate = sampleRate / Double(decimation)
        high = Biquad(highPass: Self.band.lowerBound, sampleRate: rate)
        low = Biquad(lowPass: Self.band.upperBound, sampleRate: rate)
        length = max(2, Int((Self.integration * rate).rounded()))
        slopeGain = Float(rate / 125 / 8)
        leads = Array(repeating: Lead(), count: leadCount)
        rings = Array(repeating: 0, count: leadCount * 2 * length)
    }

    /// Takes interleaved frames; adds the activity (negative where a lead is off) and the band-passed signal that they complete.
    ///
    /// One step after the other over all of them, and one lead after the other: short loops let the processor work on many
    /// values at once.
    mutating func consume(_ values: UnsafeBufferPointer<Float>, activity: inout History, band: inout History) {
        let total = fill + values.count / leadCount
        let completed = total / decimation
        if means.count < completed {
            means = Array(repeating: 0, count: completed)
            energies = Array(repeating: 0, count: completed)
            line = Array(repeating: 0, count: completed + Self.reach)
        }
        let isWhole = values.isWithin(Self.limit)
        for lead in 0..<leadCount {
            decimate(values, lead, isWhole: isWhole)
            filter(completed, lead, band: &band)
            integrate(completed, lead, activity: &activity)
        }
        slot = (slot + completed) % length
        fill = total % decimation
        activity.advance(by: completed)
        band.advance(by: completed)
    }

    /// Means over `decimation` frames; a missing value counts as the one before.
    private mutating func decimate(_ values: UnsafeBufferPointer<Float>, _ lead: Int, isWhole: Bool) {
        let (leadCount, decimation) = (leadCount, decimation)
        var state = leads[lead]
        var (completed, outstanding) = (0, decimation - fill)
        means.withUnsafeMutableBufferPointer { means in
            var place = lead
            while place < values.count {
                if isWhole, outstanding == decimation {
                    // Means of values that are all there.
                    let whole = (values.count - place) / leadCount / decimation
                    for index in completed..<completed &+ whole {
                        var sum: Float = 0
                        for _ in 0..<decimation {
                            sum += values[place]
                            place &+= leadCount
                        }
                        means[index] = sum
                    }
                    completed &+= whole
                    if whole > 0 { (state.last, state.gone) = (values[place &- leadCount], 0) }
                    guard place < values.count else { break }
                }
                let value = values[place]
                if value.isFinite {
                    state.last = min(max(value, -Self.limit), Self.limit)
                    state.gone = 0
                } else {
                    state.missing += 1
                    state.gone = min(state.gone + 1, .max / 2)
                }
                state.sum += state.last
                place &+= leadCount
                outstanding -= 1
                guard outstanding == 0 else { continue }
                outstanding = decimation
                means[completed] = state.missing == decimation && state.gone > held ? -.infinity : state.sum
                completed &+= 1
                (state.sum, state.missing) = (0, 0)
            }
            for index in 0..<completed { means[index] /= Float(decimation) }
        }
        leads[lead] = state
    }

    /// From means to the band-passed signal and the energies of its slope, negative where the lead is off.
    private mutating func filter(_ count: Int, _ lead: Int, band: inout History) {
        var next = 0
        while next < count {
            let isOff = means[next] == -.infinity
            var end = next + 1
            while end < count, (means[end] == -.infinity) == isOff { end += 1 }
            if isOff {
                leads[lead].isPrimed = false
                leads[lead].line[Self.reach - 1] = 0
                for index in next..<end { energies[index] = -1 }
                band.writing(lead: lead) { band in for index in next..<end { band.set(index, 0) } }
            } else {
                filter(next..<end, lead, band: &band)
            }
            next = end
        }
    }

    /// The same where the lead is on.
    private mutating func filter(_ run: Range<Int>, _ lead: Int, band: inout History) {
        let (high, low, gain, reach) = (high, low, slopeGain, Self.reach)
        var state = leads[lead]
        if !state.isPrimed {
            // A lead that begins, or comes back, has held its first value since ever.
            state.isPrimed = true
            state.high = high.settled(at: means[run.lowerBound])
            state.low = Biquad.State()
            state.line = .zero
        }
        means.withUnsafeBufferPointer { means in
            line.withUnsafeMutableBufferPointer { line in
                for index in 0..<reach { line[index] = state.line[index] }
                for index in 0..<run.count {
                    line[index + reach] = low.filter(
                        high.filter(means[run.lowerBound + index], &state.high), &state.low)
                }
                for index in 0..<reach { state.line[index] = line[run.count + index] }
                guard let start = line.baseAddress else { return }
                band.writing(lead: lead) { $0.set(run.lowerBound, run.count, from: start + reach) }
                for index in 0..<run.count {
                    let slope = gain * (2 * line[index &+ 4] + line[index &+ 3] - line[index &+ 1] - 2 * line[index])
                    let square = slope * slope
                    line[index] = (square < 1e4 ? square : 1e4) / Self.unit
                }
                energies.withUnsafeMutableBufferPointer { energies in
                    for index in 0..<run.count { energies[run.lowerBound &+ index] = Int64(line[index]) }
                }
            }
        }
        leads[lead] = state
    }

    /// From energies to the activity.
    private mutating func integrate(_ count: Int, _ lead: Int, activity: inout History) {
        let length = length
        var (first, second, slot) = (leads[lead].first, leads[lead].second, slot)
        rings.withUnsafeMutableBufferPointer { rings in
            let ring = UnsafeMutableBufferPointer(rebasing: rings[(lead * 2 * length)..<((lead + 1) * 2 * length)])
            energies.withUnsafeBufferPointer { energies in
                for index in 0..<count {
                    let energy = max(0, energies[index])
                    first &+= energy &- ring[slot]
                    ring[slot] = energy
                    second &+= first &- ring[length + slot]
                    ring[length + slot] = first
                    slot = slot + 1 == length ? 0 : slot + 1
                    means[index] = energies[index] < 0 ? .infinity : Float(second)
                }
            }
        }
        means.withUnsafeMutableBufferPointer { means in
            for index in 0..<count {
                let activity = (means[index] * Self.unit).squareRoot() / Float(length)
                means[index] = activity < .infinity ? activity : -1
            }
            guard let start = means.baseAddress else { return }
            activity.writing(lead: lead) { $0.set(0, count, from: start) }
        }
        (leads[lead].first, leads[lead].second) = (first, second)
    }
}

/// A second-order Butterworth section (bilinear transform, direct form 2 transposed); the state is the caller's.
struct Biquad: Sendable, Codable {
    private let b0: Float
    private let b1: Float
    private let b2: Float
    private let a1: Float
    private let a2: Float

    init(highPass cutoff: Double, sampleRate: Double) {
        let w = tan(Double.pi * cutoff / sampleRate)
        let norm = 1 / (1 + 2.0.squareRoot() * w + w * w)
        b0 = Float(norm)
        b1 = Float(-2 * norm)
        b2 = Float(norm)
        a1 = Float(2 * (w * w - 1) * norm)
        a2 = Float((1 - 2.0.squareRoot() * w + w * w) * norm)
    }

    init(lowPass cutoff: Double, sampleRate: Double) {
        let w = tan(Double.pi * cutoff / sampleRate)
        let norm = 1 / (1 + 2.0.squareRoot() * w + w * w)
        b0 = Float(w * w * norm)
        b1 = Float(2 * w * w * norm)
        b2 = Float(w * w * norm)
        a1 = Float(2 * (w * w - 1) * norm)
        a2 = Float((1 - 2.0.squareRoot() * w + w * w) * norm)
    }

    /// What a section remembers.
    struct State: Sendable, Codable {
        var z1: Float = 0
        var z2: Float = 0
    }

    /// The state of a high-pass after a constant `x` since ever, where its output is 0.
    func settled(at x: Float) -> State { State(z1: -b0 * x, z2: b2 * x) }

    @inline(__always)
    func filter(_ x: Float, _ state: inout State) -> Float {
        let y = b0 * x + state.z1
        state.z1 = b1 * x - a1 * y + state.z2
        state.z2 = b2 * x - a2 * y
        return y
    }
}
