import Testing
import WFDB

@testable import Scoring

/// Every matching rule of EC57 as `bxb` applies it, computed by hand.
///
/// Frames are ms, the window 150.
@Suite struct BeatComparisonTests {
    @Test func match_identicalFiles_isDiagonal() throws {
        let beats = "N100 V900 A1700 F2500 Q3300"
        #expect(try matrix(reference: beats, test: beats) == matrix(["Nn": 1, "Vv": 1, "Ss": 1, "Ff": 1, "Qq": 1]))
    }

    @Test func match_atWindowEdge_isPaired() throws {
        #expect(try matrix(reference: "N1000 N2000", test: "N1150 N2000") == matrix(["Nn": 2]))
        #expect(try matrix(reference: "N1150 N2000", test: "N1000 N2000") == matrix(["Nn": 2]))
    }

    @Test func match_beyondWindow_isMissAndFalsePeak() throws {
        #expect(try matrix(reference: "N1000 N2000", test: "N1151 N2000") == matrix(["Nn": 1, "No": 1, "On": 1]))
    }

    @Test func match_twoTestBeatsInWindow_takesNearer() throws {
        #expect(try matrix(reference: "N1000 N2000", test: "V900 N1020 N2000") == matrix(["Nn": 2, "Ov": 1]))
        #expect(try matrix(reference: "N1000 N2000", test: "N980 V1100 N2000") == matrix(["Nn": 2, "Ov": 1]))
    }

    @Test func match_twoReferenceBeatsInWindow_takesNearer() throws {
        #expect(try matrix(reference: "V900 N1020 N2000", test: "N1000 N2000") == matrix(["Nn": 2, "Vo": 1]))
    }

    @Test func match_rivalHasBetterPartner_isPairedAnyway() throws {
        // Pardey's case: the second reference beat is no nearer to the first test beat than the first one is, and has a
        // test beat of its own, which is nearer.
        #expect(
            try matrix(reference: "N500 N596 V660 N2000", test: "N500 N628 V685 N2000")
                == matrix(["Nn": 3, "Vv": 1]))
        #expect(
            try matrix(reference: "N500 N628 V685 N2000", test: "N500 N596 V660 N2000")
                == matrix(["Nn": 3, "Vv": 1]))
    }

    @Test func match_nonBeatAnnotations_areIgnored() throws {
        #expect(
            try matrix(reference: "+50(N N100 |500 N1000", test: "N100 |300 |900 N1000") == matrix(["Nn": 2]))
    }

    @Test func learningPeriod_beatsBefore_areNotCounted() throws {
        #expect(
            try matrix(reference: "N1000 N2000 N3000", test: "N1000 V2000 V3000", from: 2.5) == matrix(["Nv": 1]))
    }

    @Test func learningPeriod_testBeatJustBeforeStart_matchesFirstReference() throws {
        #expect(
            try matrix(reference: "N1000 V2050 N3000", test: "N1000 V1990 N3000", from: 2)
                == matrix(["Vv": 1, "Nn": 1]))
    }

    @Test func learningPeriod_testBeatJustAfterStartOfBeatBefore_isLetGo() throws {
        // The reference beat lies in the learning period, its test beat just outside of it.
        #expect(try matrix(reference: "N1000 N1950 N3000", test: "N1000 N2050 N3000", from: 2) == matrix(["Nn": 1]))
    }

    @Test func end_beatsAfterRecord_areNotCounted() throws {
        #expect(try matrix(reference: "N1000 N5001", test: "N1000 V5002", length: 5000) == matrix(["Nn": 1]))
        #expect(try matrix(reference: "N1000 N5000", test: "N1000 V5002", length: 5000) == matrix(["Nn": 1, "Nv": 1]))
    }

    @Test func end_lengthUnknown_stopsAtLastReferenceBeat() throws {
        #expect(try matrix(reference: "N1000 N2000", test: "N1000 N2000 N3000", length: nil) == matrix(["Nn": 2]))
        #expect(
            try matrix(reference: "N1000 N2000", test: "N1000 N2000 N3000") == matrix(["Nn": 2, "On": 1]))
    }

    @Test func end_zero_stopsWithShorterFile() throws {
        let period = try ComparisonPeriod(sampleRate: 1000, length: 10_000, from: 0, to: 0)
        let result = BeatComparison(
            reference: annotations("N1000 N2000 N3000"), test: annotations("N1000 N2000"), period: period)
        #expect(result.matrix == matrix(["Nn": 2]))
    }

    @Test func fibrillation_testBeatsInsideReference_areNotCounted() throws {
        #expect(
            try matrix(reference: "N1000 [2000 !2500 !3000 ]4000 N5000", test: "N1000 V2500 V3500 N5000")
                == matrix(["Nn": 2]))
    }

    @Test func fibrillation_neverEnding_excludesRest() throws {
        #expect(try matrix(reference: "N1000 [2000 N3000", test: "N1000 V2500 N3000") == matrix(["Nn": 1]))
    }

    @Test func fibrillation_inTestOnly_missesReferenceBeats() throws {
        #expect(
            try matrix(reference: "N1000 N2500 V3500 N5000", test: "N1000 [2000 N2500 ]4000 N5000")
                == matrix(["Nn": 2, "No": 1, "Vo": 1]))
    }

    @Test func shutdown_inTest_missedBeatsAreX() throws {
        #expect(
            try matrix(reference: "N1000 N2500 V3500 N5000", test: "N1000 X2000 x4000 N5000")
                == matrix(["Nn": 2, "Nx": 1, "Vx": 1]))
    }

    @Test func shutdown_inReference_falsePeaksAreX() throws {
        #expect(
            try matrix(reference: "N1000 X2000 x4000 N5000", test: "N1000 N2500 S3500 N5000")
                == matrix(["Nn": 2, "Xn": 1, "Xs": 1]))
    }

    @Test func shutdown_singleMark_reachesFromBeatToBeat() throws {
        // As in the AHA database: from 150 ms after the last beat to 150 ms before the next annotation.
        #expect(
            try matrix(reference: "N1000 X3000 N5000", test: "N1000 N1151 N4849 N4852 N5000")
                == matrix(["Nn": 2, "Xn": 2, "On": 1]))
    }

    @Test func shutdown_time_isRoundedToSeconds() throws {
        let period = try period()
        let seconds = { (test: String) in
            BeatComparison(reference: annotations("N9000"), test: annotations(test), period: period).shutdownSeconds
        }
        #expect(seconds("X1000 x2499 N9000") == 1)
        #expect(seconds("X1000 x2500 N9000") == 2)
        #expect(seconds("X1000 x2000 X3000 x5000 N9000") == 3)
        #expect(seconds("N1000 X7000") == 3)  // never ended: to the end of the record
    }

    @Test func rrError_ofShiftedBeat_isRootMeanSquare() throws {
        // RR 1000 1000 1000 against 1000 1030 970: the first beat has none.
        let result = BeatComparison(
            reference: annotations("N1000 N2000 N3000 N4000"), test: annotations("N1000 N2000 N3030 N4000"),
            period: try period())
        #expect(result.rrCount == 3)
        #expect(result.rrError == ((0 + 900 + 900) / 3.0).squareRoot())
    }

    @Test func rrError_acrossFibrillation_isNoInterval() throws {
        let beats = "N1000 [1500 ]2500 N3000 N4000"
        let result = BeatComparison(
            reference: annotations(beats), test: annotations(beats), period: try period())
        #expect(result.rrCount == 1)
    }

    @Test func compare_emptyTest_missesAll() throws {
        #expect(try matrix(reference: "N1000 V2000", test: "") == matrix(["No": 1, "Vo": 1]))
        #expect(try matrix(reference: "", test: "N1000 V2000") == matrix(["On": 1, "Ov": 1]))
        #expect(try matrix(reference: "", test: "") == matrix([:]))
    }

    @Test func compare_absurdTimes_doesNotTrap() throws {
        var beats = annotations("N1000 N2000 N3000")
        beats[0].sample = .min
        beats[2].sample = .max
        let result = BeatComparison(reference: beats, test: annotations("N1000 N2000"), period: try period())
        #expect(result.matrix.referenceBeats >= 1)
    }

    @Test func pairs_tellFrames() throws {
        var pairs: [BeatPair] = []
        _ = BeatComparison(
            reference: annotations("N1000 V2000 N3000"), test: annotations("N1010 N3000 V4000"), period: try period()
        ) { pairs.append($0) }
        #expect(
            pairs == [
                BeatPair(reference: .normal, test: .normal, referenceFrame: 1000, testFrame: 1010),
                BeatPair(reference: .ventricular, test: .absent, referenceFrame: 2000, testFrame: nil),
                BeatPair(reference: .normal, test: .normal, referenceFrame: 3000, testFrame: 3000),
                BeatPair(reference: .absent, test: .ventricular, referenceFrame: nil, testFrame: 4000),
            ])
    }

    @Test func period_nonsense_isRefused() {
        #expect(throws: ScoringError.sampleRate(0)) { try ComparisonPeriod(sampleRate: 0, length: nil) }
        #expect(throws: ScoringError.time(-1)) { try ComparisonPeriod(sampleRate: 360, length: nil, from: -1) }
        #expect(throws: ScoringError.emptyPeriod(from: 300, to: 100)) {
            try ComparisonPeriod(sampleRate: 360, length: 36_000)
        }
    }
}
