import Testing

@testable import Extraction

@Suite struct ContextTests {
    @Test func quantiles_ofSlidingWindow_matchSorting() {
        var generator = SystemRandomNumberGenerator()
        var window = SlidingQuantiles(capacity: 9)
        var values: [Float] = []
        for _ in 0..<200 {
            let value = Float(Int.random(in: 0..<20, using: &generator))
            window.append(value)
            values.append(value)
            let sorted = values.suffix(9).sorted()
            #expect(window.sorted == sorted)
            #expect(window.median == (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2)
        }
    }

    @Test func clusters_whereTwoThirdsAreEctopic_findTheLongInterval() throws {
        let logs: [Float] = Array(repeating: -0.6, count: 20) + Array(repeating: -0.1, count: 10)
        let clusters = RhythmContext.Clusters(sorted: logs)
        #expect(clusters.longCenter == -0.1)
        #expect(abs(clusters.separation - 0.5) < 1e-6)
        #expect(abs(clusters.shortShare - 2 / 3) < 1e-6)
        #expect(clusters.clarity > 0.99)
    }

    @Test func irregularity_inFibrillation_isHighEvenAtItsFloor() {
        var regular = RhythmContext()
        var bigeminy = RhythmContext()
        var fibrillation = RhythmContext()
        var state: UInt64 = 7
        for index in 0..<200 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            regular.append(0.8)
            bigeminy.append(index.isMultiple(of: 2) ? 0.5 : 1.1)
            fibrillation.append(0.45 + 0.6 * Double(state >> 40) / Double(1 << 24))
        }
        func features(_ rhythm: RhythmContext) -> [Float] {
            var context = [Float](repeating: 0, count: ContextFeature.count)
            rhythm.describe(rr: 0.8, next: nil, into: &context)
            return context
        }
        #expect(features(regular)[.irregularity64] < 0.01)
        #expect(features(bigeminy)[.irregularity64] > 0.5)
        #expect(features(bigeminy)[.lag2Irregularity64] < 0.01)
        #expect(features(fibrillation)[.irregularityFloor64] > 0.08)
        #expect(features(fibrillation)[.lag2Irregularity64] > 0.15)
    }

    @Test(arguments: [
        (["MLII", "V5"], [0, 1]), (["V5", "MLII"], [1, 0]), (["V5", "V2"], [0, 1]), (["ECG1", "ECG2"], [0, 1]),
        (["I", "II", "III", "V1", "V5"], [1, 3]), (["V1", "V2", "ML2"], [2, 0]), (["III", "V2"], [0, 1]),
    ]) func selection_byName_findsTheModelLeads(leads: [String], expected: [Int]) {
        #expect(LeadSelection(leads: leads).indices == expected)
    }

    @Test func selection_ofOneLead_leavesTheSecondOut() {
        #expect(LeadSelection(leads: ["V5"]).indices == [0, nil])
        #expect(LeadSelection(leads: [""]).indices == [0, nil])
    }

    @Test func features_haveDistinctNamesAndPlaces() {
        #expect(Set(ContextFeature.allCases.map(\.index)) == Set(0..<ContextFeature.count))
    }
}
