import Foundation
import Signal
import Testing
import WFDB

@testable import Synthesis

struct SynthesizerTests {
    /// A whole record: values of each lead, and annotations.
    private func record(_ recipe: Recipe, blocks: Int = 4096) throws -> (leads: [[Float]], annotations: [Annotation]) {
        var synthesizer = try Synthesizer(recipe)
        var leads = [[Float]](repeating: [], count: recipe.leads.count)
        while let block = synthesizer.next(frames: blocks) {
            for frame in 0..<block.frameCount {
                for lead in leads.indices { leads[lead].append(block[frame: frame, lead: lead]) }
            }
        }
        return (leads, synthesizer.annotations)
    }

    private func busyRecipe() -> Recipe {
        var recipe = Recipe()
        recipe.duration = 90
        recipe.seed = 11
        (recipe.prematureAtrial, recipe.prematureVentricular, recipe.fusion) = (0.06, 0.06, 0.04)
        recipe.rhythms = [
            RhythmEpisode(.fibrillation, from: 40, to: 60), RhythmEpisode(.ventricularTachycardia, from: 70, to: 74),
            RhythmEpisode(.paced, from: 80, to: 88),
        ]
        (recipe.wander, recipe.muscle, recipe.mains) = (0.1, 0.02, 0.02)
        recipe.disturbances = [Disturbance(.off, lead: 1, from: 5, to: 8), Disturbance(.movement, from: 20, to: 22)]
        return recipe
    }

    @Test func record_ofOneSeed_isTheSameTwiceAndInAnyBlocks() throws {
        let one = try record(busyRecipe(), blocks: 1)
        let many = try record(busyRecipe(), blocks: 4096)
        #expect(one.annotations == many.annotations)
        for lead in 0..<2 { #expect(one.leads[lead].map(\.bitPattern) == many.leads[lead].map(\.bitPattern)) }
        var other = busyRecipe()
        other.seed = 12
        #expect(try record(other).annotations != one.annotations)
    }

    @Test func rhythm_withMoreNoise_isTheSame() throws {
        var noisy = busyRecipe()
        noisy.muscle = 0.2
        noisy.wander = 0.4
        let beats = { (annotations: [Annotation]) in annotations.filter(\.code.isQRS) }
        #expect(beats(try record(noisy).annotations) == beats(try record(busyRecipe()).annotations))
    }

    @Test(arguments: [128.0, 250, 360, 1000])
    func annotation_ofEachBeat_isTheExtremeOfTheNoiseFreeLead(rate: Double) throws {
        var recipe = busyRecipe()
        recipe.sampleRate = rate
        (recipe.wander, recipe.muscle, recipe.mains, recipe.respiration, recipe.disturbances) = (0, 0, 0, 0, [])
        // Fibrillatory waves are part of the lead, not of the QRS complex.
        recipe.rhythms.removeAll { $0.kind == .fibrillation }
        let (leads, annotations) = try record(recipe)
        let beats = annotations.filter(\.code.isQRS)
        #expect(beats.count > 80)
        for beat in beats {
            let reach = Int(0.025 * rate)
            let sample = Int(beat.sample)
            guard sample > 3 * reach, sample + reach < leads[0].count else { continue }
            let near = (sample - reach...sample + reach).map { leads[0][$0] }
            let value = leads[0][sample]
            #expect(value == near.max() || value == near.min(), "\(beat)")
        }
    }

    @Test func annotations_ofBeatsWhoseComplexesOverlap_areOnSamplesOfTheirOwn() throws {
        var recipe = Recipe()
        (recipe.seed, recipe.duration, recipe.heartRate, recipe.rrDeviation) = (5, 120, 200, 0.3)
        let beats = try record(recipe).annotations.filter(\.code.isQRS).map(\.sample)
        #expect(beats.count > 300)
        let intervals = zip(beats, beats.dropFirst()).map { $1 - $0 }
        #expect(intervals.allSatisfy { $0 > 0 }, "\(intervals.count { $0 <= 0 }) of \(intervals.count) pairs")
    }

    @Test func sinusBeat_inTheTextbookPatient_hasItsWavesWhereTheyBelong() throws {
        var recipe = Recipe()
        (recipe.anatomySpread, recipe.respiration, recipe.rrDeviation, recipe.heartRate) = (0, 0, 0, 60)
        recipe.sampleRate = 1000
        recipe.duration = 20
        recipe.leads = [Recipe.Lead("II"), Recipe.Lead("V1")]
        let (leads, annotations) = try record(recipe)
        let beat = Int(try #require(annotations.first { $0.code == .normal && $0.sample > 5000 }).sample)
        func peak(_ lead: Int, _ from: Double, _ to: Double) -> (offset: Double, value: Float) {
            let range = beat + Int(from * 1000)...beat + Int(to * 1000)
            let index = range.max { leads[lead][$0] < leads[lead][$1] } ?? range.lowerBound
            return (Double(index - beat) / 1000, leads[lead][index])
        }
        let p = peak(0, -0.25, -0.08)
        #expect(abs(p.offset + 0.16) < 0.005)
        // The relaxation of the model removes the mean, so heights are above the PR segment.
        let segment = leads[0][beat - 85]
        #expect(abs(p.value - segment - 0.155) < 0.02)
        let r = peak(0, -0.05, 0.05)
        #expect(r.offset == 0)
        #expect((0.8...1.3).contains(r.value))
        let t = peak(0, 0.15, 0.5)
        #expect(abs(t.offset - 0.29) < 0.01)
        #expect((0.2...0.4).contains(t.value))
        // rS in V1: small r before, deep S.
        let v1 = leads[1][beat - 60...beat + 60]
        #expect((v1.min() ?? 0) < -0.4)
        let r1 = peak(1, -0.05, -0.01)
        #expect((0.05...0.4).contains(r1.value))
    }

    @Test func ventricularBeat_besideASinusBeat_isWideWithDiscordantTAndWithoutP() throws {
        var recipe = Recipe()
        (recipe.anatomySpread, recipe.respiration, recipe.rrDeviation, recipe.heartRate) = (0, 0, 0, 60)
        (recipe.duration, recipe.prematureVentricular, recipe.sampleRate) = (60, 0.1, 1000)
        let (leads, annotations) = try record(recipe)
        let lead = leads[0]
        /// Time around the peak, 0.1 s before to 0.15 s after, further from the line than a tenth of the peak, in s.
        func width(_ beat: Int) -> Double {
            let far = (beat - 100...beat + 150).filter { abs(lead[$0]) > lead[beat] / 10 }
            return Double((far.last ?? 0) - (far.first ?? 0)) / 1000
        }
        let beats = annotations.filter(\.code.isQRS).dropFirst().dropLast()
        let ventricular = beats.filter { $0.code == .pvc }.map { Int($0.sample) }
        let sinus = beats.filter { $0.code == .normal }.map { Int($0.sample) }
        #expect(ventricular.count >= 3)
        for beat in ventricular {
            #expect(width(beat) > 0.12)
            #expect((lead[beat + 250...beat + 400].min() ?? 0) < -0.2)
            // Flat where the P wave of a sinus beat would be, apart from the T wave before.
            let slope = zip(lead[beat - 170...beat - 120], lead[beat - 169...beat - 119]).map { $1 - $0 }
            #expect((slope.max() ?? 1) < 0.004)
        }
        for beat in sinus { #expect(width(beat) < 0.09) }
    }

    @Test func premature_P_wavesOfAtrialBeats_areOfAnotherShape() {
        let morphology = Morphology(anatomy: .textbook, sampleRate: 360)
        let sinus = morphology.waves(of: .sinus)[0]
        let ectopic = morphology.waves(of: .prematureAtrial)[0]
        #expect(sinus.dipole.y > 0 && ectopic.dipole.y < 0)
        #expect(ectopic.offset > sinus.offset)
        #expect(morphology.waves(of: .fibrillation).allSatisfy { $0.offset > -0.1 })
        #expect(morphology.waves(of: .prematureVentricular).allSatisfy { $0.offset >= 0 })
    }

    @Test func disturbances_onOneLead_leaveTheOtherAlone() throws {
        var recipe = Recipe()
        recipe.duration = 20
        let clean = try record(recipe)
        recipe.disturbances = [
            Disturbance(.off, lead: 1, from: 4, to: 6), Disturbance(.saturated, lead: 1, from: 8, to: 9),
        ]
        let (leads, annotations) = try record(recipe)
        #expect(leads[0] == clean.leads[0])
        let (off, end) = (4 * 360, 6 * 360)
        #expect(leads[1][off..<end].allSatisfy { $0.isNaN })
        #expect(!leads[1][..<off].contains { $0.isNaN })
        #expect(!leads[1][end...].contains { $0.isNaN })
        #expect(leads[1][8 * 360 + 5] == Float(LeadNoise.rail))
        let noise = annotations.filter { $0.code == .noise }
        #expect(noise.map(\.sample) == [1440, 2160, 2880, 3240])
        // Lead 1 noisy and unreadable, then clean.
        #expect(noise.map(\.subtype) == [0b10_0010, 0, 0b10_0010, 0])
    }

    @Test func annotations_ofRhythms_nameThem() throws {
        let names = try record(busyRecipe()).annotations.filter { $0.code == .rhythm }.map {
            String(decoding: $0.aux, as: UTF8.self)
        }
        #expect(names == ["(N", "(AFIB", "(N", "(VT", "(N", "(P", "(N"])
    }

    @Test func recipe_outsideTheModel_isRefusedWithItsName() {
        var recipe = Recipe()
        recipe.heartRate = 900
        #expect(throws: SynthesisError.outOfRange(parameter: "heart rate", value: 900, allowed: 20...250)) {
            try Synthesizer(recipe)
        }
        recipe = Recipe()
        recipe.leads = [Recipe.Lead("Q7")]
        #expect(throws: SynthesisError.unknownLead("Q7")) { try Synthesizer(recipe) }
        recipe = Recipe()
        recipe.duration = .nan
        #expect(throws: SynthesisError.self) { try Synthesizer(recipe) }
        recipe = Recipe()
        recipe.disturbances = [Disturbance(.off, lead: 2, from: 1, to: 2)]
        #expect(throws: SynthesisError.noSuchLead(index: 2, leadCount: 2)) { try Synthesizer(recipe) }
    }
}
