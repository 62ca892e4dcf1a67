import Detection
import Foundation
import Signal
import Testing

/// An ECG of Gaussian waves: R peaks at `beats` (seconds), every lead scaled by its gain.
struct ToyECG {
    var rate: Double
    var seconds: Double
    var beats: [Double]
    var gains: [Float] = [1]
    var amplitude: (Int) -> Double = { _ in 1 }
    var tWave = 0.25
    var noise: Float = 0.005
    var seed: UInt64 = 1

    func block() -> SampleBlock {
        let count = Int(rate * seconds)
        var signal = [Float](repeating: 0, count: count)
        func add(_ height: Double, at time: Double, sigma: Double) {
            let first = max(0, Int((time - 4 * sigma) * rate))
            let last = min(count - 1, Int((time + 4 * sigma) * rate))
            guard first <= last else { return }
            for frame in first...last {
                let offset = Double(frame) / rate - time
                signal[frame] += Float(height * exp(-offset * offset / (2 * sigma * sigma)))
            }
        }
        for (index, beat) in beats.enumerated() {
            let height = amplitude(index)
            add(0.12 * height, at: beat - 0.16, sigma: 0.025)
            add(-0.15 * height, at: beat - 0.025, sigma: 0.008)
            add(height, at: beat, sigma: 0.011)
            add(-0.25 * height, at: beat + 0.028, sigma: 0.009)
            add(tWave * height, at: beat + 0.27, sigma: 0.05)
        }
        var state = seed
        var values: [Float] = []
        values.reserveCapacity(count * gains.count)
        for frame in 0..<count {
            for gain in gains {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let uniform = Float(state >> 40) / Float(1 << 24) - 0.5
                values.append(gain * signal[frame] + 2 * noise * uniform)
            }
        }
        return SampleBlock(firstFrame: 0, leadCount: gains.count, values: values)
    }
}

/// Beats every `interval` seconds from 0.5 s on.
func regular(every interval: Double, seconds: Double) -> [Double] {
    Array(stride(from: 0.5, to: seconds - 0.5, by: interval))
}

/// All peaks of a stream that is fed in pieces.
func peaks(_ whole: SampleBlock, rate: Double, pieceSize: Int = 4096) -> [RPeak] {
    var detector = PanTompkins(sampleRate: rate, leadCount: whole.leadCount)
    var found: [RPeak] = []
    for start in stride(from: 0, to: whole.frameCount, by: pieceSize) {
        let end = min(start + pieceSize, whole.frameCount)
        let piece = SampleBlock(
            firstFrame: whole.firstFrame + Int64(start), leadCount: whole.leadCount,
            values: Array(whole.values[(start * whole.leadCount)..<(end * whole.leadCount)]))
        detector.consume(piece) { found.append($0) }
    }
    detector.finish { found.append($0) }
    return found
}

/// Beats without a peak within 150 ms, and peaks without a beat.
func errors(_ found: [RPeak], beats: [Double], rate: Double) -> (missed: [Double], extra: [Double]) {
    let times = found.map { Double($0.frame) / rate }
    return (
        beats.filter { beat in !times.contains { abs($0 - beat) <= 0.15 } },
        times.filter { time in !beats.contains { abs($0 - time) <= 0.15 } }
    )
}

@Suite struct PanTompkinsTests {
    @Test(arguments: [100.0, 128, 250, 257, 360, 500, 1000], [1, 2, 12])
    func consume_cleanEcg_findsEveryBeatAtItsPeak(rate: Double, leads: Int) {
        let beats = regular(every: 0.83, seconds: 40)
        let ecg = ToyECG(rate: rate, seconds: 40, beats: beats, gains: (0..<leads).map { 1 - 0.05 * Float($0) })
        let found = peaks(ecg.block(), rate: rate)
        #expect(found.count == beats.count)
        for (peak, beat) in zip(found, beats) {
            #expect(abs(Double(peak.frame) / rate - beat) <= 1 / rate + 0.002)
            if beat > 3 { #expect(Double(peak.decidedAt - peak.frame) / rate <= PanTompkins.decisionDelay) }
        }
    }

    @Test(arguments: [128.0, 360]) func consume_anyChunking_isIdentical(rate: Double) {
        let ecg = ToyECG(
            rate: rate, seconds: 60, beats: regular(every: 0.7, seconds: 60), gains: [1, -0.6], noise: 0.15)
        let whole = ecg.block()
        let one = peaks(whole, rate: rate, pieceSize: 1)
        #expect(one == peaks(whole, rate: rate, pieceSize: 4096))
        #expect(one == peaks(whole, rate: rate, pieceSize: 77))
        #expect(one.count > 70)
    }

    @Test func state_encodedAndDecoded_goesOnIdentically() throws {
        let rate = 360.0
        let ecg = ToyECG(rate: rate, seconds: 30, beats: regular(every: 0.8, seconds: 30), gains: [1, 0.5])
        let whole = ecg.block()
        let expected = peaks(whole, rate: rate)
        let cut = 5000
        var detector = PanTompkins(sampleRate: rate, leadCount: 2)
        var found: [RPeak] = []
        detector.consume(SampleBlock(firstFrame: 0, leadCount: 2, values: Array(whole.values[..<(2 * cut)]))) {
            found.append($0)
        }
        var restored = try JSONDecoder().decode(PanTompkins.self, from: JSONEncoder().encode(detector))
        let rest = SampleBlock(firstFrame: Int64(cut), leadCount: 2, values: Array(whole.values[(2 * cut)...]))
        restored.consume(rest) { found.append($0) }
        restored.finish { found.append($0) }
        #expect(found == expected)
    }

    @Test func reset_afterGap_countsOnFromTheNewFrame() {
        let rate = 250.0
        let beats = regular(every: 0.8, seconds: 20)
        var whole = ToyECG(rate: rate, seconds: 20, beats: beats).block()
        var detector = PanTompkins(sampleRate: rate, leadCount: 1)
        detector.consume(whole) { _ in }
        detector.reset(at: 1_000_000)
        whole.firstFrame = 1_000_000
        var found: [Int64] = []
        detector.consume(whole) { found.append($0.frame) }
        detector.finish { found.append($0.frame) }
        #expect(found.count == beats.count)
        for (frame, beat) in zip(found, beats) { #expect(abs(Double(frame - 1_000_000) / rate - beat) < 0.01) }
    }
}
