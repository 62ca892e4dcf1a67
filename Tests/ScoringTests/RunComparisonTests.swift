import Testing

@testable import Scoring

/// Rules of run-by-run comparison, computed by hand.
///
/// Frames are ms, the window 150.
@Suite struct RunComparisonTests {
    private func runs(
        _ reference: String, _ test: String, _ kind: RunKind = .ventricular, from: Double = 0
    ) throws -> RunComparison {
        RunComparison(
            reference: annotations(reference), test: annotations(test), period: try period(from: from), kind: kind)
    }

    @Test func run_sameOnBothSides_isOnDiagonal() throws {
        let beats = "N1000 V2000 V2500 N3500 V4000 V4400 V4800 N5500"
        let result = try runs(beats, beats)
        #expect(result.sensitivity[2, 2] == 1)
        #expect(result.sensitivity[3, 3] == 1)
        #expect(result.sensitivity(of: .couplet) == Proportion(1, of: 1))
        #expect(result.predictivity(of: .short) == Proportion(1, of: 1))
        #expect(result.sensitivity(of: .long) == Proportion(0, of: 0))
    }

    @Test func run_longerInTest_stillCountsForSensitivity() throws {
        // The window of the reference's couplet shows two beats of the test's run of three; the run of three of the
        // test meets a couplet.
        let result = try runs("N1000 V2000 V2500 N3000 N3500", "N1000 V2000 V2500 V3000 N3500")
        #expect(result.sensitivity[2, 2] == 1)
        #expect(result.predictivity[2, 3] == 1)
        #expect(result.predictivity(of: .short) == Proportion(0, of: 1))
    }

    @Test func run_brokenInTest_countsLongestPart() throws {
        let result = try runs(
            "N1000 V2000 V2500 V3000 V3500 N4500", "N1000 V2000 N2500 V3000 V3500 N4500")
        #expect(result.sensitivity[4, 2] == 1)
        #expect(result.predictivity[1, 1] == 1)
        #expect(result.predictivity[2, 2] == 1)
    }

    @Test func run_missedAltogether_isZero() throws {
        let result = try runs("N1000 V2000 V2500 N3500", "N1000 N2000 N2500 N3500")
        #expect(result.sensitivity[2, 0] == 1)
        #expect(result.sensitivity(of: .couplet) == Proportion(0, of: 1))
    }

    @Test func run_fusionBeats_belongToVentricular() throws {
        let result = try runs("N1000 V2000 F2500 N3500", "N1000 V2000 V2500 N3500")
        #expect(result.sensitivity[2, 2] == 1)
    }

    @Test func run_moreThanFive_isLongest() throws {
        let beats = "N1000 V2000 V2400 V2800 V3200 V3600 V4000 V4400 N5500"
        #expect(try runs(beats, beats).sensitivity[6, 6] == 1)
    }

    @Test func run_fibrillation_isLongest() throws {
        let result = try runs("N1000 [2000 ]4000 N5000", "N1000 V2100 V2500 N3000 N5000")
        #expect(result.sensitivity[6, 2] == 1)
        #expect(result.sensitivity(of: .long) == Proportion(0, of: 1))
        // Looked up from the test, the couplet lies in fibrillation.
        #expect(result.predictivity[6, 2] == 1)
    }

    @Test func run_beatsInAtrialFibrillation_areSupraventricular() throws {
        let reference = "N1000 +2000(AFIB N2100 N2600 +4000(N N4100"
        let result = try runs(reference, "N1000 S2100 S2600 N4100", .supraventricular)
        #expect(result.sensitivity[6, 2] == 1)
        #expect(result.predictivity[6, 2] == 1)
        // For ventricular runs they end what went before.
        #expect(try runs("N500 V1000 +2000(AFIB N2100", "N500 V1000 N2100").sensitivity[1, 1] == 1)
    }

    @Test func run_ventricularBeat_endsSupraventricularRun() throws {
        let result = try runs(
            "N1000 S2000 S2500 V3000 S3500 N4500", "N1000 S2000 S2500 S3000 S3500 N4500", .supraventricular)
        #expect(result.sensitivity[2, 2] == 1)
        #expect(result.sensitivity[1, 1] == 1)
        #expect(result.predictivity[2, 4] == 1)
    }

    @Test func run_shutdown_endsRun() throws {
        let result = try runs("N1000 V2000 V2500 X2700 x3000 V3200 N4000", "N1000 V2000 V2500 V3200 N4000")
        #expect(result.sensitivity[2, 2] == 1)
        #expect(result.sensitivity[1, 1] == 1)
    }

    @Test func run_atEndOfFile_isCounted() throws {
        #expect(try runs("N1000 V2000 V2500", "N1000 V2000 V2500").sensitivity[2, 2] == 1)
    }

    @Test func run_cutByEndOfPeriod_isNotCounted() throws {
        let cut = try ComparisonPeriod(sampleRate: 1000, length: 2200, from: 0)
        let beats = annotations("N1000 V2000 V2500 N3000")
        let result = RunComparison(reference: beats, test: beats, period: cut, kind: .ventricular)
        #expect(result.sensitivity.sum(0...6, 0...6) == 0)
    }

    @Test func run_inLearningPeriod_isNotCounted() throws {
        let beats = "N1000 V2000 V2500 N3500 V4000 V4400 N5500"
        #expect(try runs(beats, beats, from: 3).sensitivity.sum(0...6, 0...6) == 1)
    }

    @Test func run_fibrillationFromLearningPeriod_isInProgress() throws {
        let beats = "N1000 [2000 ]5000 N6000"
        #expect(try runs(beats, beats, from: 3).sensitivity[6, 6] == 1)
    }

    @Test func run_emptyFiles_haveNone() throws {
        #expect(try runs("", "").sensitivity.sum(0...6, 0...6) == 0)
        #expect(try runs("N1000 V2000 N3000", "").sensitivity[1, 0] == 1)
    }
}
