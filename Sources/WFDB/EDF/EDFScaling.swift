internal import Foundation

/// How the ADC values of a signal become the 16-bit values of an EDF file.
public struct EDFScaling: Sendable, Equatable {
    /// ADC units per EDF unit: 1 where the signal's values fit 16 bits and are stored as they are.
    public let step: Int32
    /// The ADC value that becomes 0.
    public let offset: Int32
    private let gain: Double
    private let baseline: Double

    init(_ signal: SignalDescription, range: ClosedRange<Int32>) {
        if range.lowerBound > -32_768, range.upperBound <= 32_767 {
            step = 1
            offset = 0
        } else {
            let span = Int64(range.upperBound) - Int64(range.lowerBound)
            step = Int32(max(1, (span + 65_533) / 65_534))
            offset = Int32((Int64(range.upperBound) + Int64(range.lowerBound)) / 2)
        }
        gain = signal.gain
        baseline = Double(signal.baseline)
    }

    /// The EDF value of an ADC value.
    func digital(_ value: Int32) -> Int32 {
        guard value != RecordReader.missingSample else { return -32_768 }
        let scaled = (Double(Int64(value) - Int64(offset)) / Double(step)).rounded()
        return Int32(min(max(scaled, -32_767), 32_767))
    }

    /// The physical value of an EDF value.
    func physical(_ digital: Double) -> Double { (digital * Double(step) + Double(offset) - baseline) / gain }

    /// The nearest number that eight characters can hold.
    static func rounded(_ value: Double) -> Double {
        for decimals in (0...6).reversed() {
            let text = String(format: "%.\(decimals)f", value)
            if text.utf8.count <= 8, let number = Double(text) { return number }
        }
        return min(max(value, -9_999_999), 99_999_999)
    }
}

/// The length of data records for a frame rate: EDF gives it in steps of 10 µs, up to a minute.
struct EDFTiming {
    let framesPerRecord: Int
    /// In units of 10 µs.
    let duration: Int
    let frameRate: Double

    init(frameRate: Double, path: String) throws(WFDBError) {
        var best: (frames: Int, duration: Int, error: Double)?
        let most = Int(min(60 * frameRate, 1_000_000))
        // One second, where it holds whole frames, is what everybody expects.
        let isWhole = frameRate == frameRate.rounded() && frameRate >= 1 && frameRate <= 1e6
        let preferred = isWhole ? Int(frameRate) : 1
        for frames in [preferred] + (most >= 1 ? Array(1...most) : []) {
            let exact = Double(frames) / frameRate * 100_000
            let duration = exact.rounded()
            guard duration >= 100, duration <= 6_000_000 else { continue }
            let error = abs(duration - exact) / exact
            if best.map({ error < $0.error * 0.999 && $0.error > 1e-12 }) ?? true {
                best = (frames, Int(duration), error)
            }
        }
        guard let best else {
            throw .edf(path: path, problem: "a rate of \(frameRate) Hz has no data record of 0.001 to 60 s")
        }
        framesPerRecord = best.frames
        duration = best.duration
        self.frameRate = Double(best.frames) / (Double(best.duration) / 100_000)
    }
}
