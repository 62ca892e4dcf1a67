import Synthesis
import Testing
import WFDB

@testable import Training

/// Premature beats that one bundle branch does not conduct.
struct AberrantConductionTests {
    /// How the patients of so many seeds conduct.
    private func patients(_ count: Int) -> [AberrantConduction] {
        (0..<UInt64(count)).compactMap { seed in
            AberrantConduction(amplitude: [1, 2], random: RandomStream(seed: seed, purpose: "aberrancy"))
        }
    }

    private static let interval = 0.8

    private func degrees(_ ratios: [Double], origin: ScriptedBeat.Origin, of patient: AberrantConduction) -> [Float] {
        var patient = patient
        return ratios.map { ratio in
            patient.degree(
                of: ScriptedBeat(origin: origin, interval: ratio * Self.interval), interval: Self.interval)
        }
    }

    @Test func conduction_ofThreePatientsInTen_isAberrant() {
        #expect((100...200).contains(patients(500).count))
    }

    @Test func earlyBeats_ofTheAtriaAlone_areAberrant() {
        for patient in patients(200) {
            #expect(degrees([1, 0.4], origin: .atrial, of: patient)[1] == 1)
            #expect(degrees([1, 1.05, 1], origin: .atrial, of: patient) == [0, 0, 0])
            #expect(degrees([1, 0.4], origin: .conducted, of: patient) == [0, 0])
            #expect(degrees([1, 0.4], origin: .ventricular(0), of: patient) == [0, 0])
        }
    }

    @Test func earlyBeats_ofFibrillation_areAberrantToo() {
        for var patient in patients(200) {
            let degrees = [1, 0.4].map { ratio in
                patient.degree(
                    of: ScriptedBeat(
                        origin: .conducted, interval: ratio * Self.interval, wave: 0, disorder: .fibrillation),
                    interval: Self.interval)
            }
            #expect(degrees == [0, 1])
        }
    }

    @Test func runs_inSomePatients_areAberrantThroughout() {
        let runs = patients(300).map { degrees([1, 0.4, 0.4, 0.4], origin: .atrial, of: $0) }
        let whole = runs.filter { $0 == [0, 1, 1, 1] }.count
        #expect(runs.filter { $0 == [0, 1, 0, 0] }.count == runs.count - whole)
        #expect(whole > runs.count / 8 && whole < runs.count / 2)
    }

    @Test func complex_conductedAberrantly_beginsAsOthersAndEndsOtherwise() {
        let (rate, before) = (250.0, 30)
        let flat = BeatMaterial.Complex(samples: [Float](repeating: 0, count: 2 * 120), before: before)
        for patient in patients(100) {
            let whole = patient.conducted(flat, degree: 1, sampleRate: rate).samples
            let half = patient.conducted(flat, degree: 0.5, sampleRate: rate).samples
            #expect(patient.conducted(flat, degree: 0, sampleRate: rate).samples == flat.samples)
            #expect(zip(whole, half).allSatisfy { abs($0 - 2 * $1) < 1e-5 })
            for lead in 0..<2 {
                // Up to 50 ms before the R peak nothing; the late wave within 80 ms after it, .15 to 1 times as high as the complex.
                let values = stride(from: lead, to: whole.count, by: 2).map { whole[$0] }
                #expect(values[..<(before - 12)].allSatisfy { abs($0) < 0.01 })
                let late = values[before...(before + 20)].map(abs).max() ?? 0
                #expect(late > 0.14 * Float(lead + 1) && late < 1.01 * Float(lead + 1))
            }
        }
    }
}
