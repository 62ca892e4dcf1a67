import Foundation
import RealRecordings
import Testing
import WFDB

@testable import Scoring

/// The noise stress test, on signals whose amplitudes are known.
///
/// 100 Hz, so that the first noise begins at 30,000.
@Suite struct NoiseStressTests {
    private let lead = SignalDescription(fileName: "x.dat", format: .int16, gain: 200, description: "II")

    /// Half an hour with a spike of 200 units every second.
    private func spikes(leads: Int = 1) -> Waveform {
        var values: [Int32] = []
        for frame in 0..<180_000 {
            for lead in 0..<leads { values.append(frame % 100 == 50 ? Int32(200 * (lead + 1)) : 0) }
        }
        return Waveform(sampleRate: 100, signals: Array(repeating: lead, count: leads), values: values)
    }

    private let beats = annotations((0..<1700).map { "N\($0 * 100 + 50)" }.joined(separator: " "))

    /// Noise that is +40 or -40, so that its root mean square is 40.
    private func square() -> Waveform {
        Waveform(sampleRate: 100, signals: [lead], values: (0..<180_000).map { $0 / 7 % 2 == 0 ? 40 : -40 })
    }

    @Test func amplitude_ofBeats_isPeakToPeak() {
        #expect(spikes(leads: 2).beatAmplitude(at: beats) == [200, 400])
        #expect(spikes().beatAmplitude(at: annotations("V50 V150 F250")) == nil)
    }

    @Test func amplitude_ofNoise_isRootMeanSquarePerSecond() {
        // 1 s is no multiple of 14 frames: the mean of a second is a little off zero.
        #expect(abs(square().noiseAmplitude()[0] - 40) < 1)
        let offset = Waveform(sampleRate: 100, signals: [lead], values: (0..<1000).map { $0 % 2 == 0 ? 530 : 470 })
        #expect(offset.noiseAmplitude() == [30])
    }

    @Test func gains_giveTheRatio() throws {
        let noise = Waveform(sampleRate: 100, signals: [lead], values: (0..<3000).map { $0 % 2 == 0 ? 40 : -40 })
        let stress = try NoiseStress(record: "x", signal: spikes(leads: 2), beats: beats, noise: noise)
        // At 0 dB the noise has the power of a sine of 200 units from peak to peak: 200 / sqrt(8).
        #expect(abs(stress.gains(decibels: 0)[0] - 200 / 8.0.squareRoot() / 40) < 1e-5)
        #expect(abs(stress.gains(decibels: 20)[0] - 20 / 8.0.squareRoot() / 40) < 1e-6)
        #expect(abs(stress.gains(decibels: 0)[1] - 400 / 8.0.squareRoot() / 40) < 1e-5)
    }

    @Test func mixed_alternatesFromFiveMinutes() throws {
        let signal = spikes()
        let stress = try NoiseStress(record: "x", signal: signal, beats: beats, noise: square())
        let mixed = stress.mixed(decibels: 6)
        func differs(_ frames: Range<Int>) -> Bool {
            // Beside a constant offset.
            let offset = mixed.values[frames.lowerBound] - signal.values[frames.lowerBound]
            return frames.contains { mixed.values[$0] - signal.values[$0] != offset }
        }
        #expect(mixed.values[..<30_000] == signal.values[..<30_000])
        #expect(differs(30_000..<42_000))
        #expect(!differs(42_000..<54_000))
        #expect(differs(54_000..<66_000))
        #expect(!differs(66_000..<78_000))
    }

    @Test func mixed_whereNoiseComesAndGoes_doesNotJump() throws {
        let noise = Waveform(sampleRate: 100, signals: [lead], values: (0..<50_000).map { 500 + Int32($0 % 3) })
        let mixed = try NoiseStress(record: "x", signal: spikes(), beats: beats, noise: noise).mixed(decibels: -6)
        // Spikes stand at 50 of each 100; switches and the noise's wrap at 0 of them.
        let gain = try NoiseStress(record: "x", signal: spikes(), beats: beats, noise: noise).gains(decibels: -6)[0]
        for frame in [30_000, 42_000, 50_000, 54_000, 100_000, 150_000] {
            let step = abs(mixed.values[frame] - mixed.values[frame - 1])
            #expect(Double(step) <= 2 * gain + 1, "at \(frame)")
        }
    }

    @Test func mixed_missingSamples_stayMissing() throws {
        var signal = spikes()
        signal.values[31_000] = RecordReader.missingSample
        let mixed = try NoiseStress(record: "x", signal: signal, beats: beats, noise: square()).mixed(decibels: 0)
        #expect(mixed.values[31_000] == RecordReader.missingSample)
        #expect(mixed.values.count { $0 == RecordReader.missingSample } == 1)
        #expect(mixed.physical(31_000..<31_001)[0].isNaN)
    }

    @Test func stress_impossible_isRefused() {
        let flat = Waveform(sampleRate: 100, signals: [lead], values: [Int32](repeating: 0, count: 10_000))
        #expect(throws: StressError.flatLead(record: "x", lead: 0)) {
            try NoiseStress(record: "x", signal: flat, beats: beats, noise: square())
        }
        #expect(throws: StressError.flatLead(record: "the noise", lead: 0)) {
            try NoiseStress(record: "x", signal: spikes(), beats: beats, noise: flat)
        }
        #expect(throws: StressError.noBeats(record: "x")) {
            try NoiseStress(record: "x", signal: spikes(), beats: [], noise: square())
        }
        let fast = Waveform(sampleRate: 360, signals: [lead], values: [1, -1])
        #expect(throws: StressError.noiseRate(noise: 360, record: 100)) {
            try NoiseStress(record: "x", signal: spikes(), beats: beats, noise: fast)
        }
    }

    @Test func ladder_sumsRecordsPerStep() {
        var ladder = NoiseLadder()
        for (record, found) in [("a", 90), ("b", 100)] {
            for decibels in [24.0, 0] {
                ladder.append(
                    annotator: "d", noise: "ma", decibels: decibels, record: record,
                    matrix: matrix(["Nn": found, "No": 100 - found, "On": decibels == 0 ? 10 : 0]))
            }
        }
        #expect(ladder.steps.count == 2)
        #expect(
            ladder.curves == [
                LadderCurve(
                    name: "d, ma",
                    steps: [
                        .init(decibels: 24, sensitivity: 0.95, predictivity: 1),
                        .init(decibels: 0, sensitivity: 0.95, predictivity: 190.0 / 210),
                    ])
            ])
        #expect(ladder.text().split(separator: "\n").count == 3)
    }

    @Test(.needsRealRecordings) func waveform_ofRealRecord_keepsItsValues() throws {
        let path = try RealRecordings.path("mitdb/118")
        let wave = try Waveform(path: path)
        #expect(wave.frameCount == 650_000)
        let reader = try RecordReader(path: path)
        var expected: [Float] = []
        _ = try reader.read(into: &expected, maxFrames: 1000)
        let physical = wave.physical(0..<1000)
        #expect(zip(expected, physical).allSatisfy { abs($0 - $1) < 1e-6 })
    }
}
