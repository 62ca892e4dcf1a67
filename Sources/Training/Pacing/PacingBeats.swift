public import Detection
import Scoring
import Signal
public import WFDB

/// The beats that the detector finds in a record, with their evidence of a pacemaker and what the reference says.
public struct PacingBeats: Sendable {
    /// One beat that was found.
    public struct Found: Sendable {
        /// What the detector says.
        public var evidence: PacingEvidence?
        /// What the reference says; nil where it has no beat there.
        public var code: AnnotationCode?
    }

    /// The record.
    public let record: RecordName
    /// What was found, in order.
    public private(set) var found: [Found] = []
    /// Beats of class Q in the reference, found or not.
    public private(set) var pacedCount = 0

    /// Runs the detector over a record from its first sample.
    public init(
        reading record: RecordName, path: String, weights: PacingWeights = .fitted
    ) throws(TrainingError) {
        self.record = record
        let reader: RecordReader
        let reference: [Annotation]
        do {
            reader = try RecordReader(path: path)
            reference = try Annotation.reference(
                ofRecordAt: path, frameRate: reader.frameRate, frameCount: reader.frameCount)
        } catch {
            throw .unusable(path, cause: error)
        }
        let leads = try LeadColumns.usable(of: reader.signals, frameRate: reader.frameRate, path: path)
        let leadCount = leads.signals.count
        var detector = PanTompkins(sampleRate: reader.frameRate, leadCount: leadCount, pacing: weights)
        var block = SampleBlock(firstFrame: 0, leadCount: leadCount, values: [])
        var frames: [Float] = []
        var peaks: [RPeak] = []
        do {
            while try reader.read(into: &frames, maxFrames: 4096) > 0 {
                leads.gather(frames, into: &block.values)
                detector.consume(block) { peaks.append($0) }
                block.firstFrame = block.endFrame
            }
            detector.finish { peaks.append($0) }
            try compare(peaks, with: reference, sampleRate: reader.frameRate, frameCount: block.firstFrame)
        } catch {
            throw .unusable(path, cause: error)
        }
    }

    /// Pairs as EC57 does: within 150 ms, from the first sample.
    private mutating func compare(
        _ peaks: [RPeak], with reference: [Annotation], sampleRate: Double, frameCount: Int64
    ) throws {
        let codes = Dictionary(
            reference.filter { LabelMapping.ec57.label(of: $0.code) != nil }.map { ($0.sample, $0.code) },
            uniquingKeysWith: { first, _ in first })
        var codeOfPeak: [Int64: AnnotationCode] = [:]
        var paced = 0
        let period = try ComparisonPeriod(sampleRate: sampleRate, length: frameCount, from: 0)
        let test = peaks.map { Annotation(sample: $0.frame, code: .normal) }
        _ = BeatComparison(reference: reference, test: test, period: period) { pair in
            if pair.reference == .paced { paced += 1 }
            if let test = pair.testFrame, let frame = pair.referenceFrame { codeOfPeak[test] = codes[frame] }
        }
        pacedCount = paced
        found = peaks.map { Found(evidence: $0.pacing, code: codeOfPeak[$0.frame]) }
    }
}

extension PacingBeats.Found {
    /// Whether the reference says Q.
    public var isPaced: Bool { code.flatMap(LabelMapping.ec57.label) == .paced }
}
