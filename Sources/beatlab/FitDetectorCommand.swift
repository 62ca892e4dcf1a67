import ArgumentParser
import Detection
import Files
import Foundation
import Training

/// `beatlab fit-detector`: fits the weights by which the detector weighs evidence.
struct FitDetectorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fit-detector", abstract: "Fits the weights of the R-peak detector to records.",
        discussion: """
            Runs the detector over the records and over variations of them (one lead, noise of nstdb, pauses, other \
            rates) and fits the weights of its evidence to the reference beats. Writes them as the Swift source file \
            that they are compiled from. Examples:

              beatlab fit-detector --output Sources/Detection/EvidenceWeights+Fitted.swift ds1 svdb-train

            Exit codes: 0 done, 64 wrong usage, 65 a record that cannot be used, 66 a record is missing, 73 no output.
            """)

    @OptionGroup var data: DataOption

    @Option(name: .shortAndLong, help: "The source file to write.")
    var output: String

    @Option(help: "Times that the detector runs over the records, each time with the weights fitted last.")
    var rounds = 3

    @Option(help: "Times that the examples are gone through in every round.")
    var passes = 8

    @Option(help: "Hidden units, 1 to 16.")
    var units = 16

    @Argument(help: "Records or sets of records: \(RecordSet.names.joined(separator: ", ")).")
    var records: [String]

    func validate() throws {
        guard rounds > 0, passes > 0 else { throw ValidationError("rounds and passes are 1 or more") }
        guard (1...16).contains(units) else { throw ValidationError("there are 1 to 16 units") }
    }

    func run() async throws {
        let set = data.set
        var fit = DetectorFit(set: set, records: try set.records(named: records), report: tell)
        fit.rounds = rounds
        fit.passes = passes
        fit.unitCount = units
        let weights = try await fit.run()
        try OutputFile.write(Self.source(of: weights), to: output)
    }

    /// The weights as Swift, four digits each.
    static func source(of weights: EvidenceWeights) -> String {
        func units(_ row: EvidenceWeights.Units) -> [Float] { (0..<weights.unitCount).map { row[$0] } }
        func list(_ name: String, _ values: [Float]) -> String {
            var lines: [String] = []
            var line = ""
            for value in values.map({ String(format: "%.4g,", Double($0)) }) {
                if line.count + value.count > 106 {
                    lines.append(line)
                    line = ""
                }
                line += (line.isEmpty ? "            " : " ") + value
            }
            lines.append(line)
            return "        \(name): [\n" + lines.joined(separator: "\n") + "\n        ],\n"
        }
        return """
            extension EvidenceWeights {
                /// The weights of the detector, written by `beatlab fit-detector`.
                public static let fitted = EvidenceWeights(

            """ + list("mean", weights.mean) + list("scale", weights.scale)
                + list("hidden", weights.hidden.flatMap(units)) + list("biases", units(weights.biases))
                + list("outputs", units(weights.outputs))
                + "        outputBias: \(String(format: "%.4g", Double(weights.outputBias))))\n}\n"
    }
}
