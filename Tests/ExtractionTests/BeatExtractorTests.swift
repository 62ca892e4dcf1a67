import Detection
import Foundation
import Signal
import Testing

@testable import Extraction

@Suite struct BeatExtractorTests {
    static let rhythm: [Double] = (0..<40).map { index in
        if index % 7 == 5 { return -0.5 }
        if index % 7 == 6 { return 1.1 }
        return index == 22 ? 2.4 : 0.8 + 0.02 * sin(Double(index))
    }

    @Test(arguments: [1, 7, 97, 4096]) func consume_inAnyChunks_emitsTheSameBeats(chunk: Int64) {
        let train = PulseTrain(intervals: Self.rhythm)
        var reference = train.makeExtractor()
        let expected = train.beats(chunk: 360, &reference)
        var extractor = train.makeExtractor()
        #expect(train.beats(chunk: chunk, &extractor) == expected)
        #expect(expected.count == 2 * Self.rhythm.count)
    }

    @Test func consume_emitsProvisionalThenFinalInOrderOfTime() {
        let train = PulseTrain(intervals: Self.rhythm)
        var extractor = train.makeExtractor()
        let beats = train.beats(chunk: 100, &extractor)
        #expect(beats.map(\.sample) == train.peaks.flatMap { [$0.frame, $0.frame] })
        for (index, beat) in beats.enumerated() {
            #expect(beat.stage == (index.isMultiple(of: 2) ? .provisional : .final))
            if index > 0 { #expect(beat.readyAt >= beats[index - 1].readyAt) }
        }
    }

    @Test func final_waitsForTheNextPeakOrTheDeadline() {
        let train = PulseTrain(intervals: Self.rhythm)
        var extractor = train.makeExtractor()
        let finals = train.beats(chunk: 100, &extractor).filter { $0.stage == .final }
        // Beat 17 is followed after 0.8 s, beat 21 after 2.4 s: longer than the deadline.
        #expect(finals[17].readyAt == train.peaks[18].decidedAt)
        #expect(finals[17].context[.nextKnown] == 1)
        #expect(finals[21].readyAt == train.peaks[21].frame + 540)
        #expect(finals[21].context[.nextKnown] == 0)
        #expect(finals[21].context[.nextToRR] == 0)
        #expect(finals[22].rr.map { abs($0 - 2.4) < 0.01 } == true)
    }

    @Test(arguments: [Float.nan, 0], [1, 50, 4096] as [Int64])
    func interval_inWhichNoLeadGaveAnything_isUnknown(value: Float, chunk: Int64) {
        var train = PulseTrain(intervals: Self.rhythm)
        let (before, after) = (train.peaks[12], train.peaks[13])
        train.silence = (Double(before.frame) / 360 + 0.2)...(Double(after.frame) / 360 - 0.2)
        train.silentValue = value
        var extractor = train.makeExtractor()
        let finals = train.beats(chunk: chunk, &extractor).filter { $0.stage == .final }
        #expect(finals.map { $0.rr == nil } == finals.indices.map { $0 == 0 || $0 == 13 })
        #expect(finals[12].context[.nextKnown] == 0 && finals[13].context[.rrKnown] == 0)
        #expect(finals[14].context[.rrKnown] == 1)
    }

    /// Fast noise as high as the complexes, from the twentieth beat on.
    @Test(arguments: [0, 1]) func leadLostInNoise_isLeftOut(lead: Int) {
        var train = PulseTrain(intervals: Array(repeating: 0.8, count: 40))
        train.noise = (lead: lead, from: Double(train.peaks[20].frame) / 360 + 0.6, deviation: 0.4)
        var extractor = train.makeExtractor()
        let finals = train.beats(chunk: 64, &extractor).filter { $0.stage == .final }
        #expect(finals.map(\.presentLeads) == finals.indices.map { $0 < 22 ? 2 : 1 })
        let kept = lead == 0 ? ContextFeature.leadPresent1 : .leadPresent0
        #expect(finals.allSatisfy { $0.context[kept] == 1 && $0.quality > 0.5 })
        #expect(finals[30].window[lead * 208..<lead * 208 + 208].allSatisfy { $0 == 0 })
    }

    @Test func beats_dependOnNothingAfterTheyAreReady() {
        let train = PulseTrain(intervals: Self.rhythm)
        var whole = train.makeExtractor()
        let all = train.beats(chunk: 50, &whole)
        let cut = train.peaks[12].frame + 100
        var changed = train
        changed.peaks.removeLast(train.peaks.count - 20)
        changed.widths = changed.widths.enumerated().map { $0.offset > 14 ? 0.09 : $0.element }
        var other = train.makeExtractor()
        let some = changed.beats(chunk: 50, &other)
        let early = all.filter { $0.readyAt < cut }
        #expect(early.count > 20)
        #expect(Array(some.prefix(early.count)) == early)
    }

    @Test func context_ofPrematureBeat_saysHowEarly() {
        let train = PulseTrain(intervals: Array(repeating: 0.8, count: 20) + [-0.4, 1.2, 0.8])
        var extractor = train.makeExtractor()
        let finals = train.beats(chunk: 64, &extractor).filter { $0.stage == .final }
        #expect(abs(finals[20].context[.rrToMedian8] - log(0.5)) < 0.02)
        #expect(abs(finals[20].context[.nextToRR] - log(3)) < 0.02)
        #expect(abs(finals[20].context[.pairToMedian8]) < 0.02)
        #expect(finals[20].context[.width0] > 0.3)
        #expect(finals[20].context[.qrsCorrelation0] < finals[21].context[.qrsCorrelation0])
        #expect(finals[0].rr == nil && finals[0].context[.rrKnown] == 0)
    }

    @Test func template_inBigeminy_staysTheBasicBeat() {
        let train = PulseTrain(
            intervals: Array(repeating: 0.8, count: 10) + (0..<80).map { $0.isMultiple(of: 2) ? -0.5 : 1.1 })
        var extractor = train.makeExtractor()
        let finals = train.beats(chunk: 64, &extractor).filter { $0.stage == .final }
        for beat in finals.suffix(20) {
            let isBasic = beat.rr.map { $0 > 0.8 } ?? false
            #expect((beat.context[.qrsCorrelation0] > 0.98) == isBasic)
            #expect(beat.context[.familyIsTemplate] == (isBasic ? 1 : 0))
        }
    }

    @Test func reset_afterGap_forgetsIntervalsAndKeepsThePatient() {
        let train = PulseTrain(intervals: Array(repeating: 0.8, count: 30))
        var extractor = train.makeExtractor()
        let gap = train.peaks[14].frame + 150
        var beats = train.beats(chunk: 64, &extractor, to: gap, finishes: false)
        extractor.reset(at: gap + 20) { beats.append($0) }
        #expect(beats.count == 30)
        let after = train.beats(chunk: 64, &extractor, from: gap + 20)
        #expect(after.first?.sample == train.peaks[15].frame)
        #expect(after.first?.rr == nil)
        #expect(after.first?.context[.templateKnown] == 1)
        #expect((after.first?.quality ?? 1) < 1)
        #expect(after[2].rr != nil)
    }

    @Test func consume_oneLead_leavesTheSecondZeroAndSaysSo() throws {
        var train = PulseTrain(intervals: Array(repeating: 0.8, count: 5))
        train.leadCount = 1
        var extractor = train.makeExtractor(leads: ["ECG"])
        let beat = try #require(train.beats(chunk: 64, &extractor).last)
        #expect(beat.context[.leadPresent0] == 1 && beat.context[.leadPresent1] == 0)
        #expect(beat.window[208...].allSatisfy { $0 == 0 })
        #expect(beat.window[144] > 0.9)
    }

    @Test func state_writtenAndReadInTheMiddle_goesOnTheSame() throws {
        let train = PulseTrain(intervals: Self.rhythm)
        var whole = train.makeExtractor()
        let expected = train.beats(chunk: 64, &whole)
        let middle = train.peaks[17].frame + 33
        var first = train.makeExtractor()
        let before = train.beats(chunk: 64, &first, to: middle, finishes: false)
        let coder = (JSONEncoder(), JSONDecoder())
        coder.0.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "+", negativeInfinity: "-", nan: "nan")
        coder.1.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "+", negativeInfinity: "-", nan: "nan")
        var second = try coder.1.decode(BeatExtractor.self, from: coder.0.encode(first))
        let after = train.beats(chunk: 64, &second, from: middle)
        #expect(before + after == expected)
    }

    @Test func consume_hoursOfSignal_keepsAFewBeats() {
        let train = PulseTrain(intervals: Array(repeating: 0.75, count: 400))
        var extractor = train.makeExtractor()
        _ = train.beats(chunk: 5000, &extractor, finishes: false)
        let size = Mirror(reflecting: extractor).children.first { $0.label == "pending" }
            .map { Mirror(reflecting: $0.value).children.count }
        #expect((size ?? 99) <= 4)
    }
}
