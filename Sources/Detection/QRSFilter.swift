import Foundation

/// One lead's way from raw values to QRS activity: decimation, band-pass, derivative, squaring, moving integration, root.
///
/// The steps of Pan & Tompkins (1985). The root brings the energy back to the amplitude's scale, so that thresholds are
/// ratios of amplitudes. Squares are summed in whole numbers: a moving sum that never drifts.
struct QRSFilter: Sendable, Codable {
    /// Band of the QRS complex in Hz.
    static let band = 5.0...18.0
    /// Each of the two moving integrations spans so many seconds (together a triangle of twice that).
    static let integration = 0.055
    /// Squares are counted in units of this many mV².
    private static let unit: Float = 1e-9

    /// Source frames per activity value.
    let decimation: Int
    private var accumulated: Float = 0
    private var count = 0
    private var missing = 0
    private var last: Float = 0
    private var isPrimed = false
    private var high: Biquad
    private var low: Biquad
    private var y1: Float = 0
    private var y2: Float = 0
    private var y3: Float = 0
    private var y4: Float = 0
    private let slopeGain: Float
    private var first: MovingSum
    private var second: MovingSum

    init(sampleRate: Double) {
        decimation = Self.decimation(sampleRate: sampleRate)
        let rate = sampleRate / Double(decimation)
        high = Biquad(highPass: Self.band.lowerBound, sampleRate: rate)
        low = Biquad(lowPass: Self.band.upperBound, sampleRate: rate)
        let length = max(2, Int((Self.integration * rate).rounded()))
        // Slope in mV per 8 ms.
        slopeGain = Float(rate / 125 / 8)
        first = MovingSum(length: length)
        second = MovingSum(length: length)
    }

    /// The activity has 100 to 250 values a second.
    static func decimation(sampleRate: Double) -> Int { max(1, Int(sampleRate / 125)) }

    /// Takes one raw value; says the activity in mV-like units when a decimated one is complete, negative when the lead is off.
    @inline(__always)
    mutating func push(_ value: Float) -> Float? {
        if value.isFinite {
            last = min(max(value, -100), 100)
        } else {
            missing += 1
        }
        accumulated += last
        count += 1
        guard count == decimation else { return nil }
        let x = accumulated / Float(decimation)
        let isOff = missing == decimation
        accumulated = 0
        count = 0
        missing = 0
        if isOff {
            isPrimed = false
            _ = second.push(first.push(0))
            return -1
        }
        if !isPrimed {
            isPrimed = true
            high.prime(x)
            low.clear()
            (y1, y2, y3, y4) = (0, 0, 0, 0)
        }
        let y = low.filter(high.filter(x))
        // Five-point derivative of Pan & Tompkins.
        let slope = slopeGain * (2 * y + y1 - y3 - 2 * y4)
        y4 = y3
        y3 = y2
        y2 = y1
        y1 = y
        let energy = Int64(min(slope * slope, 1e4) / Self.unit)
        let sum = second.push(first.push(energy))
        return (Float(sum) * Self.unit).squareRoot() / Float(first.length)
    }
}

/// A second-order Butterworth section (bilinear transform, direct form 2 transposed).
struct Biquad: Sendable, Codable {
    private let b0: Float
    private let b1: Float
    private let b2: Float
    private let a1: Float
    private let a2: Float
    private var z1: Float = 0
    private var z2: Float = 0

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

    /// The state of a high-pass after a constant `x` since ever.
    mutating func prime(_ x: Float) {
        z1 = -b0 * x
        z2 = b2 * x
    }

    mutating func clear() {
        z1 = 0
        z2 = 0
    }

    @inline(__always)
    mutating func filter(_ x: Float) -> Float {
        let y = b0 * x + z1
        z1 = b1 * x - a1 * y + z2
        z2 = b2 * x - a2 * y
        return y
    }
}

/// The sum of the last `length` whole numbers.
struct MovingSum: Sendable, Codable {
    let length: Int
    private var ring: [Int64]
    private var slot = 0
    private var sum: Int64 = 0

    init(length: Int) {
        self.length = length
        ring = Array(repeating: 0, count: length)
    }

    @inline(__always)
    mutating func push(_ value: Int64) -> Int64 {
        sum += value - ring[slot]
        ring[slot] = value
        slot = slot + 1 == length ? 0 : slot + 1
        return sum
    }
}
