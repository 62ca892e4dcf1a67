import Testing

@testable import Scoring

@Suite struct StatisticsTests {
    @Test func bootstrap_ofMeans_agreesWithTheory() throws {
        // Means of 400 uniform records: standard error 1/sqrt(12 * 400).
        var generator = SplitMix64(seed: 7)
        let values = (0..<400).map { _ in Double(generator.next() >> 11) / 0x1p53 }
        let mean = values.reduce(0, +) / 400
        let interval = try #require(
            Bootstrap(resamples: 4000).interval(over: 400) { $0.reduce(0) { $0 + values[$1] } / 400 })
        let error = 1 / (12.0 * 400).squareRoot()
        #expect(abs(interval.lower - (mean - 1.96 * error)) < 0.15 * error)
        #expect(abs(interval.upper - (mean + 1.96 * error)) < 0.15 * error)
    }

    @Test func bootstrap_sameSeed_sameInterval() {
        let values = [0.1, 0.5, 0.9, 0.3]
        let statistic = { (drawn: [Int]) -> Double? in drawn.reduce(0) { $0 + values[$1] } }
        #expect(
            Bootstrap(seed: 3).interval(over: 4, of: statistic) == Bootstrap(seed: 3).interval(over: 4, of: statistic))
        #expect(
            Bootstrap(seed: 3).interval(over: 4, of: statistic) != Bootstrap(seed: 4).interval(over: 4, of: statistic))
    }

    @Test func bootstrap_oneRecordOrUndefined_hasNoInterval() {
        #expect(Bootstrap().interval(over: 1) { _ in 1 } == nil)
        #expect(Bootstrap().interval(over: 0) { _ in 1 } == nil)
        #expect(Bootstrap().interval(over: 5) { _ in nil } == nil)
    }

    @Test func bootstrap_drawsWholeRecords() {
        // Every draw has as many records as there are.
        #expect(
            Bootstrap(resamples: 50).interval(over: 7) { Double($0.count) } == ConfidenceInterval(lower: 7, upper: 7))
    }

    @Test func evaluation_grossAndAverage() throws {
        var evaluation = Evaluation(mapping: .ec57)
        evaluation.append(record: "a", matrix: matrix(["Nn": 90, "No": 10]))
        evaluation.append(record: "b", matrix: matrix(["Nn": 10, "Vv": 1, "Vn": 1]))
        let estimates = evaluation.estimates()
        let qrs = try #require(estimates.first { $0.name == "qrs_se" })
        #expect(qrs.gross == 102.0 / 112)
        #expect(abs((qrs.average ?? 0) - 0.95) < 1e-12)
        #expect(qrs.interval == ConfidenceInterval(lower: 0.9, upper: 1))
        // Defined in one record only: that one is the average.
        #expect(estimates.first { $0.name == "v_se" }?.average == 0.5)
        #expect(evaluation.without(["b"]).gross == matrix(["Nn": 90, "No": 10]))
    }

    @Test func calibration_errorIsWeightedGap() throws {
        var calibration = Calibration(binCount: 10)
        // Three at .95 of which two right; one at .55, right.
        for truth in [0, 0, 1] { calibration.count(probabilities: [0.95, 0.05] as [Float], truth: truth) }
        calibration.count(probabilities: [0.45, 0.55] as [Float], truth: 1)
        let expected = 0.75 * abs(2.0 / 3 - 0.95) + 0.25 * (1 - 0.55)
        #expect(abs(try #require(calibration.expectedError) - expected) < 1e-6)
        #expect(abs(try #require(calibration.maximumError) - 0.45) < 1e-6)
        let squares: [Double] = [0.005, 0.005, 1.805, 0.405]
        let brier = squares.reduce(0, +) / 4
        #expect(abs(try #require(calibration.brierScore) - brier) < 1e-6)
        #expect(calibration.bins[9].count == 3)
    }

    @Test func calibration_atOne_fallsIntoLastBin() {
        var calibration = Calibration()
        calibration.count(probabilities: [0, 1] as [Float], truth: 1)
        #expect(calibration.bins.last?.count == 1)
        #expect(calibration.expectedError == 0)
        #expect(Calibration().expectedError == nil)
    }

    @Test func calibration_parts_addUp() {
        var whole = Calibration()
        var first = Calibration()
        var second = Calibration()
        for index in 0..<20 {
            let p = Float(index) / 20
            whole.count(probabilities: [p, 1 - p], truth: index % 2)
            if index < 10 {
                first.count(probabilities: [p, 1 - p], truth: index % 2)
            } else {
                second.count(probabilities: [p, 1 - p], truth: index % 2)
            }
        }
        first += second
        #expect(first.bins == whole.bins)
        #expect(abs((first.brierScore ?? 0) - (whole.brierScore ?? 1)) < 1e-12)
    }
}
