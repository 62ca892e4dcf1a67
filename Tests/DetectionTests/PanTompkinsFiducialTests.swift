import Foundation
import Signal
import Testing

@testable import Detection

/// Where R peaks are marked: at the same point of every complex, or RR intervals stray that do not.
@Suite struct PanTompkinsFiducialTests {
    static let rate = 360.0
    static let beats = regular(every: 0.8, seconds: 60)

    /// One lead of complexes that `shape` draws, by seconds from the R peak and the number of the beat; a little noise.
    static func lead(seed: UInt64, noise: (Double) -> Double = { _ in 0.01 }, _ shape: (Double, Int) -> Double)
        -> [Float]
    {
        var state = seed
        return (0..<Int(60 * rate)).map { frame in
            let time = Double(frame) / rate
            var value = 0.0
            for (number, beat) in beats.enumerated() where abs(time - beat) < 0.6 {
                value += shape(time - beat, number)
            }
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(value + noise(time) * 3.4 * (Double(state >> 40) / Double(1 << 24) - 0.5))
        }
    }

    static func bell(_ time: Double, _ width: Double) -> Double { exp(-time * time / (2 * width * width)) }

    /// How far peaks lie from the beats, in seconds, after the first few.
    static func offsets(_ leads: [[Float]]) -> [Double] {
        let values = leads[0].indices.flatMap { frame in leads.map { $0[frame] } }
        let block = SampleBlock(firstFrame: 0, leadCount: leads.count, values: values)
        let times = peaks(block, rate: rate).map { Double($0.frame) / rate }
        return times.compactMap { time in
            beats.map { time - $0 }.min { abs($0) < abs($1) }.flatMap { time > 5 && abs($0) < 0.15 ? $0 : nil }
        }
    }

    /// A QS complex, or an R wave, and an ST segment that is about half as far from the line, more in some beats and less in others.
    @Test(arguments: [1.0, -1]) func fiducial_besideARaisedSegment_staysAtTheComplex(sign: Double) {
        let lead = Self.lead(seed: 3) { time, number in
            let segment = (0.4 + 0.3 * Double(number % 4) / 3) * (time < 0.03 ? 0 : min(1, (time - 0.03) / 0.02))
            return sign * (segment * Self.bell(max(0, time - 0.2), 0.03) - Self.bell(time, 0.012))
        }
        let offsets = Self.offsets([lead])
        #expect(offsets.count >= 65)
        #expect(offsets.allSatisfy { abs($0) < 0.01 }, "\(offsets)")
    }

    /// In fast noise, the highest and the lowest sample say little of an R and an S wave.
    @Test func fiducial_ofAnRSComplexInFastNoise_staysAtOneWave() {
        let lead = Self.lead(seed: 11, noise: { _ in 0.2 }) { time, _ in
            0.3 * Self.bell(time + 0.03, 0.012) - Self.bell(time, 0.012)
        }
        let offsets = Self.offsets([lead])
        #expect(offsets.count >= 65)
        #expect(offsets.count { abs($0) < 0.015 } >= offsets.count * 9 / 10, "\(offsets)")
    }

    /// The S wave is about twice as deep as the R wave is high, a little more or less from beat to beat.
    @Test(arguments: [1.0, -1]) func fiducial_ofTwoWavesThatAreAlike_staysAtOne(sign: Double) {
        let lead = Self.lead(seed: 13) { time, number in
            let r = sign > 0 ? 0.5 : 2
            return sign
                * ((r + 0.1 * r * sin(Double(number))) * Self.bell(time, 0.012) - Self.bell(time - 0.045, 0.012))
        }
        let offsets = Self.offsets([lead])
        #expect(offsets.count >= 65)
        let changes = zip(offsets, offsets.dropFirst()).filter { abs($0 - $1) > 0.015 }
        #expect(changes.count <= 1, "\(offsets)")
    }

    /// Where the complexes of a shape change for good, the point does.
    @Test func anchor_thatBeatsDisagreeWith_isFoundedAnew() {
        var anchor = FiducialAnchor()
        func take(_ own: Int64, at frame: Int64, isDown: Bool, isNew: Bool = false) {
            let fiducial = Fiducial(frame: own, lead: 0, isDown: isDown)
            let beat = Candidate(index: 0, height: 1, frame: frame, fiducial: fiducial, match: nil)
            anchor.learn(beat, centre: 100, reach: 7, isNew: isNew)
        }
        take(110, at: 110, isDown: false, isNew: true)
        #expect(anchor.lead == 0 && !anchor.isDown && anchor.offset == 10)
        // Half of the beats see another point: it stays.
        for beat in 0..<40 {
            take(beat.isMultiple(of: 2) ? 126 : 111, at: 111, isDown: beat.isMultiple(of: 2))
        }
        #expect(!anchor.isDown && abs(anchor.offset - 11) < 0.1)
        for _ in 0..<12 { take(126, at: anchor.isDown ? 126 : 111, isDown: true) }
        #expect(anchor.isDown && anchor.offset == 26)
    }

    /// R waves stand 30 ms later in the second lead, which is two to five times better, now more and now less.
    @Test func fiducial_ofTwoLeads_staysInOne() {
        let first = Self.lead(seed: 5, noise: { 0.07 + 0.05 * sin(0.9 * $0) }) { time, _ in Self.bell(time, 0.012) }
        let second = Self.lead(seed: 7, noise: { _ in 0.01 }) { time, _ in Self.bell(time - 0.03, 0.012) }
        let offsets = Self.offsets([first, second])
        #expect(offsets.count >= 65)
        let changes = zip(offsets, offsets.dropFirst()).filter { abs($0 - $1) > 0.015 }
        #expect(changes.count <= 1, "\(offsets)")
    }

    /// A lead that shows something else than complexes has no part in the decision, and peaks say so.
    @Test func faintLeads_ofALeadWithoutComplexes_nameIt() {
        let lead = Self.lead(seed: 9) { time, _ in Self.bell(time, 0.012) }
        let wave = lead.indices.map { 3 * Float(sin(2 * Double.pi * 0.3 * Double($0) / Self.rate)) }
        let mixed = lead.indices.map { Double($0) / Self.rate < 20 ? lead[$0] : wave[$0] }
        let values = lead.indices.flatMap { [mixed[$0], lead[$0]] }
        let found = peaks(SampleBlock(firstFrame: 0, leadCount: 2, values: values), rate: Self.rate)
        let before = found.filter { (5..<19).contains(Double($0.frame) / Self.rate) }
        let after = found.filter { (22..<58).contains(Double($0.frame) / Self.rate) }
        #expect(before.count >= 15 && before.allSatisfy { $0.faintLeads == [] })
        #expect(after.count >= 40 && after.count { $0.faintLeads == [.lead(0)] } >= after.count * 9 / 10)
    }
}
