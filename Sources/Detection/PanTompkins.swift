import Foundation
public import Signal

/// Finds R peaks in an ECG of one to twelve leads, one block of samples at a time.
///
///     var detector = PanTompkins(sampleRate: 360, leadCount: 2)
///     detector.consume(block) { peak in print(peak.frame) }
///     detector.finish { peak in print(peak.frame) }
///
/// Implements Pan & Tompkins, *IEEE Trans. Biomed. Eng.* BME-32 (1985) 230-236, per lead and fused over the leads by their
/// signal-to-noise ratios. A beat is decided at most `decisionDelay` after its R peak (`decidedAt - frame`); beats of the
/// first `learningTime` of a stream are decided when that has passed. A `NaN` says that a lead is off there.
/// Blocks may have any length; the output does not depend on how the signal was cut. Peaks come in increasing order.
public struct PanTompkins: Sendable, Codable {
    /// Frames per second of the source.
    public let sampleRate: Double
    /// Values per frame.
    public let leadCount: Int

    /// Seconds after an R peak until it is decided.
    public static let decisionDelay = 0.4
    /// Seconds at the start, and after a gap, that are heard before the first decision.
    public static let learningTime = 3.0

    var filters: [QRSFilter]
    var raw: RawHistory
    var activity: ActivityHistory
    var levels: LeadLevels
    var rule: DecisionRule
    /// Delay of the activity's peak behind the R peak in source frames.
    let filterDelay: Int
    let decimation: Int
    var origin: Int64 = 0
    /// Index of the next source frame to come.
    public private(set) var nextFrame: Int64 = 0
    /// Activity values consumed by the peak search.
    var searched: Int64 = 0
    var isLearning = true
    var maxima: [Maximum] = []
    var fused1: Float = 0
    var fused2: Float = 0

    /// Makes a detector for a stream of 100 to 1000 Hz and 1 to 12 leads.
    public init(sampleRate: Double, leadCount: Int) {
        precondition(StreamFormat.supportedRates.contains(sampleRate), "100 to 1000 Hz")
        precondition(StreamFormat.supportedLeadCounts.contains(leadCount), "1 to 12 leads")
        self.sampleRate = sampleRate
        self.leadCount = leadCount
        let filter = QRSFilter(sampleRate: sampleRate)
        filters = Array(repeating: filter, count: leadCount)
        decimation = filter.decimation
        let rate = sampleRate / Double(filter.decimation)
        filterDelay = Self.measureDelay(of: filter, sampleRate: sampleRate)
        raw = RawHistory(capacity: Int((Self.learningTime + 1.5) * sampleRate), leadCount: leadCount)
        activity = ActivityHistory(capacity: Int((Self.learningTime + 1.5) * rate), leadCount: leadCount)
        levels = LeadLevels(rate: rate, leadCount: leadCount)
        rule = DecisionRule(rate: rate)
        maxima.reserveCapacity(64)
    }

    /// Forgets everything and expects frame `frame` next: after a gap.
    public mutating func reset(at frame: Int64) {
        self = PanTompkins(sampleRate: sampleRate, leadCount: leadCount)
        origin = frame
        nextFrame = frame
    }

    /// Takes the next frames and says which R peaks they settle.
    ///
    /// - Precondition: `block` has `leadCount` leads and begins at `nextFrame`.
    public mutating func consume(_ block: SampleBlock, emit: (RPeak) -> Void) {
        precondition(block.leadCount == leadCount, "the lead count differs")
        precondition(block.firstFrame == nextFrame, "blocks are contiguous; after a gap call reset(at:)")
        block.values.withUnsafeBufferPointer { values in
            for frame in 0..<block.frameCount {
                let start = frame * leadCount
                raw.push(values, at: start)
                nextFrame += 1
                var complete = false
                for lead in 0..<leadCount {
                    if let value = filters[lead].push(values[start + lead]) {
                        activity.put(value, lead: lead)
                        complete = true
                    }
                }
                if complete {
                    activity.advance()
                    search(emit: emit, flush: false)
                }
            }
        }
    }

    /// Decides what is pending at the end of the stream.
    public mutating func finish(emit: (RPeak) -> Void) {
        search(emit: emit, flush: true)
    }

    /// How long after a narrow complex its activity peaks, in source frames.
    private static func measureDelay(of filter: QRSFilter, sampleRate: Double) -> Int {
        var filter = filter
        let centre = Int(0.5 * sampleRate)
        var best: Float = 0
        var bestFrame = 0
        for frame in 0..<Int(sampleRate) {
            let offset = Double(frame - centre) / sampleRate
            if let value = filter.push(Float(exp(-offset * offset / (2 * 0.015 * 0.015)))), value > best {
                best = value
                bestFrame = frame
            }
        }
        return bestFrame - centre
    }
}
