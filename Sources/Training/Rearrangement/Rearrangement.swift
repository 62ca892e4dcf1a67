import Extraction
import Foundation
public import Scoring
import Signal
import Synthesis
import WFDB

/// A rhythm into which the beats of a training record are put.
public enum RearrangedRhythm: String, Sendable, CaseIterable, Codable {
    /// Atrial fibrillation and flutter, for good or in bouts: conducted beats of other intervals without P wave, labelled N.
    case fibrillation
    /// Sinus rhythm with premature atrial beats.
    case atrialEctopy = "atrial-ectopy"
    /// A slow sinus node between long runs of premature atrial beats.
    case sickSinus = "sick-sinus"
    /// Sinus rhythm with beats that are not conducted and pauses: all labelled N.
    case heartBlock = "heart-block"
    /// Sinus rhythm with runs of premature atrial beats that last for minutes, and exercise.
    case paroxysmalTachycardia = "paroxysmal-tachycardia"

    /// Length of what is made of a record, in s: more of what is harder to tell.
    var seconds: Double {
        switch self {
        case .fibrillation: 900
        case .atrialEctopy: 1800
        case .sickSinus, .heartBlock: 600
        case .paroxysmalTachycardia: 900
        }
    }

    /// Share of the records that are put into it: rare rhythms stay rare.
    var share: Double {
        switch self {
        case .fibrillation, .atrialEctopy: 1
        case .sickSinus, .heartBlock, .paroxysmalTachycardia: 0.4
        }
    }
}

/// Puts the beats of training records into other rhythms, which their patients did not have.
///
///     let rearrangement = Rearrangement(rhythms: [.fibrillation], mapping: .chazal, seed: 1)
///     let more = try await rearrangement.beats(of: names, in: set, threads: 2)
///
/// A few dozen patients show few rhythms: two of de Chazal's training half fibrillate, and what tells fibrillation from
/// premature beats is learned from those two. Here every patient's own QRS complexes, T waves and noise are laid out in
/// both, with ventricular beats of other patients of the same training part among them and, in some patients, early beats that
/// are conducted aberrantly (`AberrantConduction`), and the result goes through the live stages like any record. No beat of a
/// record that is validated on is ever used.
public struct Rearrangement: Sendable {
    private let rhythms: [RearrangedRhythm]
    private let breath: Breath
    private let mapping: LabelMapping
    private let seed: UInt64
    private let keepsOneLead: Bool
    /// Ventricular beats that a record must have to lend them.
    private static let fewestLent = 15

    /// Prepares; of what is made of a record one lead or all are shown.
    public init(
        rhythms: [RearrangedRhythm], breath: Breath = .even, mapping: LabelMapping, seed: UInt64,
        keepsOneLead: Bool = false
    ) {
        self.rhythms = rhythms
        self.breath = breath
        self.mapping = mapping
        self.seed = seed
        self.keepsOneLead = keepsOneLead
    }

    /// Every record in every rhythm, as far as it has beats for it, in the order of the records; then the recordings.
    public func beats(
        of names: [RecordName], and recordings: [RhythmRecording] = [], in set: RecordSet, threads: Int
    ) async throws -> BeatDataset {
        guard !rhythms.isEmpty else { return BeatDataset(records: []) }
        let sources =
            try names.map { try Source($0, in: set, mapping: mapping) }
            + recordings.map { Source($0, mapping: mapping, seed: seed) }
        let jobs = sources.indices.flatMap { index in rhythms.map { (index, $0) } }
        return BeatDataset(
            records: try await jobs.inOrder(threads: threads) { job in
                try beats(of: sources[job.0], in: job.1, lenders: sources)
            }.compactMap { $0 })
    }

    /// A record and its material.
    private struct Source: Sendable {
        let name: RecordName
        let leads: [String]
        /// Nil where it has too few beats.
        let material: BeatMaterial?

        init(_ name: RecordName, in set: RecordSet, mapping: LabelMapping) throws(TrainingError) {
            let path = set.path(of: name)
            let waveform: Waveform
            let reference: [Annotation]
            do {
                waveform = try Waveform(path: path)
                reference = try Annotation.reference(
                    ofRecordAt: path, frameRate: waveform.sampleRate, frameCount: Int64(waveform.frameCount))
            } catch {
                throw .unusable(path, cause: error)
            }
            self.name = name
            let columns = try LeadColumns.usable(of: waveform.signals, frameRate: waveform.sampleRate, path: path)
            leads = columns.names
            material = BeatMaterial(waveform, leads: columns, reference: reference, mapping: mapping)
        }

        init(_ recording: RhythmRecording, mapping: LabelMapping, seed: UInt64) {
            name = recording.record
            leads = RhythmRecording.leads
            material = recording.prolonged(seed: seed).flatMap { long in
                BeatMaterial(
                    long.values, leadCount: RhythmRecording.leads.count, sampleRate: recording.sampleRate,
                    reference: long.beats, mapping: mapping)
            }
        }
    }

    private func beats(
        of source: Source, in rhythm: RearrangedRhythm, lenders: [Source]
    ) throws(TrainingError) -> RecordBeats? {
        guard let material = source.material else { return nil }
        let purpose = "\(source.name) \(rhythm.rawValue)"
        var random = RandomStream(seed: seed, purpose: purpose)
        let foci = foci(for: source.name, material, lenders: lenders, random: &random)
        guard rhythm.share == 1 || random.uniform() < rhythm.share else { return nil }
        let atria = atria(of: material, in: rhythm, random: RandomStream(seed: seed, purpose: purpose + " atria"))
        let script = VentricularEctopyScript(
            atria, random: RandomStream(seed: seed, purpose: purpose + " ventricles"))
        let aberrancy = AberrantConduction(
            amplitude: material.amplitude, random: RandomStream(seed: seed, purpose: purpose + " aberrancy"))
        var assembler = RecordAssembler(
            material, foci: foci, aberrancy: aberrancy, seconds: rhythm.seconds,
            random: RandomStream(seed: seed, purpose: purpose + " noise"))
        var (values, reference) = assembler.assemble(script)
        if rhythm == .fibrillation {
            FibrillatoryBaseline(leadCount: material.leadCount, random: &random)
                .add(to: &values, in: assembler.fibrillating, sampleRate: material.sampleRate)
            FlutterBaseline(heights: material.amplitude, random: &random).add(to: &values, in: assembler.fluttering)
        }
        let name = RecordName(database: source.name.database, name: source.name.name + "-" + rhythm.rawValue)
        let format = StreamFormat(stream: name.name, sampleRate: material.sampleRate, leads: source.leads)
        return try RecordBeats(
            of: values, format: format, record: name, reference: reference, mapping: mapping,
            lead: keepsOneLead ? format.leads.indices.randomElement(using: &random) : nil)
    }

    /// What the atria do.
    ///
    /// Patients whose P wave is not known have premature beats too: without them, no P wave would say that nothing is
    /// premature.
    private func atria(
        of material: BeatMaterial, in rhythm: RearrangedRhythm, random: RandomStream
    ) -> any RhythmScript {
        let interval = material.interval
        switch rhythm {
        case .fibrillation: return FibrillationScript(sinus: interval, random: random)
        case .heartBlock: return HeartBlockScript(breath: breath, random: random)
        case .atrialEctopy: return AtrialEctopyScript(interval: interval, breath: breath, random: random)
        case .sickSinus: return SickSinusScript(random: random)
        case .paroxysmalTachycardia: return ParoxysmalTachycardiaScript(interval: interval, random: random)
        }
    }

    /// The ventricular beats of two other patients, as this one would have them.
    private func foci(
        for name: RecordName, _ material: BeatMaterial, lenders: [Source], random: inout RandomStream
    ) -> [[BeatMaterial.Complex]] {
        var able = lenders.compactMap { lender in
            lender.name != name && lender.material?.leadCount == material.leadCount ? lender.material : nil
        }.filter { $0.ventricular.count >= Self.fewestLent }
        var foci: [[BeatMaterial.Complex]] = []
        while foci.count < 2, let index = able.indices.randomElement(using: &random) {
            let lender = able.remove(at: index)
            var order = Array(0..<material.leadCount)
            if random.uniform() < 0.25 { order.shuffle(using: &random) }
            let factors = order.map { _ in
                Float(random.uniform(in: 0.7...1.3)) * (random.uniform() < 0.3 ? -1 : 1)
            }
            foci.append(lender.ventricular(for: material, order: order, factors: factors))
        }
        return foci
    }
}
