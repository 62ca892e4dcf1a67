import ArgumentParser
import Inference
import Training

/// How the votes of experts that were trained apart are fused: the options of `fuse` and of `cross-validate`.
struct FusionOptions: ParsableArguments {
    @Option(
        help: """
            Weights of the votes from 0 to 100, one for each kind of expert, such as 0.6,0.4,0.8, in place of a search.
            """,
        transform: Self.numbers)
    var weights: [Float] = []
    @Option(help: "Weights in the odds of S to N; those of --weights without it.", transform: Self.numbers)
    var atrialWeights: [Float] = []
    @Option(
        help: """
            Numbers of the experts, from 1, that are heard on S while it is rare in the patient and not where it is a habit, \
            such as 2,4.
            """,
        transform: Self.places)
    var sceptics: [Int] = []
    @Option(
        help: """
            Weight of the verdicts on earlier beats of the same shape in the odds of V, 0 to 1. Above 0 fusion beats (F) are \
            told by mixtures of these shapes.
            """)
    var familyShare: Float = 0
    @Flag(
        help: """
            Hold the odds of V, and of S to N, beside thresholds of each patient's own: where those of the last beats lie \
            in two heaps, the threshold moves towards the gap between them.
            """)
    var patientThresholds = false

    /// What was given; nil where weights are to be found.
    var given: GivenFusion? {
        weights.isEmpty
            ? nil
            : GivenFusion(
                weights: weights, atrialWeights: atrialWeights, sceptics: sceptics, familyShare: familyShare,
                patientThresholds: patientThresholds)
    }

    /// The options as they would be typed, each after a space.
    var text: String {
        [("--weights", weights), ("--atrial-weights", atrialWeights)].filter { !$0.1.isEmpty }
            .map { name, values in " \(name) " + values.map { "\($0)" }.joined(separator: ",") }.joined()
            + (sceptics.isEmpty ? "" : " --sceptics " + sceptics.map(String.init).joined(separator: ","))
            + (familyShare > 0 ? " --family-share \(familyShare)" : "")
            + (patientThresholds ? " --patient-thresholds" : "")
    }

    /// Refuses what goes with weights where there are none.
    func validate() throws {
        guard (0...1).contains(familyShare) else {
            throw ValidationError("--family-share is a number from 0 to 1")
        }
        let others = !atrialWeights.isEmpty || !sceptics.isEmpty || familyShare != 0 || patientThresholds
        guard !weights.isEmpty || !others else {
            throw ValidationError(
                "--atrial-weights, --sceptics, --family-share and --patient-thresholds go with --weights")
        }
    }

    private static func places(_ text: String) throws -> [Int] {
        let places = try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
            guard let number = Int(part), number > 0 else {
                throw ValidationError("'\(part)' is no number of an expert: whole ones from 1, with commas between")
            }
            return number
        }
        guard Set(places).count == places.count else { throw ValidationError("'\(text)' names an expert twice") }
        return places
    }

    private static func numbers(_ text: String) throws -> [Float] {
        let allowed = 0...BeatModel.largestWeight
        let numbers = try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
            guard let number = Float(part), allowed.contains(number) else {
                throw ValidationError(
                    "'\(part)' is no weight: numbers from 0 to \(Int(allowed.upperBound)), with commas between")
            }
            return number
        }
        guard numbers.contains(where: { $0 > 0 }) else {
            throw ValidationError("'\(text)' are no weights: somebody must be heard")
        }
        return numbers
    }
}
