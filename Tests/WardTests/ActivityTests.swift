import Testing

@testable import Ward

@Suite struct ActivityTests {
    @Test func latency_uniformLatencies_isWithinOnePercent() {
        var activity = Ward.Activity()
        for value in 1...10_000 { activity.record(latency: Int64(value) * 10_000) }
        for percentile in [1.0, 50, 90, 99, 99.9] {
            let expected = percentile * 1e6
            #expect(abs(Double(activity.latency(percentile: percentile)) - expected) <= expected / 100)
        }
        #expect(activity.beats == 10_000)
    }

    @Test func record_extremes_areCounted() {
        var activity = Ward.Activity()
        for value in [Int64.min, -1, 0, 1, .max] { activity.record(latency: value) }
        #expect(activity.beats == 5)
        #expect(activity.latency(percentile: 1) == 0)
        #expect(abs(Double(activity.latency(percentile: 100)) / 3.6e12 - 1) < 0.01)
    }

    @Test func latency_withoutBeats_isZero() {
        #expect(Ward.Activity().latency(percentile: 99) == 0)
    }
}
