import Foundation

/// The filter bank of a `Resampler`: one windowed sinc per fractional position of the output between two source frames.
struct PolyphaseKernel: Sendable, Codable {
    /// Where an output frame lies between source frames.
    struct Position: Sendable, Codable {
        /// Source frame at or before it.
        var whole: Int64
        /// Row of the filter bank, 0..<phaseCount.
        var phase: Int
        /// Position in source frames.
        var value: Double
    }

    /// Rates that are whole millihertz with at most this many phases are exact; others are rounded to the nearest of so many
    /// phases (at 1,024 the timing error is under 1/2,048 of a source frame).
    static let largestPhaseCount = 1024

    /// Taps per phase, `2 * reach`.
    let tapCount: Int
    /// (phaseCount, tapCount); tap j weighs source frame whole - reach + 1 + j.
    let taps: [Float]
    private let phaseCount: Int
    /// Source frames per output frame, as a fraction where exact (numerator 0 otherwise) and as a number.
    private let numerator: Int64
    private let denominator: Int64
    private let ratio: Double

    init(sourceRate: Double, targetRate: Double, reach: Int, cutoff: Double) {
        ratio = sourceRate / targetRate
        let source = (sourceRate * 1000).rounded()
        let target = (targetRate * 1000).rounded()
        let divisor = Self.greatestCommonDivisor(Int64(source), Int64(target))
        let phases = Int64(target) / max(divisor, 1)
        let isExact = source == sourceRate * 1000 && target == targetRate * 1000 && phases <= Self.largestPhaseCount
        numerator = isExact ? Int64(source) / divisor : 0
        denominator = isExact ? phases : 1
        phaseCount = isExact ? Int(phases) : Self.largestPhaseCount
        tapCount = 2 * reach
        var taps: [Float] = []
        taps.reserveCapacity(phaseCount * tapCount)
        for phase in 0..<phaseCount {
            let fraction = Double(phase) / Double(phaseCount)
            taps += Self.row(fraction: fraction, reach: reach, cutoff: cutoff / sourceRate)
        }
        self.taps = taps
    }

    func position(of frame: Int64) -> Position {
        if numerator != 0 {
            // frame * numerator / denominator without overflow: numerator and denominator are below 2^31.
            let (quotient, remainder) = Self.floorDivide(frame, denominator)
            let (whole, phase) = Self.floorDivide(remainder * numerator, denominator)
            let base = quotient * numerator + whole
            return Position(
                whole: base, phase: Int(phase), value: Double(base) + Double(phase) / Double(denominator))
        }
        let value = Double(frame) * ratio
        let rounded = (value * Double(phaseCount)).rounded() / Double(phaseCount)
        let whole = rounded.rounded(.down)
        return Position(whole: Int64(whole), phase: Int((rounded - whole) * Double(phaseCount)), value: value)
    }

    /// A Kaiser-windowed sinc around `fraction`, unit sum.
    ///
    /// `cutoff` in cycles per source frame.
    private static func row(fraction: Double, reach: Int, cutoff: Double) -> [Float] {
        let beta = 5.0
        var row = (0..<(2 * reach)).map { tap -> Double in
            let offset = Double(tap - reach + 1) - fraction
            let edge = offset / Double(reach)
            let window = bessel(beta * max(0, 1 - edge * edge).squareRoot()) / bessel(beta)
            let angle = 2 * Double.pi * cutoff * offset
            return window * (offset == 0 ? 1 : sin(angle) / angle)
        }
        let sum = row.reduce(0, +)
        for tap in row.indices { row[tap] /= sum }
        return row.map(Float.init)
    }

    /// Modified Bessel function of the first kind, order 0, by its power series.
    private static func bessel(_ x: Double) -> Double {
        var sum = 1.0
        var term = 1.0
        var k = 1.0
        while term > 1e-12 * sum {
            term *= (x / (2 * k)) * (x / (2 * k))
            sum += term
            k += 1
        }
        return sum
    }

    private static func greatestCommonDivisor(_ a: Int64, _ b: Int64) -> Int64 {
        var (a, b) = (a, b)
        while b != 0 { (a, b) = (b, a % b) }
        return a
    }

    private static func floorDivide(_ a: Int64, _ b: Int64) -> (Int64, Int64) {
        let (quotient, remainder) = a.quotientAndRemainder(dividingBy: b)
        return remainder < 0 ? (quotient - 1, remainder + b) : (quotient, remainder)
    }
}
