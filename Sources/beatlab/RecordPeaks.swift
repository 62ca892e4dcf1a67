import Detection
import Signal
import WFDB

/// The R peaks of a whole record.
struct RecordPeaks {
    /// What is told of a record.
    struct Summary: Sendable {
        var beats = 0
        /// Mean heart rate in beats per minute; nil with fewer than two beats.
        var rate: Double?
    }

    /// The peaks in order, in frames of the detector's input.
    private(set) var peaks: [RPeak] = []
    private let sampleRate: Double
    private let samplesPerFrame: Int

    /// Reads a record and finds its R peaks.
    ///
    /// All leads take part (`LeadColumns`), with `lead` only the one of that number among the record's signals.
    init(path: String, lead: Int?) throws {
        let reader = try RecordReader(path: path)
        let most = StreamFormat.supportedLeadCounts.upperBound
        guard let leads = LeadColumns(of: reader.signals, most: most, lead: lead) else {
            throw LeadStream.Unsuitable(
                description: lead.map { "it has no signal \($0)" } ?? "it has no signals")
        }
        samplesPerFrame = leads.samplesPerFrame
        sampleRate = reader.header.frameRate * Double(samplesPerFrame)
        guard StreamFormat.supportedRates.contains(sampleRate) else {
            throw LeadStream.Unsuitable(
                description: "\(sampleRate) Hz: the detector takes 100 to 1000 Hz; convert the record first")
        }
        let leadCount = leads.signals.count
        // Only where the beats are is asked for.
        var detector = PanTompkins(sampleRate: sampleRate, leadCount: leadCount, pacing: nil)
        var block = SampleBlock(firstFrame: 0, leadCount: leadCount, values: [])
        var values: [Float] = []
        while try reader.read(into: &values, maxFrames: 4096) > 0 {
            leads.gather(values, into: &block.values)
            detector.consume(block) { peaks.append($0) }
            block.firstFrame = block.endFrame
        }
        detector.finish { peaks.append($0) }
    }

    /// One normal beat per peak, in samples of the record (frames).
    var annotations: [Annotation] {
        peaks.map { Annotation(sample: $0.frame / Int64(samplesPerFrame), code: .normal) }
    }

    var summary: Summary {
        guard let first = peaks.first, let last = peaks.last, last.frame > first.frame else {
            return Summary(beats: peaks.count, rate: nil)
        }
        let seconds = Double(last.frame - first.frame) / sampleRate
        return Summary(beats: peaks.count, rate: 60 * Double(peaks.count - 1) / seconds)
    }
}
