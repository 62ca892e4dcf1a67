import Detection
import Extraction
import Foundation
public import Scoring
import Signal
import Synthesis
import WFDB

/// A short recording of one lead of which only the rhythm is known: that of one heart, none of whose beats is premature.
///
/// The few dozen patients whose beats are annotated are few hearts and fewer that fibrillate; recordings with a label of the
/// rhythm are easier to come by (Clifford et al., *Comput. Cardiol.* 44 (2017), 065-469). In sinus rhythm
/// every beat is of class N; in atrial fibrillation what has the shape of most beats is, and the others are left without a label.
public struct RhythmRecording: Sendable {
    /// A rhythm in which no beat is premature, by its letter in the reference.
    public enum Rhythm: String, Sendable, CaseIterable {
        /// Sinus rhythm.
        case sinus = "N"
        /// Atrial fibrillation.
        case fibrillation = "A"
    }

    /// The record.
    public let record: RecordName
    /// What the reference says of it.
    public let rhythm: Rhythm
    /// Frames per second.
    let sampleRate: Double
    /// The lead in mV.
    let values: [Float]
    /// Beats that the detector finds, as N.
    let beats: [Annotation]

    /// Length of what is made of a recording to learn from, in s.
    private static let seconds = 120.0
    /// Correlation with the patient's template from which a beat has the usual shape.
    private static let usual: Float = 0.85

    /// Reads a record's first lead and finds its beats.
    ///
    /// - Throws: `TrainingError.record` where it cannot be read or has a rate that the stages do not take.
    public init(_ record: RecordName, rhythm: Rhythm, in set: RecordSet) throws(TrainingError) {
        let path = set.path(of: record)
        do {
            let waveform = try Waveform(path: path)
            sampleRate = waveform.sampleRate
            let all = waveform.physical(0..<waveform.frameCount)
            values = stride(from: 0, to: all.count, by: waveform.leadCount).map { all[$0].isFinite ? all[$0] : 0 }
        } catch {
            throw .unusable(path, cause: error)
        }
        guard StreamFormat.supportedRates.contains(sampleRate) else {
            throw .record(path, reason: "\(sampleRate) Hz: the stages take 100 to 1000 Hz")
        }
        self.record = record
        self.rhythm = rhythm
        var detector = PanTompkins(sampleRate: sampleRate, leadCount: 1, pacing: nil)
        var peaks: [Annotation] = []
        func add(_ peak: RPeak) { peaks.append(Annotation(sample: peak.frame, code: .normal)) }
        detector.consume(SampleBlock(firstFrame: 0, leadCount: 1, values: values), emit: add)
        detector.finish(emit: add)
        beats = peaks
    }

    /// The record as it is, through the live stages.
    public func beats(mapping: LabelMapping) throws(TrainingError) -> RecordBeats {
        try RecordBeats(
            of: values, format: StreamFormat(stream: record.name, sampleRate: sampleRate, leads: ["ECG"]),
            record: record, reference: beats, mapping: mapping)
    }

    /// A signal of minutes and of two leads: what learns from records of two leads is not to learn that one lead means N.
    struct Prolonged: Sendable {
        /// (frames, 2) in mV.
        var values: [Float]
        var beats: [Annotation]
    }

    /// What lies between the rest after the second beat and that after the last but two, again and again; nil where it
    /// has fewer than twelve beats.
    ///
    /// The second lead is the first one, smaller, at times upside down, with noise of its own.
    func prolonged(seed: UInt64) -> Prolonged? {
        guard beats.count >= 12 else { return nil }
        func rest(after beat: Int) -> Int {
            let (first, next) = (Int(beats[beat].sample), Int(beats[beat + 1].sample))
            return first + (next - first) * 62 / 100
        }
        let (start, end) = (rest(after: 1), rest(after: beats.count - 3))
        let stretch = Array(values[start..<end])
        let own = beats.filter { $0.sample > start && $0.sample < end }
        var random = RandomStream(seed: seed, purpose: "\(record) leads")
        let gain = Float(random.uniform(in: 0.4...0.9)) * (random.uniform() < 0.5 ? -1 : 1)
        var result = Prolonged(values: [], beats: [])
        let copies = max(1, Int((Self.seconds * sampleRate / Double(stretch.count)).rounded(.up)))
        for copy in 0..<copies {
            let offset = copy * stretch.count
            // A copy begins at the level at which the one before ended.
            let step = copy == 0 ? 0 : stretch[stretch.count - 1] - stretch[0]
            let fading = Float(0.3 * sampleRate)
            for (frame, value) in stretch.enumerated() {
                let level = value + step * max(0, 1 - Float(frame) / fading)
                result.values.append(level)
                result.values.append(gain * level + 0.01 * Float(random.gaussian()))
            }
            result.beats += own.map { Annotation(sample: $0.sample - Int64(start - offset), code: $0.code) }
        }
        return result
    }

    /// `prolonged`, or one lead of it, through the live stages; where atria fibrillate, beats of another shape than most have no label.
    func prolongedBeats(seed: UInt64, mapping: LabelMapping, lead: Int? = nil) throws(TrainingError) -> RecordBeats? {
        guard let long = prolonged(seed: seed) else { return nil }
        var beats = try RecordBeats(
            of: long.values, format: StreamFormat(stream: record.name, sampleRate: sampleRate, leads: Self.leads),
            record: record, reference: long.beats, mapping: mapping, lead: lead)
        guard rhythm == .fibrillation else { return beats }
        beats.withholdLabels { $0[.templateKnown] == 0 || $0[.qrsCorrelation0] < Self.usual }
        return beats
    }

    /// Names of the leads of what is prolonged.
    static let leads = ["ECG", "ECG2"]
}
