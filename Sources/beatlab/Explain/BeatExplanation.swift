import Extraction
import Foundation
import Inference
import Scoring
import Signal
import WFDB

/// Everything that is shown of one beat: what the experts saw, what they said, and what that rests on.
struct BeatExplanation {
    /// Path of the record.
    let path: String
    let format: StreamFormat
    let model: BeatModel
    let found: FoundBeat
    /// The verdict of the final stage.
    let verdict: Verdict
    /// That of the provisional stage.
    let provisional: Verdict?
    /// Effects of stretches of each model lead; empty for a lead without signal.
    let stretches: [[Occlusion.Stretch]]
    /// Effects of the context's features.
    let features: [Occlusion.Effect]
    /// For each feature what it usually is in this patient.
    let usual: [Float]
    /// Features which at their usual values together make it another verdict.
    let reversal: (features: [Int], label: BeatClass)?
    /// A scalogram `(scales, times, leads)` for each expert that looks at one of another kind.
    let scalograms: [(configuration: ScalogramConfiguration, pixels: [Float])]
    /// The reference annotations, where there are any.
    let reference: [Annotation]

    init(path: String, found: FoundBeat, format: StreamFormat, classifier: BeatClassifier, reference: [Annotation])
        throws
    {
        self.path = path
        self.found = found
        self.format = format
        self.reference = reference
        model = classifier.model
        let occlusion = try Occlusion(classifier, beat: found.beat, state: found.state)
        verdict = occlusion.verdict
        provisional = try found.provisional.map { try Occlusion(classifier, beat: $0, state: found.state).verdict }
        usual = found.usualContext
        features = try occlusion.features(usual: usual)
        reversal = try occlusion.reversal(usual: usual)
        let length = model.window.length
        stretches = try (0..<LeadSelection.count).map { lead in
            let samples = found.beat.window[lead * length..<(lead + 1) * length]
            return samples.allSatisfy { $0 == 0 } ? [] : try occlusion.window(lead: lead)
        }
        var scalograms: [(configuration: ScalogramConfiguration, pixels: [Float])] = []
        for member in model.ensemble.experts {
            guard case .vision(_, let configuration) = member.expert.encoder,
                !scalograms.contains(where: { $0.configuration == configuration })
            else { continue }
            scalograms.append((configuration, try Self.scalogram(of: found.beat, model.window, configuration)))
        }
        self.scalograms = scalograms
    }

    private static func scalogram(
        of beat: Beat, _ window: BeatWindow, _ configuration: ScalogramConfiguration
    ) throws -> [Float] {
        var waveform = [Float](repeating: 0, count: beat.window.count)
        beat.window.withUnsafeBufferPointer { samples in
            beat.template.withUnsafeBufferPointer { template in
                waveform.withUnsafeMutableBufferPointer {
                    BeatPicture(window: window).writeWaveform(samples, template, into: $0)
                }
            }
        }
        return try Scalogram(configuration).picture(of: waveform)
    }

    /// Name of a model lead in the record; nil where the record has none for it.
    func leadName(_ lead: Int) -> String? {
        LeadSelection(leads: format.leads).indices[lead].map { format.leads[$0] }
    }

    /// Whether the record begins inside of the beat's window.
    var isAtStart: Bool { Double(found.beat.sample) / format.sampleRate < -model.window.seconds(ofSample: 0) }

    /// What the reference says of a beat: its mnemonic, within 150 ms.
    func referenceMnemonic(at sample: Int64) -> String? {
        let reach = Int64(ComparisonPeriod.matchWindow * format.sampleRate)
        let near = reference.filter { $0.code.isQRS && abs($0.sample - sample) <= reach }
        return near.min { abs($0.sample - sample) < abs($1.sample - sample) }?.code.mnemonic
    }

    /// `mitdb/208, beat 123 at 1:23.456`.
    var title: String {
        let parts = path.split(separator: "/").suffix(2).joined(separator: "/")
        let time = RecordInspection.time(Double(found.beat.sample) / format.sampleRate)
        return "\(parts), beat \(found.number) at \(time) (sample \(found.beat.sample))"
    }

    /// The verdict in a line.
    var summary: String {
        var text = "said: \(verdict.label.letter) \(Self.percent(verdict.confidence))"
        if let provisional {
            text += "; provisional: \(provisional.label.letter) \(Self.percent(provisional.confidence))"
        }
        text += "; reference: " + (referenceMnemonic(at: found.beat.sample) ?? "none")
        return text
    }

    /// What would make it another verdict, in a sentence.
    var reversalText: String {
        guard let reversal else {
            return "No few features of the context at their usual values change the verdict."
        }
        let names = reversal.features.map { ContextFeature.allCases[$0].rawValue }.joined(separator: ", ")
        return "It would be \(reversal.label.letter) if usual: \(names)."
    }

    /// What the raw samples say of a pacemaker; nil where nothing does.
    var pacingText: String? {
        let evidence = found.beat.pacing
        return evidence > 0.01 ? "Evidence of a pacing spike, which makes Q: \(Self.percent(evidence))." : nil
    }

    /// The part of the waveform that the verdict rests on most, in a sentence; nil where nothing looks at it.
    var waveformText: String? {
        let all = stretches.enumerated().flatMap { lead, own in own.map { (lead: lead, stretch: $0) } }
        guard let strongest = all.max(by: { abs($0.stretch.effect.fused) < abs($1.stretch.effect.fused) }),
            abs(strongest.stretch.effect.fused) >= 0.005
        else { return nil }
        let ends = [strongest.stretch.samples.lowerBound, strongest.stretch.samples.upperBound].map {
            Int((1000 * model.window.seconds(ofSample: $0)).rounded())
        }
        let effect = strongest.stretch.effect
        return
            "Waveform: \(leadName(strongest.lead) ?? "lead \(strongest.lead)") from \(ends[0]) to \(ends[1]) ms speaks "
            + (effect.fused >= 0 ? "for" : "against")
            + " \(verdict.label.letter) most (\(Self.signed(effect.fused)) log odds)"
            + (effect.label == verdict.label ? "." : "; as in the template it would be \(effect.label.letter).")
    }

    static func percent(_ share: Float) -> String { String(format: "%.1f %%", 100 * Double(share)) }
    static func signed(_ value: Float) -> String { String(format: "%+.2f", Double(value)) }
}
