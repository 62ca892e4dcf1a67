import Extraction
import Foundation
import Inference
import Scoring
import Signal
import Training

/// How much noise costs: the same records without and with it, whole and in the stretches where it was added.
struct NoiseComparison {
    private let noise: AddedNoise
    private let rows: [(name: String, result: ModelEvaluation)]
    private let beatQuality: [Float?]
    private let quality: LeadQualityInNoise

    /// Scores a stage under a mapping; `verdicts` are those of the clean and of the noisy records.
    init(
        noise: AddedNoise, clean: BeatDataset, noisy: BeatDataset, verdicts: [[[Verdict]]], stage: Beat.Stage,
        mapping: LabelMapping, quality: LeadQualityInNoise
    ) throws {
        self.noise = noise
        self.quality = quality
        func score(_ index: Int, _ stretches: @escaping (Double) -> [Range<Double>]) throws -> ModelEvaluation {
            try ModelEvaluation(
                records: [clean, noisy][index].records, verdicts: verdicts[index], stage: stage, mapping: mapping,
                stretches: stretches)
        }
        rows = [
            ("whole records, clean", try score(0) { [0..<$0] }),
            ("whole records, noisy", try score(1) { [0..<$0] }),
            ("stretches of noise, clean", try score(0, AddedNoise.stretches)),
            ("stretches of noise, noisy", try score(1, AddedNoise.stretches)),
        ]
        beatQuality = [false, true].map { Self.meanQuality(of: noisy, inNoise: $0) }
    }

    /// Mean quality of the beats where noise was added, or elsewhere.
    private static func meanQuality(of dataset: BeatDataset, inNoise: Bool) -> Float? {
        var sum: Float = 0
        var count: Float = 0
        for record in dataset.records {
            let rate = record.format.sampleRate
            let stretches = AddedNoise.stretches(ofSeconds: Double(record.frameCount) / rate)
            for (frame, quality) in zip(record.frames, record.qualities)
            where stretches.contains(where: { $0.contains(Double(frame) / rate) }) == inNoise {
                sum += quality
                count += 1
            }
        }
        return count > 0 ? sum / count : nil
    }

    var text: String {
        let f1 = [BeatLabel.normal, .supraventricular, .ventricular].map { Metric.of($0)[2] }
        let metrics: [Metric] = Array(Metric.detection[..<2]) + [Metric.overall[0]] + f1 + [.macroNSV]
        let table = Table(
            header: ["", "beats"] + metrics.map(\.name),
            rows: rows.map { name, result in
                let gross = result.evaluation.gross
                return [name, "\(gross.referenceBeats)"] + metrics.map { percent($0.value(gross)) }
            }, numbers: Set(1...metrics.count + 1))
        let drops = [(0, 1), (2, 3)].map { clean, noisy -> String in
            let values = [clean, noisy].map { Metric.macroNSV.value(rows[$0].result.evaluation.gross) }
            guard let before = values[0], let after = values[1] else { return "-" }
            return String(format: "%.4f", before - after)
        }
        let first = rows[0].result
        return """

            ## \(noise.name) at \(PlotArea.text(noise.decibels)) dB, stage \(first.stage.rawValue), \
            mapping \(first.evaluation.mapping.rawValue)

            \(table.text)

            macro F1 (N S V) lost to noise: \(drops[0]) over whole records, \(drops[1]) in the stretches with noise

            \(qualityTable)
            """
    }

    private var qualityTable: String {
        func row(_ name: String, _ value: (Bool) -> Double?) -> [String] {
            [name] + [false, true].map { value($0).map { String(format: "%.3f", $0) } ?? "-" }
        }
        return Table(
            header: ["quality", "no noise", "noise"],
            rows: [
                row("beat's quality field, mean") { beatQuality[$0 ? 1 : 0].map(Double.init) },
                row("leads' quality, mean") { quality.mean(inNoise: $0) },
                row("share of time that a lead counts as noisy") { quality.share(inNoise: $0) },
            ], numbers: [1, 2]
        ).text
    }

    private func percent(_ share: Double?) -> String { share.map { String(format: "%.2f", 100 * $0) } ?? "-" }
}
