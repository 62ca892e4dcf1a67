import Detection
import Foundation
import Signal
import Testing

/// Electrodes, cables and movement.
@Suite struct PanTompkinsArtefactTests {
    static let rate = 360.0
    static let beats = regular(every: 0.8, seconds: 60)

    static func whole(gains: [Float] = [1, 0.7], noise: Float = 0.01) -> SampleBlock {
        ToyECG(rate: rate, seconds: 60, beats: beats, gains: gains, noise: noise).block()
    }

    static func check(_ block: SampleBlock, missed mostMissed: Int = 0, extra mostExtra: Int = 0) {
        let (missed, extra) = errors(peaks(block, rate: rate), beats: beats, rate: rate)
        #expect(missed.count <= mostMissed, "missed at \(missed)")
        #expect(extra.count <= mostExtra, "extra at \(extra)")
    }

    @Test(arguments: [0, 1]) func consume_oneLeadOff_losesNoBeat(lead: Int) {
        var block = Self.whole()
        for frame in Int(20 * Self.rate)..<Int(35 * Self.rate) { block.values[2 * frame + lead] = .nan }
        Self.check(block)
    }

    /// The lead that is left has noise, the other none at all.
    @Test(arguments: [0, 1], [Float.nan, 0]) func consume_oneLeadSilentBesideANoisyOne_losesNoBeat(
        lead: Int, value: Float
    ) {
        var block = Self.whole(gains: [1, 1], noise: 0.15)
        for frame in Int(20 * Self.rate)..<Int(50 * Self.rate) {
            block.values[2 * frame + lead] = value + 3 * Float(sin(2 * Double.pi * 0.3 * Double(frame) / Self.rate))
        }
        Self.check(block)
    }

    @Test(arguments: [0.01, 0.1]) func consume_singleValuesMissing_losesNoBeat(share: Double) {
        var block = Self.whole()
        var state: UInt64 = 11
        for index in block.values.indices {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            if Double(state >> 40) / Double(1 << 24) < share { block.values[index] = .nan }
        }
        Self.check(block)
    }

    @Test(arguments: [Float(0.02), 0.05, 0.3]) func consume_openInputForLong_isNoRhythmAndTheNextBeatsAreHeard(
        noise: Float
    ) {
        var block = Self.whole()
        var state: UInt64 = 9
        for index in Int(2 * 10 * Self.rate)..<Int(2 * 45 * Self.rate) {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            block.values[index] = noise * (Float(state >> 40) / Float(1 << 24) - 0.5)
        }
        let found = peaks(block, rate: Self.rate)
        let (missed, extra) = errors(found, beats: Self.beats, rate: Self.rate)
        #expect(missed.filter { $0 > 48 }.isEmpty, "missed at \(missed)")
        #expect(extra.filter { $0 > 10.5 && $0 < 44.5 }.count <= 15, "extra at \(extra)")
    }

    @Test(arguments: [0, 1]) func consume_oneLeadFlat_losesNoBeat(lead: Int) {
        var block = Self.whole()
        for frame in Int(20 * Self.rate)..<Int(35 * Self.rate) { block.values[2 * frame + lead] = 0.3 }
        Self.check(block)
    }

    @Test(arguments: [0, 1]) func consume_oneLeadInStrongNoise_losesNoBeat(lead: Int) {
        var block = Self.whole()
        var state: UInt64 = 7
        for frame in Int(20 * Self.rate)..<Int(35 * Self.rate) {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            block.values[2 * frame + lead] += 3 * (Float(state >> 40) / Float(1 << 24) - 0.5)
        }
        Self.check(block, missed: 2, extra: 2)
    }

    @Test func consume_allLeadsOff_saysNothingAndComesBack() {
        var block = Self.whole()
        for index in Int(2 * 20 * Self.rate)..<Int(2 * 30 * Self.rate) { block.values[index] = .nan }
        let found = peaks(block, rate: Self.rate)
        let off = Int64(20.2 * Self.rate)...Int64(29.8 * Self.rate)
        #expect(!found.contains { off.contains($0.frame) })
        let (missed, extra) = errors(found, beats: Self.beats, rate: Self.rate)
        #expect(missed.filter { $0 < 19.9 || $0 > 30.5 }.isEmpty, "missed at \(missed)")
        #expect(extra.isEmpty)
    }

    @Test(arguments: [Float.nan, 0, 5.1], [3.2, 9, 31])
    func consume_leadsThatComeOnLate_areHeardFromThenOn(value: Float, seconds: Double) {
        var block = Self.whole()
        for index in 0..<Int(2 * seconds * Self.rate) { block.values[index] = value }
        let found = peaks(block, rate: Self.rate)
        #expect(!found.contains { Double($0.frame) / Self.rate < seconds - 0.1 })
        let (missed, extra) = errors(found, beats: Self.beats, rate: Self.rate)
        #expect(missed.filter { $0 > seconds + 0.5 }.isEmpty, "missed at \(missed)")
        #expect(extra.filter { $0 > seconds + 0.5 }.isEmpty, "extra at \(extra)")
    }

    @Test(arguments: [0, 1]) func consume_leadThatComesOnLate_isHeardBesideTheOther(lead: Int) {
        var block = Self.whole()
        for frame in 0..<Int(20 * Self.rate) { block.values[2 * frame + lead] = .nan }
        for frame in Int(25 * Self.rate)..<Int(60 * Self.rate) { block.values[2 * frame + 1 - lead] = .nan }
        Self.check(block)
    }

    @Test func consume_openInputAtTheStart_isNoBeat() {
        var block = Self.whole(noise: 0.002)
        var state: UInt64 = 5
        for index in 0..<Int(2 * 20.2 * Self.rate) {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            block.values[index] = 0.02 * (Float(state >> 40) / Float(1 << 24) - 0.5)
        }
        let (missed, extra) = errors(peaks(block, rate: Self.rate), beats: Self.beats, rate: Self.rate)
        #expect(missed.filter { $0 > 20.5 }.isEmpty, "missed at \(missed)")
        #expect(extra.isEmpty, "extra at \(extra)")
    }

    @Test func consume_steps_areNotBeats() {
        var block = Self.whole()
        for (index, time) in stride(from: 6.3, to: 58, by: 4).enumerated() {
            let step: Float = index.isMultiple(of: 2) ? 2 : -2
            for place in Int(2 * time * Self.rate)..<block.values.count { block.values[place] += step }
        }
        // A step in the middle of a beat may hide it; one between beats may be taken for one now and then.
        Self.check(block, missed: 2, extra: 4)
    }

    @Test func consume_saturation_comesBack() {
        var block = Self.whole()
        for index in Int(2 * 20 * Self.rate)..<Int(2 * 24 * Self.rate) { block.values[index] = 5 }
        let (missed, extra) = errors(peaks(block, rate: Self.rate), beats: Self.beats, rate: Self.rate)
        #expect(missed.filter { $0 < 19.9 || $0 > 24.5 }.isEmpty, "missed at \(missed)")
        #expect(extra.count <= 2, "extra at \(extra)")
    }

    @Test func consume_startInNoise_settles() {
        var block = Self.whole()
        var state: UInt64 = 3
        for index in 0..<Int(2 * 6 * Self.rate) {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            block.values[index] += 6 * (Float(state >> 40) / Float(1 << 24) - 0.5)
        }
        let (missed, extra) = errors(peaks(block, rate: Self.rate), beats: Self.beats, rate: Self.rate)
        #expect(missed.filter { $0 > 9 }.isEmpty, "missed at \(missed)")
        #expect(extra.filter { $0 > 7 }.isEmpty, "extra at \(extra)")
    }

    @Test func consume_hugeAndInfiniteValues_doNotTrap() {
        var block = Self.whole()
        block.values[5000] = .infinity
        block.values[5001] = -.infinity
        block.values[9000] = .greatestFiniteMagnitude
        block.values[9001] = -.greatestFiniteMagnitude
        for index in 20000..<20100 { block.values[index] = index.isMultiple(of: 2) ? 1e30 : -1e30 }
        let (missed, _) = errors(peaks(block, rate: Self.rate), beats: Self.beats, rate: Self.rate)
        #expect(missed.filter { $0 < 6 || $0 > 45 }.isEmpty, "missed at \(missed)")
    }

    @Test func consume_nothingButNoise_staysBounded() {
        var state: UInt64 = 11
        var values: [Float] = []
        for _ in 0..<Int(60 * Self.rate) {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            values.append(Float(state >> 40) / Float(1 << 24) - 0.5)
        }
        let found = peaks(SampleBlock(firstFrame: 0, leadCount: 1, values: values), rate: Self.rate)
        for (one, next) in zip(found, found.dropFirst()) { #expect(next.frame - one.frame >= 36) }
    }
}
