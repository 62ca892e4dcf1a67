import Testing
import Ward

@Suite struct LatencyHistogramTests {
    @Test func quantile_uniformLatencies_isWithinABucket() {
        var histogram = LatencyHistogram()
        for value in 1...100_000 { histogram.record(Int64(value) * 1000) }
        for share in [0.01, 0.5, 0.9, 0.99, 0.999] {
            let expected = share * 1e8
            #expect(abs(Double(histogram.quantile(share)) - expected) <= expected / 60)
        }
        #expect(histogram.quantile(1) == 100_000_000)
        #expect(histogram.count == 100_000)
    }

    @Test func record_extremes_areCounted() {
        var histogram = LatencyHistogram()
        for value in [Int64.min, -1, 0, 63, 64, .max] { histogram.record(value) }
        #expect(histogram.count == 6)
        #expect(histogram.quantile(0.01) == 0)
        #expect(histogram.quantile(1) == .max)
        var sum = LatencyHistogram()
        sum.add(histogram)
        sum.add(histogram)
        #expect(sum.count == 12)
    }

    @Test func quantile_empty_isZero() {
        #expect(LatencyHistogram().quantile(0.99) == 0)
    }
}
