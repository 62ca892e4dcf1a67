import Testing

@testable import Extraction

@Suite struct MirroredRingTests {
    @Test func window_anywhereInTheRing_isContiguous() {
        var ring = MirroredRing(leadCount: 2, capacity: 16, firstFrame: -5)
        for frame in -5..<100 { ring.append { Float(frame * 10 + $0) } }
        #expect(ring.firstFrame == 84 && ring.endFrame == 100)
        for start in 84...92 {
            for lead in 0..<2 {
                let window = ring.withWindow(lead: lead, from: Int64(start), count: 8) { Array($0) }
                #expect(window == (start..<start + 8).map { Float($0 * 10 + lead) })
            }
        }
        #expect(!ring.holds(from: 83, count: 1))
        #expect(!ring.holds(from: 99, count: 2))
    }

    @Test func cut_withMissingSamples_marksTheLeadAbsent() {
        let window = BeatWindow(rate: 128, before: 6, after: 4)
        var ring = MirroredRing(leadCount: 2, capacity: 32, firstFrame: 0)
        for frame in 0..<20 { ring.append { $0 == 0 ? Float(frame) : (frame > 12 ? .nan : Float(frame)) } }
        let cut = ring.cut(window, around: 15)
        #expect(cut.present == [true, false])
        #expect(Array(cut.samples[..<10]) == (9..<19).map(Float.init))
        #expect(cut.samples[10...].allSatisfy { $0 == 0 })
        #expect(cut.quality == 1)
    }

    @Test func cut_beforeTheFirstSample_hasZerosThere() {
        let window = BeatWindow(rate: 128, before: 6, after: 4)
        var ring = MirroredRing(leadCount: 1, capacity: 32, firstFrame: 0)
        for frame in 0..<20 { ring.append { _ in Float(frame + 1) } }
        let cut = ring.cut(window, around: 2)
        #expect(cut.samples == [0, 0, 0, 0, 1, 2, 3, 4, 5, 6])
        #expect(cut.present == [true] && cut.quality == 0.6)
    }
}
