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
    let leadCount: Int
    /// Source frames per activity value.
    var decimation: Int { stages.decimation }
    private let stages: Stages
    private var leads: [Lead]
    /// (leadCount, 2, length): what the two moving sums have to forget.
    private var rings: [Int64]
    private var slot = 0
    private var fill = 0

    /// One lead's state.
    fileprivate struct Lead: Sendable, Codable {
        var sum: Float = 0
        var missing = 0
        var last: Float = 0
        var isPrimed = false
        var high1: Float = 0
        var high2: Float = 0
        var low1: Float = 0
        var low2: Float = 0
        var y1: Float = 0
        var y2: Float = 0
        var y3: Float = 0
        var y4: Float = 0
        var first: Int64 = 0
        var second: Int64 = 0
    }

    init(sampleRate: Double, leadCount: Int) {
        self.leadCount = leadCount
        stages = Stages(sampleRate: sampleRate)
        leads = Array(repeating: Lead(), count: leadCount)
        rings = Array(repeating: 0, count: leadCount * 2 * stages.length)
    }

    /// Takes interleaved frames; adds the activity (negative where a lead is off) and the band-passed signal that they complete.
    mutating func consume(_ values: UnsafeBufferPointer<Float>, activity: inout History, band: inout History) {
        let (stages, leadCount) = (stages, leadCount)
        var (slot, fill) = (slot, fill)
        leads.withUnsafeMutableBufferPointer { leads in
            rings.withUnsafeMutableBufferPointer { rings in
                for frame in 0..<(values.count / leadCount) {
                    for lead in 0..<leadCount { leads[lead].add(values[frame * leadCount + lead]) }
                    fill += 1
                    guard fill == stages.decimation else { continue }
                    fill = 0
                    for lead in 0..<leadCount {
                        let start = lead * 2 * stages.length
                        let ring = UnsafeMutableBufferPointer(rebasing: rings[start..<(start + 2 * stages.length)])
                        activity.put(stages.complete(&leads[lead], ring, slot), lead: lead)
                        band.put(leads[lead].y1, lead: lead)
                    }
                    slot = slot + 1 == stages.length ? 0 : slot + 1
                    activity.advance()
                    band.advance()
                }
            }
        }
        (self.slot, self.fill) = (slot, fill)
    }
}

extension QRSFilterBank.Lead {
    /// Values are limited to so many mV: far beyond any ECG, far from overflow.
    private static let limit: Float = 100

    /// Adds a raw value to the mean of the activity value that is being made; a missing one counts as the one before.
    @inline(__always)
    mutating func add(_ value: Float) {
        if value.isFinite {
            last = min(max(value, -Self.limit), Self.limit)
        } else {
            missing += 1
        }
        sum += last
    }
}

/// The filters between a decimated value and its activity, the same for all leads.
private struct Stages: Sendable, Codable {
    /// Squares are counted in units of this many mV².
    static let unit: Float = 1e-9

    let decimation: Int
    /// Activity values that each moving average spans.
    let length: Int
    private let high: Biquad
    private let low: Biquad
    /// Slope in mV per 8 ms.
    private let slopeGain: Float

    init(sampleRate: Double) {
        decimation = max(1, Int(sampleRate / 125))
        let rate = sampleRate / Double(decimation)
        high = Biquad(highPass: QRSFilterBank.band.lowerBound, sampleRate: rate)
        low = Biquad(lowPass: QRSFilterBank.band.upperBound, sampleRate: rate)
        length = max(2, Int((QRSFilterBank.integration * rate).rounded()))
        slopeGain = Float(rate / 125 / 8)
    }

    /// The activity that a lead's accumulated values make, negative where it is off.
    @inline(__always)
    func complete(_ lead: inout QRSFilterBank.Lead, _ ring: UnsafeMutableBufferPointer<Int64>, _ slot: Int) -> Float {
        let x = lead.sum / Float(decimation)
        let isOff = lead.missing == decimation
        lead.sum = 0
        lead.missing = 0
        var energy: Int64 = 0
        if isOff {
            lead.isPrimed = false
            lead.y1 = 0
        } else {
            if !lead.isPrimed { prime(&lead, x) }
            let y = low.filter(high.filter(x, &lead.high1, &lead.high2), &lead.low1, &lead.low2)
            let slope = slopeGain * (2 * y + lead.y1 - lead.y3 - 2 * lead.y4)
            lead.y4 = lead.y3
            lead.y3 = lead.y2
            lead.y2 = lead.y1
            lead.y1 = y
            energy = Int64(min(slope * slope, 1e4) / Self.unit)
        }
        lead.first += energy - ring[slot]
        ring[slot] = energy
        lead.second += lead.first - ring[length + slot]
        ring[length + slot] = lead.first
        return isOff ? -1 : (Float(lead.second) * Self.unit).squareRoot() / Float(length)
    }

    /// A lead that begins, or comes back, has held its first value since ever.
    private func prime(_ lead: inout QRSFilterBank.Lead, _ x: Float) {
        lead.isPrimed = true
        (lead.high1, lead.high2) = high.settled(at: x)
        (lead.low1, lead.low2) = (0, 0)
        (lead.y1, lead.y2, lead.y3, lead.y4) = (0, 0, 0, 0)
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

    /// The state of a high-pass after a constant `x` since ever, where its output is 0.
    func settled(at x: Float) -> (Float, Float) { (-b0 * x, b2 * x) }

    @inline(__always)
    func filter(_ x: Float, _ z1: inout Float, _ z2: inout Float) -> Float {
        let y = b0 * x + z1
        z1 = b1 * x - a1 * y + z2
        z2 = b2 * x - a2 * y
        return y
    }
}
