import Foundation
import Testing

@testable import Inference

/// What Reference/scalogram.py printed.
private struct Reference: Decodable {
    let first: [Float]
    let second: [Float]
    let rows: [Int]
    let direct: [[[Float]]]
    let in_time: [String: [Float]]
    let pywavelets: [String: [Float]]

    static func load() throws -> Reference {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../Reference/scalogram.json").standardized
        return try JSONDecoder().decode(Reference.self, from: Data(contentsOf: file))
    }
}

@Suite struct ScalogramTests {
    @Test func transform_twoLeads_equalsDirectSum() throws {
        let reference = try Reference.load()
        let scalogram = try Scalogram(ScalogramConfiguration())
        let picture = scalogram.picture(of: reference.first + reference.second)
        for (row, values) in zip(reference.rows, reference.direct) {
            for (time, pair) in values.enumerated() {
                for lead in 0..<2 {
                    #expect(abs(picture[(row * 64 + time) * 2 + lead] - pair[lead]) < 1e-5)
                }
            }
        }
    }

    @Test func transform_shortWavelets_equalsConvolutionInTime() throws {
        let reference = try Reference.load()
        let picture = try linear().picture(of: reference.first)
        for (row, values) in reference.in_time {
            for (index, value) in values.enumerated() {
                #expect(abs(picture[try #require(Int(row)) * 64 + index * 4] - value) < 1e-5)
            }
        }
    }

    /// PyWavelets integrates the wavelet by steps and is off by up to half a sample, so this says that axes and amplitude are
    /// the same, not the digits.
    @Test func transform_againstPyWavelets_hasTheSameAmplitudes() throws {
        let reference = try Reference.load()
        let picture = try linear().picture(of: reference.first)
        for (row, values) in reference.pywavelets {
            let row = try #require(Int(row))
            guard row >= 12 else { continue }
            let largest = try #require(values.max())
            for (index, value) in values.enumerated() {
                #expect(abs(picture[row * 64 + index * 4] - value) < 0.05 * largest)
            }
        }
    }

    @Test(arguments: [3.0, 9.5, 21.0])
    func transform_sine_givesItsAmplitudeAtItsFrequency(frequency: Double) throws {
        var configuration = ScalogramConfiguration(
            leads: 1, length: 1024, scales: 96, times: 64, pixel: .linear, gain: 1)
        configuration.highest = 45
        let scalogram = try Scalogram(configuration)
        let sine = (0..<1024).map { Float(0.7 * sin(2 * .pi * frequency * Double($0) / 128)) }
        let picture = scalogram.picture(of: sine)
        let middle = (0..<96).map { picture[$0 * 64 + 32] }
        let peak = try #require(middle.max())
        let row = try #require(middle.firstIndex(of: peak))
        #expect(abs(peak - 0.7) < 0.01)
        #expect(abs(log(configuration.frequency(ofRow: row) / frequency)) < 0.03)
    }

    @Test func transform_twice_isBitIdenticalInAllThreads() async throws {
        let reference = try Reference.load()
        let scalogram = try Scalogram(ScalogramConfiguration())
        let window = reference.first + reference.second
        let expected = scalogram.picture(of: window)
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask { (0..<20).allSatisfy { _ in scalogram.picture(of: window) == expected } }
            }
            for await same in group { #expect(same) }
        }
    }

    @Test func init_settingOutOfRange_saysWhich() {
        #expect(throws: ScalogramError.setting("highest", "64.0", allowed: "below 64.0 Hz")) {
            try Scalogram(ScalogramConfiguration(highest: 64))
        }
        #expect(throws: ScalogramError.setting("times", "209", allowed: "1 to 208")) {
            try Scalogram(ScalogramConfiguration(times: 209))
        }
    }

    private func linear() throws -> Scalogram {
        try Scalogram(ScalogramConfiguration(leads: 1, pixel: .linear, gain: 1))
    }
}
