import Testing

@testable import Extraction

@Suite struct WindowCutTests {
    static func cut(_ cleanness: [Float?]) -> WindowCut {
        var cut = WindowCut(leadCount: cleanness.count, length: 4)
        cut.leads = cleanness.map { $0.map { WindowCut.Lead(found: 0.5, cleanness: $0) } }
        for index in cut.samples.indices { cut.samples[index] = Float(index + 1) }
        return cut
    }

    @Test(
        arguments: [
            ([0.05, 0.9], [false, false], [false, true]), ([0.9, 0.05], [false, false], [true, false]),
            // Both in noise, and noise that leaves something to see.
            ([0.05, 0.2], [false, false], [true, true]), ([0.2, 1], [false, false], [true, true]),
            // The detector heard nothing in a lead; nor in the other.
            ([1, 0.9], [true, false], [false, true]), ([1, 0.9], [true, true], [true, true]),
            // What is left must be of use.
            ([0.5, 0.1], [true, false], [true, true]), ([0.5, nil], [true, false], [true, false]),
        ] as [([Float?], [Bool], [Bool])])
    func leaveOutLost_keepsTheLeadsOfUse(cleanness: [Float?], faint: [Bool], present: [Bool]) {
        var cut = Self.cut(cleanness)
        cut.leaveOutLost(faint: faint)
        #expect(cut.present == present)
        for lead in 0..<2 where cleanness[lead] != nil {
            #expect(cut.samples[lead * 4..<lead * 4 + 4].allSatisfy { ($0 == 0) != present[lead] })
        }
        let best = zip(cleanness, present).compactMap { $1 ? $0 : nil }.max() ?? 0
        #expect(cut.quality == 0.5 * best)
    }
}
