import Foundation
import Testing

@testable import Scoring

@Suite struct BeatMatrixTests {
    /// Small enough to compute by hand.
    private let example = matrix([
        "Nn": 80, "Ns": 2, "Nv": 3, "No": 1, "Sn": 4, "Ss": 5, "Vn": 1, "Vv": 7, "Vx": 2, "Ff": 1, "Fv": 1, "Fs": 1,
        "Qq": 2, "Qv": 1, "Qs": 1, "On": 2, "Ov": 1, "Xs": 1,
    ])

    @Test func qrs_countsBeatsWhateverTheirClass() {
        #expect(example.qrsSensitivity == Proportion(109, of: 112))
        #expect(example.qrsPredictivity == Proportion(109, of: 113))
        #expect(example.qrsF1 == 218.0 / 225)
    }

    @Test func classes_sensitivityCountsMissedBeats() {
        #expect(example.sensitivity(of: .ventricular) == Proportion(7, of: 10))
        #expect(example.sensitivity(of: .supraventricular) == Proportion(5, of: 9))
    }

    @Test func classes_standardPredictivityForgivesFusionAndUnclassifiable() {
        #expect(example.standardPredictivity(of: .ventricular) == Proportion(7, of: 11))
        #expect(example.standardPredictivity(of: .supraventricular) == Proportion(5, of: 9))
        #expect(example.predictivity(of: .ventricular) == Proportion(7, of: 13))
        #expect(example.predictivity(of: .supraventricular) == Proportion(5, of: 10))
    }

    @Test func classes_falsePositiveRateOfV() {
        // False: Nv 3 + Ov 1. True negatives: N 82, S 9, F 2, Q 3, O 2, X 1.
        #expect(example.falsePositiveRate(of: .ventricular) == Proportion(4, of: 103))
    }

    @Test func f1_isHarmonicMean() {
        let se = 7.0 / 10
        let pp = 7.0 / 13
        #expect(abs((example.f1(of: .ventricular) ?? 0) - 2 * se * pp / (se + pp)) < 1e-12)
        #expect(matrix(["Nn": 3]).f1(of: .ventricular) == nil)
        #expect(matrix(["Nv": 3]).f1(of: .ventricular) == 0)
    }

    @Test func accuracy_countsMissedAndFalsePeaks() {
        #expect(example.accuracy == Proportion(95, of: 116))
        #expect(example.labelAccuracy == Proportion(95, of: 109))
    }

    @Test func kappa_ofKnownTable() {
        // Cohen's own example style: 20 and 15 agreed, 5 and 10 not: po .70, pe .50.
        let table = matrix(["Nn": 20, "Nv": 5, "Vn": 10, "Vv": 15])
        #expect(abs((table.kappa() ?? 0) - 0.4) < 1e-12)
        #expect(matrix(["Nn": 5]).kappa() == nil)
        #expect(matrix([:]).kappa() == nil)
    }

    @Test func jKappa_perfect_isOne() {
        #expect(matrix(["Nn": 5, "Ss": 2, "Vv": 3, "Ff": 1]).jKappa == 1)
    }

    @Test func jKappa_ofKnownTable() {
        // κ .4; S undefined counts 0; V Se .6, +P .75.
        let table = matrix(["Nn": 20, "Nv": 5, "Vn": 10, "Vv": 15])
        #expect(abs((table.jKappa ?? 0) - (0.2 + (0.6 + 0.75) / 8)) < 1e-12)
    }

    @Test func pseudoLabels_amongThemselves_areIgnored() {
        #expect(matrix(["Oo": 3, "Ox": 2, "Xx": 1]) == matrix([:]))
    }

    @Test func codable_roundTrips() throws {
        let data = try JSONEncoder().encode(example)
        #expect(try JSONDecoder().decode(BeatMatrix.self, from: data) == example)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(BeatMatrix.self, from: Data("[[1]]".utf8)) }
    }
}
