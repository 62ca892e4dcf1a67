import Foundation
import Testing

@testable import Extraction

@Suite struct BasicRhythmTests {
    /// The context of an interval after others, in seconds.
    private func context(of rr: Double, after intervals: [Double]) -> [Float] {
        var rhythm = RhythmContext()
        for interval in intervals { rhythm.append(interval) }
        var context = [Float](repeating: 0, count: ContextFeature.count)
        rhythm.describe(rr: rr, next: nil, into: &context)
        return context
    }

    @Test func run_thatBeginsAbruptly_staysEarlyWhereTheMedianHasForgotten() {
        let steady = [Double](repeating: 0.9, count: 60)
        let found = context(of: 0.42, after: steady + [Double](repeating: 0.42, count: 80))
        #expect(abs(found[.rrToMedian64]) < 0.01)
        #expect(found[.rrToBasic] < -0.5)
        #expect(abs(found[.runLength] - Float(log(81.0) / 5)) < 1e-4)
        #expect(abs(found[.runOnset] - Float(log(0.42 / 0.9))) < 1e-4)
    }

    @Test func acceleration_inSmallSteps_isFollowed() {
        let gradual = (0..<200).map { 0.9 * pow(0.4 / 0.9, Double($0) / 200) }
        let found = context(of: 0.4, after: gradual)
        #expect(abs(found[.rrToBasic]) < 0.05)
        #expect(found[.runLength] == 0)
        #expect(found[.runOnset] == 0)
    }

    @Test func run_thatEnds_isForgotten() {
        let found = context(of: 0.9, after: [Double](repeating: 0.9, count: 40) + [0.5, 0.5, 0.5, 0.9])
        #expect(abs(found[.rrToBasic]) < 0.05)
        #expect(found[.runLength] == 0)
    }

    @Test func run_thatBeganAtOnce_isStillEarlyAfterTenMinutes() {
        let tachycardia = [Double](repeating: 0.42, count: 1400)
        let found = context(of: 0.42, after: [Double](repeating: 0.9, count: 60) + tachycardia)
        #expect(found[.rrToBasic] < -0.6)
        #expect(found[.rrToSlow] < -0.6)
        #expect(found[.rrToMedian300] < -0.6)
        #expect(abs(found[.rrToMedian64]) < 0.01)
    }

    /// Noise marks every tenth beat 40 ms late.
    @Test func run_whoseBeatsAreMarkedLateAtTimes_isStillEarly() {
        let marked: [Double] = (0..<1400).map { $0 % 10 == 0 ? 0.46 : $0 % 10 == 1 ? 0.38 : 0.42 }
        let found = context(of: 0.42, after: [Double](repeating: 0.9, count: 60) + marked)
        #expect(found[.rrToBasic] < -0.6)
    }

    /// Fibrillation that begins at once.
    @Test func run_thatIsIrregular_becomesTheBasicRhythm() {
        let irregular = (0..<1400).map { 0.42 * exp(0.25 * sin(Double($0 * $0))) }
        let found = context(of: 0.42, after: [Double](repeating: 0.9, count: 60) + irregular)
        #expect(abs(found[.rrToBasic]) < 0.25)
    }

    @Test func run_thatCameByDegrees_becomesTheBasicRhythm() {
        // Faster than the basic interval follows, in steps that are none of them abrupt.
        let hurrying = (0..<12).map { 0.9 * pow(0.42 / 0.9, Double($0) / 11) }
        let found = context(
            of: 0.42, after: [Double](repeating: 0.9, count: 60) + hurrying + [Double](repeating: 0.42, count: 1400))
        #expect(abs(found[.rrToBasic]) < 0.12)
        #expect(abs(found[.rrToMedian300]) < 0.01)
    }

    @Test func longRun_goesOnAfterAFewOtherBeats() {
        let steady = [Double](repeating: 0.9, count: 60)
        let run = [Double](repeating: 0.42, count: 40)
        let onset = Float(log(0.42 / 0.9))
        let resumed = context(of: 0.42, after: steady + run + [0.9, 1.0, 0.88, 0.42])
        #expect(abs(resumed[.runLength] - Float(log(42.0) / 5)) < 1e-4)
        #expect(abs(resumed[.runOnset] - onset) < 1e-4)
        let anew = context(of: 0.42, after: steady + run + [Double](repeating: 0.9, count: 12) + [0.42])
        #expect(abs(anew[.runLength] - Float(log(2.0) / 5)) < 1e-4)
    }

    @Test func run_ofAnHourAndMore_isAccepted() {
        let lasting = [Double](repeating: 0.42, count: 9000)
        let found = context(of: 0.42, after: [Double](repeating: 0.9, count: 60) + lasting)
        #expect(abs(found[.rrToBasic]) < 0.12)
    }

    @Test func firstInterval_thatIsTwoInOne_isNotTheBasicRhythm() {
        let found = context(of: 0.8, after: [1.6] + [Double](repeating: 0.8, count: 40))
        #expect(abs(found[.rrToBasic]) < 1e-4)
        #expect(found[.runLength] == 0)
    }

    @Test func bigeminy_ofSmallPrematurity_isExpectedInPhase() {
        let alternating = (0..<80).map { $0.isMultiple(of: 2) ? 0.70 : 0.83 }
        let change = Float(log(0.70 / 0.83))
        let early = context(of: 0.70, after: alternating)
        #expect(abs(early[.alternationExpected] - change) < 0.01)
        #expect(abs(early[.changeBeyondAlternation]) < 0.01)
        let late = context(of: 0.83, after: alternating + [0.70])
        #expect(abs(late[.alternationExpected] + change) < 0.01)
        #expect(context(of: 0.8, after: [Double](repeating: 0.8, count: 80))[.alternationSize] == 0)
    }

    @Test func gap_leavesTheBasicIntervalAndForgetsTheLastOne() {
        var rhythm = RhythmContext()
        for _ in 0..<40 { rhythm.append(0.8) }
        rhythm.forgetPredecessors()
        var context = [Float](repeating: 0, count: ContextFeature.count)
        rhythm.describe(rr: 0.4, next: nil, into: &context)
        #expect(abs(context[.rrToBasic] - Float(log(0.5))) < 1e-4)
        #expect(context[.changeBeyondAlternation] == 0)
    }
}
