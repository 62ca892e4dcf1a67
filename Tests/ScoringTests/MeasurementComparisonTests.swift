import Testing

@testable import Scoring

/// Rules of measurement-by-measurement comparison, computed by hand.
///
/// Frames are ms.
@Suite struct MeasurementComparisonTests {
    private func compare(
        _ reference: String, _ test: String, from: Double = 0
    ) throws -> MeasurementComparison {
        try MeasurementComparison(
            reference: Measurement.all(number: 0, in: annotations(reference)),
            test: Measurement.all(number: 0, in: annotations(test)), period: try period(from: from))
    }

    @Test func error_isRelativeToMeanReference() throws {
        // Pairs 60/63 and 80/76: mean square (9 + 16) / 2, mean reference 70.
        let result = try compare("=1000=60 =2000=80", "=1100=63 =2100=76")
        let expected = 100 * (12.5).squareRoot() / 70
        #expect(abs((result.normalizedError ?? 0) - expected) < 1e-12)
        #expect(abs(result.error - (12.5).squareRoot()) < 1e-12)
        #expect(result.meanReference == 70)
        #expect(result.count == 2)
    }

    @Test func pairing_takesNearestReference() throws {
        // 1400 is nearer to 1000, 1500 as near to either: the later one counts.
        #expect(try compare("=1000=60 =2000=80", "=1400=60 =2000=80").error == 0)
        #expect(try compare("=1000=60 =2000=80", "=1500=80 =2000=80").error == 0)
    }

    @Test func pairing_referenceGoesOn_countsLastPairAgain() throws {
        // As mxm does: the sums get a third pair, 90/76, while the divisor stays 2.
        let result = try compare("=1000=60 =2000=80 =3000=90", "=1100=63 =2100=76")
        #expect(result.count == 2)
        #expect(abs(result.error - ((9 + 16 + 196) / 2.0).squareRoot()) < 1e-12)
    }

    @Test func learningPeriod_isNotCompared() throws {
        let result = try compare("=1000=60 =2000=80", "=1100=0 =2100=80", from: 2)
        #expect(result.error == 0)
        #expect(result.count == 2)  // read, as mxm counts them
    }

    @Test func series_empty_isRefused() {
        #expect(throws: ScoringError.noMeasurements(annotator: "test", number: 0)) { try compare("=1000=60", "N1") }
    }

    @Test func heartRates_ofSteadyBeats() {
        let beats = annotations((1...40).map { "N\($0 * 800)" }.joined(separator: " "))
        let rates = Measurement.heartRates(of: beats, sampleRate: 1000)
        #expect(rates.count >= 5)
        #expect(rates.allSatisfy { abs($0.value - 75) < 1e-9 })
    }

    @Test func heartRates_acrossPause_haveNone() {
        // Two beats, an hour of nothing, two beats.
        let rates = Measurement.heartRates(
            of: annotations("N1000 N2000 N3600000 N3601000"), sampleRate: 1000)
        #expect(rates.map(\.frame).allSatisfy { $0 <= 12_000 || $0 >= 3_600_000 })
        #expect(rates.allSatisfy { abs($0.value - 60) < 1e-9 })
    }

    @Test func lines_areThoseOfMxm() throws {
        let result = try compare("=1000=60 =2000=80", "=1100=63 =2100=76")
        let table = try LineTable.measurements([(record: "100", result: result)])
        #expect(
            table.summary == """
                (Measurement errors)
                Measurement 0
                Record\tRMS error (%)\tMean reference measurement
                   100\t 5.0508\t\t70
                __________________________________________________
                Average  5.0508\t\t70

                Summary of results from 1 record

                """)
    }
}
