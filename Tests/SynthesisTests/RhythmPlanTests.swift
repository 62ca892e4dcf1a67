import Testing

@testable import Synthesis

struct RhythmPlanTests {
    private func recipe(_ change: (inout Recipe) -> Void) -> Recipe {
        var recipe = Recipe()
        recipe.duration = 1200
        recipe.seed = 3
        change(&recipe)
        return recipe
    }

    /// Each beat of a kind with its neighbours: interval before, interval after, in s.
    private func intervals(of kind: BeatKind, in beats: [PlannedBeat]) -> [(before: Double, after: Double)] {
        beats.indices.dropFirst().dropLast(2).filter { beats[$0].kind == kind }.map {
            (beats[$0].time - beats[$0 - 1].time, beats[$0 + 1].time - beats[$0].time)
        }
    }

    @Test func beats_ofSinusRhythm_followTheHeartRate() {
        let beats = RhythmPlan(recipe: recipe { $0.heartRate = 75 }).beats
        let inside = beats.filter { $0.time >= 0 && $0.time < 1200 }
        #expect(abs(inside.count - 1500) <= 3)
        #expect(inside.allSatisfy { $0.kind == .sinus })
    }

    @Test func atrialPrematureBeat_resetsTheNode_pauseIsLessThanCompensatory() {
        let beats = RhythmPlan(recipe: recipe { ($0.prematureAtrial, $0.rrDeviation) = (0.1, 0) }).beats
        let found = intervals(of: .prematureAtrial, in: beats)
        #expect(found.count > 80)
        let mean = 60.0 / 70
        for interval in found {
            #expect((0.55 * mean - 1e-9...0.75 * mean + 1e-9).contains(interval.before))
            #expect(interval.after >= mean - 1e-9)
            #expect(interval.before + interval.after < 1.95 * mean)
        }
    }

    @Test func ventricularPrematureBeat_leavesTheNodeAlone_pauseIsCompensatory() {
        let beats = RhythmPlan(recipe: recipe { ($0.prematureVentricular, $0.rrDeviation) = (0.1, 0) }).beats
        let found = intervals(of: .prematureVentricular, in: beats)
        #expect(found.count > 80)
        for interval in found { #expect(abs(interval.before + interval.after - 120.0 / 70) < 1e-6) }
    }

    @Test func fusionBeat_takesThePlaceOfASinusBeat_aLittleEarly() {
        let beats = RhythmPlan(recipe: recipe { ($0.fusion, $0.rrDeviation) = (0.05, 0) }).beats
        let found = intervals(of: .fusion, in: beats)
        #expect(found.count > 40)
        for interval in found { #expect((0.93...0.98).contains(interval.before * 70 / 60)) }
    }

    @Test func shares_ofAllKinds_areThoseAskedFor() {
        let beats = RhythmPlan(
            recipe: recipe {
                ($0.prematureAtrial, $0.prematureVentricular, $0.fusion) = (0.08, 0.1, 0.04)
                $0.duration = 7200
            }
        ).beats
        for (kind, share) in [(BeatKind.prematureAtrial, 0.08), (.prematureVentricular, 0.1), (.fusion, 0.04)] {
            let found = Double(beats.count { $0.kind == kind }) / Double(beats.count)
            #expect(abs(found / share - 1) < 0.15, "\(kind): \(found)")
        }
    }

    @Test func fibrillation_intervals_varyWithoutOrder() {
        let beats = RhythmPlan(
            recipe: recipe { $0.rhythms = [RhythmEpisode(.fibrillation, from: 0, to: 1200)] }
        ).beats
        let times = beats.filter { $0.kind == .fibrillation }.map(\.time)
        let rr = zip(times.dropFirst(), times).map { $0 - $1 }
        let mean = rr.reduce(0, +) / Double(rr.count)
        let variance = rr.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(rr.count)
        let lagged = zip(rr.dropFirst(), rr).reduce(0) { $0 + ($1.0 - mean) * ($1.1 - mean) } / Double(rr.count)
        #expect(variance.squareRoot() / mean > 0.18)
        #expect(abs(lagged / variance) < 0.1)
    }

    @Test func pause_ofFourSeconds_holdsNoBeat() {
        let beats = RhythmPlan(
            recipe: recipe {
                $0.rhythms = [RhythmEpisode(.pause, from: 100, to: 104)]
                $0.prematureVentricular = 0.2
            }
        ).beats
        #expect(!beats.contains { $0.time > 100 && $0.time < 104 })
        #expect(beats.contains { abs($0.time - 104) < 1e-9 })
    }

    @Test func bigeminy_inItsEpisode_alternates() {
        let beats = RhythmPlan(
            recipe: recipe { $0.rhythms = [RhythmEpisode(.bigeminy, from: 10, to: 60)] }
        ).beats.filter { $0.rhythm == .bigeminy }
        #expect(beats.count > 40)
        for (index, beat) in beats.enumerated() {
            #expect(beat.kind == (index.isMultiple(of: 2) ? .prematureVentricular : .sinus))
        }
    }

    @Test func times_ofEverythingAtOnce_growByARefractoryPeriod() {
        let beats = RhythmPlan(
            recipe: recipe {
                ($0.prematureAtrial, $0.prematureVentricular, $0.fusion) = (0.1, 0.1, 0.05)
                $0.heartRate = 120
                $0.rhythms = [
                    RhythmEpisode(.fibrillation, from: 100, to: 200),
                    RhythmEpisode(.ventricularTachycardia, from: 300, to: 310),
                    RhythmEpisode(.paced, from: 400, to: 450), RhythmEpisode(.bigeminy, from: 500, to: 550),
                    RhythmEpisode(.pause, from: 600, to: 606),
                ]
            }
        ).beats
        for (beat, next) in zip(beats, beats.dropFirst()) {
            #expect(next.time - beat.time > 0.2, "\(beat) then \(next)")
        }
    }
}
