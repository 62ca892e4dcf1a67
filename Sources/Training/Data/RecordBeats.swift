public import Extraction
import Scoring
public import Signal
public import WFDB

/// All beats of one record as the pipeline saw them, in flat arrays, with what the reference says of each.
///
/// Row i of every array is the i-th beat that the detector found, in order of time.
public struct RecordBeats: Sendable {
    /// The record.
    public let record: RecordName
    /// Name, rate and leads.
    public let format: StreamFormat
    /// Length in frames.
    public let frameCount: Int64
    /// Cut of the windows.
    public let window: BeatWindow
    /// The reference annotations.
    public let reference: [Annotation]
    /// R peak of each beat, source frames.
    public private(set) var frames: [Int64] = []
    /// Class by the reference; nil where the detector found a beat that the reference does not have, or one of no class.
    public private(set) var labels: [BeatClass?] = []
    /// (beats, leads, length) in mV.
    public private(set) var windows: [Float] = []
    /// (beats, leads, length) in mV.
    public private(set) var templates: [Float] = []
    /// (beats, features) as the provisional stage has them.
    public private(set) var provisionalContexts: [Float] = []
    /// (beats, features) as the final stage has them.
    public private(set) var finalContexts: [Float] = []
    /// Evidence that a pacemaker started the beat.
    public private(set) var pacing: [Float] = []

    /// Quality of each beat as its event says it, 0 to 1.
    public private(set) var qualities: [Float] = []

    /// Number of beats.
    public var count: Int { frames.count }
    /// Values of one window.
    public var windowSize: Int { LeadSelection.count * window.length }

    init(
        record: RecordName, format: StreamFormat, frameCount: Int64, window: BeatWindow, reference: [Annotation]
    ) {
        self.record = record
        self.format = format
        self.frameCount = frameCount
        self.window = window
        self.reference = reference
    }

    /// Adds a judgement of the newest beat; `label` where it is known already.
    mutating func append(_ beat: Beat, label: BeatClass? = nil) {
        switch beat.stage {
        case .provisional:
            provisionalContexts.append(contentsOf: beat.context)
        case .final:
            frames.append(beat.sample)
            labels.append(label)
            windows.append(contentsOf: beat.window)
            templates.append(contentsOf: beat.template)
            finalContexts.append(contentsOf: beat.context)
            pacing.append(beat.pacing)
            qualities.append(beat.quality)
        }
    }

    /// Labels the beats by comparing them with the reference as EC57 does: within 150 ms, from the first sample.
    mutating func label(by mapping: LabelMapping) throws(TrainingError) {
        let found = frames.map { Annotation(sample: $0, code: .normal) }
        var classes: [Int64: BeatClass] = [:]
        do {
            let period = try ComparisonPeriod(sampleRate: format.sampleRate, length: frameCount, from: 0)
            _ = BeatComparison(reference: reference, test: found, period: period, mapping: mapping) { pair in
                if let frame = pair.testFrame, let beatClass = pair.reference.beatClass { classes[frame] = beatClass }
            }
        } catch {
            throw .unusable(record.description, cause: error)
        }
        for index in frames.indices { labels[index] = classes[frames[index]] }
    }

    /// Takes the label from beats by their final context.
    mutating func withholdLabels(where isDoubtful: ([Float]) -> Bool) {
        let width = ContextFeature.count
        for index in labels.indices where isDoubtful(Array(finalContexts[index * width..<(index + 1) * width])) {
            labels[index] = nil
        }
    }

    /// The beat as the classifier gets it.
    public func beat(_ index: Int, stage: Beat.Stage) -> Beat {
        let row = index * windowSize..<(index + 1) * windowSize
        let features = index * ContextFeature.count..<(index + 1) * ContextFeature.count
        let context = stage == .final ? finalContexts[features] : provisionalContexts[features]
        return Beat(
            sample: frames[index], readyAt: frames[index], stage: stage, window: Array(windows[row]),
            template: Array(templates[row]), context: Array(context), rr: nil, quality: qualities[index],
            pacing: pacing[index])
    }
}
