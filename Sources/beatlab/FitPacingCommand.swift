import ArgumentParser
import Detection
import Foundation
import Training

/// `beatlab fit-pacing`: fits and measures the evidence of a pacemaker.
struct FitPacingCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fit-pacing", abstract: "Fits the weights that tell paced beats, and measures them.",
        discussion: """
            Every record with paced beats is left out once: the weights are fitted to the other records and the record \
            is labelled with them, detector in the loop (Q where the evidence is over a half; missed beats count). Then \
            the weights are fitted to all records and printed as they stand in Sources/Detection/PacingEvidence.swift. \
            Example:

              beatlab fit-pacing paced ds1 svdb-train

            Exit codes: 0 done, 64 wrong usage, 65 a record that cannot be used, or none with paced beats or none without, \
            66 a record is missing.
            """)

    @OptionGroup var data: DataOption
    @Argument(help: "Records or sets of records: \(RecordSet.names.joined(separator: ", ")).")
    var records = ["paced", "ds1", "svdb-train"]

    func run() async throws {
        let set = data.set
        let names = try set.records(named: records)
        // Records of a low rate have no evidence to learn from.
        let all = try await PacingFit(set: set, records: []).beats(of: names, weights: .fitted)
        let visible = all.filter { $0.found.contains { $0.evidence != nil } }.map(\.record)
        let paced = all.filter { $0.pacedCount > 50 }.map(\.record)
        var rows: [[String]] = []
        for record in paced {
            let weights = try await PacingFit(set: set, records: visible.filter { $0 != record }).run()
            let rest = PacingFit(set: set, records: [])
            rows += try await rest.beats(of: [record], weights: weights).map { row($0, name: "\(record)") }
        }
        print("left out once")
        print(Table(header: Self.header, rows: rows, numbers: Set(1..<Self.header.count)).text)
        let weights = try await PacingFit(set: set, records: visible).run()
        let result = try await PacingFit(set: set, records: []).beats(of: names, weights: weights)
        let claims = result.filter { $0.pacedCount > 0 || $0.found.contains { Self.isClaimed($0) } }
        print("\nfitted to all; records with paced beats or claims")
        let table = claims.map { row($0, name: "\($0.record)") } + [total(result)]
        print(Table(header: Self.header, rows: table, numbers: Set(1..<Self.header.count)).text)
        print("\n\(Self.source(of: weights))")
    }

    private static let header = ["record", "beats", "Q", "found", "claimed", "right", "Q Se", "Q +P"]

    private static func isClaimed(_ beat: PacingBeats.Found) -> Bool { (beat.evidence?.probability ?? 0) > 0.5 }

    private func row(_ beats: PacingBeats, name: String) -> [String] {
        row(
            name, beats: beats.found.count, paced: beats.pacedCount,
            found: beats.found.count { $0.isPaced }, claimed: beats.found.count(where: Self.isClaimed),
            right: beats.found.count { $0.isPaced && Self.isClaimed($0) })
    }

    private func total(_ records: [PacingBeats]) -> [String] {
        func sum(_ value: (PacingBeats) -> Int) -> Int { records.reduce(0) { $0 + value($1) } }
        return row(
            "all \(records.count)", beats: sum { $0.found.count }, paced: sum { $0.pacedCount },
            found: sum { $0.found.count { $0.isPaced } }, claimed: sum { $0.found.count(where: Self.isClaimed) },
            right: sum { $0.found.count { $0.isPaced && Self.isClaimed($0) } })
    }

    private func row(_ name: String, beats: Int, paced: Int, found: Int, claimed: Int, right: Int) -> [String] {
        func percent(_ part: Int, of whole: Int) -> String {
            whole > 0 ? String(format: "%.2f", 100 * Double(part) / Double(whole)) : "-"
        }
        return [
            name, "\(beats)", "\(paced)", "\(found)", "\(claimed)", "\(right)", percent(right, of: paced),
            percent(right, of: claimed),
        ]
    }

    /// The weights as Swift, four digits each.
    private static func source(of weights: PacingWeights) -> String {
        func number(_ value: Float) -> String { String(format: "%.4g", Double(value)) }
        func list(_ vector: SIMD4<Float>) -> String { (0..<4).map { number(vector[$0]) }.joined(separator: ", ") }
        return "spike: SIMD4(\(list(weights.spike))), spikeBias: \(number(weights.spikeBias)), "
            + "memory: SIMD4(\(list(weights.memory))), memoryBias: \(number(weights.memoryBias))"
    }
}
