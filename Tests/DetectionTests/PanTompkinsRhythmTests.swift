import Detection
import Foundation
import Signal
import Testing

/// Rates, pauses and shapes that a detector meets.
@Suite struct PanTompkinsRhythmTests {
    @Test(arguments: [20.0, 30, 45, 60, 90, 130, 180, 220, 260, 300], [128.0, 360])
    func consume_steadyRate_findsEveryBeat(rate: Double, sampleRate: Double) {
        let seconds = 60.0
        let beats = regular(every: 60 / rate, seconds: seconds)
        // A fast heart has no room for a large T wave.
        let ecg = ToyECG(rate: sampleRate, seconds: seconds, beats: beats, tWave: rate > 150 ? 0.1 : 0.25)
        let (missed, extra) = errors(peaks(ecg.block(), rate: sampleRate), beats: beats, rate: sampleRate)
        #expect(missed.filter { $0 > 5 }.isEmpty, "missed at \(missed)")
        #expect(extra.filter { $0 > 5 }.isEmpty, "extra at \(extra)")
    }

    @Test func consume_pausesOfSixSeconds_addsNothingInThem() {
        var beats = regular(every: 0.8, seconds: 20)
        beats += regular(every: 0.8, seconds: 20).map { $0 + 25.5 }
        beats += regular(every: 0.8, seconds: 20).map { $0 + 51 }
        let ecg = ToyECG(rate: 360, seconds: 72, beats: beats, gains: [1, 0.7], noise: 0.02)
        let (missed, extra) = errors(peaks(ecg.block(), rate: 360), beats: beats, rate: 360)
        #expect(missed.isEmpty)
        #expect(extra.isEmpty)
    }

    @Test func consume_ectopicBeats_areFound() {
        var beats = regular(every: 0.85, seconds: 60)
        for index in stride(from: 6, to: beats.count - 1, by: 7) { beats[index] -= 0.38 }
        let ecg = ToyECG(rate: 250, seconds: 60, beats: beats, amplitude: { $0 > 5 && ($0 - 6) % 7 == 0 ? 0.6 : 1 })
        let (missed, extra) = errors(peaks(ecg.block(), rate: 250), beats: beats, rate: 250)
        #expect(missed.isEmpty)
        #expect(extra.isEmpty)
    }

    @Test func consume_invertedComplexes_areMarkedAtTheirLowestPoint() {
        let beats = regular(every: 0.8, seconds: 40)
        let ecg = ToyECG(rate: 360, seconds: 40, beats: beats, gains: [-1])
        let found = peaks(ecg.block(), rate: 360)
        #expect(found.count == beats.count)
        for (peak, beat) in zip(found, beats) { #expect(abs(Double(peak.frame) / 360 - beat) < 0.006) }
    }

    @Test func consume_giantTWaves_areNotBeats() {
        let beats = regular(every: 0.9, seconds: 40)
        let ecg = ToyECG(rate: 360, seconds: 40, beats: beats, tWave: 1.6)
        let (missed, extra) = errors(peaks(ecg.block(), rate: 360), beats: beats, rate: 360)
        #expect(missed.isEmpty)
        #expect(extra.isEmpty, "extra at \(extra)")
    }

    @Test func consume_pacedBeats_areFoundOnce() {
        // A spike of 4 ms, then a wide complex 120 ms later at its peak, and a T wave the other way.
        let rate = 500.0
        let beats = regular(every: 0.83, seconds: 40)
        var block = SampleBlock(firstFrame: 0, leadCount: 1, values: Array(repeating: 0, count: Int(40 * rate)))
        for beat in beats {
            for frame in 0..<Int(0.6 * rate) {
                let time = Double(frame) / rate - 0.12
                let place = Int((beat - 0.12) * rate) + frame
                guard place < block.values.count else { continue }
                var value = 1.2 * exp(-time * time / (2 * 0.035 * 0.035))
                value -= 0.4 * exp(-(time - 0.3) * (time - 0.3) / (2 * 0.05 * 0.05))
                if frame < 2 { value += 2 }
                block.values[place] += Float(value)
            }
        }
        let found = peaks(block, rate: rate)
        let (missed, extra) = errors(found, beats: beats, rate: rate)
        #expect(missed.isEmpty)
        #expect(extra.isEmpty)
        #expect(found.count == beats.count)
    }

    @Test func consume_amplitudeDropsTenfoldInOneBeat_isFollowedWithoutLoss() {
        let beats = regular(every: 0.8, seconds: 60)
        let ecg = ToyECG(rate: 360, seconds: 60, beats: beats, gains: [1, 0.6], amplitude: { $0 < 30 ? 1 : 0.1 })
        let (missed, extra) = errors(peaks(ecg.block(), rate: 360), beats: beats, rate: 360)
        #expect(missed.count <= 2, "missed at \(missed)")
        #expect(extra.isEmpty, "extra at \(extra)")
    }

    @Test func consume_ventricularFlutter_keepsCounting() {
        // 250 waves a minute without an isoelectric line, after 20 s of sinus rhythm.
        let rate = 360.0
        let beats = regular(every: 0.8, seconds: 20)
        var block = ToyECG(rate: rate, seconds: 50, beats: beats).block()
        for frame in Int(20 * rate)..<block.values.count {
            block.values[frame] += Float(1.2 * sin(2 * Double.pi * 250 / 60 * (Double(frame) / rate - 20)))
        }
        let found = peaks(block, rate: rate).filter { $0.frame > Int64(24 * rate) }
        let expected = 26.0 * 250 / 60
        #expect(
            Double(found.count) > 0.7 * expected && Double(found.count) < 1.2 * expected,
            "\(found.count) of \(expected)")
    }
}
