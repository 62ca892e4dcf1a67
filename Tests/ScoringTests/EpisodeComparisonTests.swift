import Testing

@testable import Scoring

/// Rules of episode-by-episode comparison, computed by hand.
///
/// Frames are ms.
@Suite struct EpisodeComparisonTests {
    private func compare(
        _ reference: String, _ test: String, _ kind: EpisodeKind = .atrialFibrillation, from: Double = 0,
        minimum: Int64 = 0
    ) throws -> EpisodeComparison {
        EpisodeComparison(
            reference: annotations(reference), test: annotations(test), period: try period(from: from), kind: kind,
            minimumDuration: minimum)
    }

    @Test func overlap_partial_countsEpisodeAndDuration() throws {
        let result = try compare("+1000(AFIB +3000(N", "+2000(AFIB +5000(N")
        #expect(result.sensitivity == .init(matched: 1, unmatched: 0, duration: 2000, overlap: 1000))
        #expect(result.predictivity == .init(matched: 1, unmatched: 0, duration: 3000, overlap: 1000))
    }

    @Test func overlap_severalTestEpisodesInOne_sumUp() throws {
        let result = try compare(
            "+1000(AFIB +5000(N", "+500(AFIB +1500(N +2000(AFIB +2500(N +4000(AFIB +6000(N +7000(AFIB +8000(N")
        #expect(result.sensitivity == .init(matched: 1, unmatched: 0, duration: 4000, overlap: 2000))
        #expect(result.predictivity == .init(matched: 3, unmatched: 1, duration: 4500, overlap: 2000))
    }

    @Test func overlap_oneTestEpisodeOverTwo_matchesBoth() throws {
        let result = try compare("+1000(AFIB +2000(N +3000(AFIB +4000(N", "+500(AFIB +4500(N")
        #expect(result.sensitivity == .init(matched: 2, unmatched: 0, duration: 2000, overlap: 2000))
        #expect(result.predictivity == .init(matched: 1, unmatched: 0, duration: 4000, overlap: 2000))
    }

    @Test func overlap_touching_isNone() throws {
        let result = try compare("+1000(AFIB +2000(N", "+2000(AFIB +3000(N")
        #expect(result.sensitivity == .init(matched: 0, unmatched: 1, duration: 1000, overlap: 0))
    }

    @Test func episode_neverEnded_reachesToEndOfRecord() throws {
        let result = try compare("N500 +1000(AFIB N2000", "+9000(AFIB +9500(N")
        #expect(result.sensitivity == .init(matched: 1, unmatched: 0, duration: 9000, overlap: 500))
    }

    @Test func episode_otherRhythm_endsIt() throws {
        #expect(
            Episode.all(.atrialFibrillation, in: annotations("+1000(AFIB +2000(AFL +3000(N"), lastFrame: nil)
                == [Episode(begin: 1000, end: 2000)])
        #expect(
            Episode.all(.atrialFlutter, in: annotations("+1000(AFIB +2000(AFL +3000(N"), lastFrame: nil)
                == [Episode(begin: 2000, end: 3000)])
        #expect(
            Episode.all(.ventricularTachycardia, in: annotations("+1000(VT +2000(AFL"), lastFrame: nil)
                == [Episode(begin: 1000, end: 2000)])
    }

    @Test func episode_inLearningPeriod_isCut() throws {
        let result = try compare("+1000(AFIB +4000(N", "+1000(AFIB +4000(N", from: 3)
        #expect(result.sensitivity.duration == 1000)
        #expect(try compare("+1000(AFIB +2000(N", "", from: 3).sensitivity.episodes == Proportion(0, of: 0))
    }

    @Test func episode_shorterThanMinimum_doesNotCount() throws {
        let result = try compare("+1000(AFIB +1500(N +3000(AFIB +5000(N", "+3000(AFIB +5000(N", minimum: 1000)
        #expect(result.sensitivity.episodes == Proportion(1, of: 1))
    }

    @Test func fibrillation_isBetweenItsMarks() throws {
        let result = try compare("[1000 !1500 ]2000", "[1500 ]2500", .ventricularFibrillation)
        #expect(result.sensitivity == .init(matched: 1, unmatched: 0, duration: 1000, overlap: 500))
    }

    @Test func ventricularRun_isThreeBeatsOrMore() {
        #expect(
            Episode.all(
                .ventricularRun, in: annotations("V100 V600 N1000 V2000 F2400 V2800 N3500 V4000 V4400 r4800"),
                lastFrame: nil) == [Episode(begin: 2000, end: 2800), Episode(begin: 4000, end: 4800)])
    }
}
