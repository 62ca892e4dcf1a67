import Foundation
public import Signal

/// Finds R peaks in an ECG of one to twelve leads, one block of samples at a time.
///
///     var detector = PanTompkins(sampleRate: 360, leadCount: 2)
///     detector.consume(block) { peak in print(peak.frame) }
///     detector.finish { peak in print(peak.frame) }
///
/// Implements Pan & Tompkins, *IEEE Trans. Biomed. Eng.* BME-32 (1985) 230-236: band-pass, derivative, squaring and moving
/// integration per lead (`QRSFilterBank`); signal and noise levels per lead, by which the leads are fused (`LeadLevels`);
/// and of every maximum of the fused activity the decision whether it is a beat. Where the paper compares with thresholds,
/// refractory times and slopes one after the other, here the same measures, and the likeness to the patient's own
/// complexes (`Morphology`), are weighed together (`Evidence`).
///
/// A beat is decided at most `decisionDelay` after its R peak (`decidedAt - frame`). Later come only, flagged
/// `fromSearchBack`: the beats of the first `learningTime` of a stream, and beats that are found when 1.66 mean RR intervals
/// (at least 1.5 s) passed without one and the levels turned out to be too high; at most `searchBackTime` of signal is then
/// heard again, and `learningTime` of it where there were no leads, or nothing like the patient for `memoryTime`.
///
/// A `NaN` says that a lead is off there; the others carry on. Blocks may have any length; the output does not depend on how
/// the signal was cut. Peaks come in increasing order. Memory is bounded, and nothing is allocated once the stream runs.
/// Beside each peak stands what speaks for a pacemaker (`PacingMonitor`): its spikes are seen in raw samples only.
/// It does not find flutter waves of a chaotic rhythm one by one, and says nothing else of what kind a beat is.
public struct PanTompkins: Sendable, Codable {
    /// Frames per second of the source.
    public let sampleRate: Double
    /// Values per frame.
    public let leadCount: Int

    /// Seconds after an R peak until it is decided.
    public static let decisionDelay = 0.4
    /// Seconds at the start, and after a gap, that are heard before the first decision.
    public static let learningTime = 3.0
    /// Seconds that are heard again at most when the levels were too high.
    public static let searchBackTime = 2.5

    /// Seconds without a beat after which the shapes of the patient's complexes are forgotten.
    static let memoryTime = 12.0

    /// Beats after that time that must stand out of the noise: an open input makes some of any shape.
    static let estrangedBeats = 4

    /// Shortest time between two beats in seconds: the absolute refractory period of the ventricles, 0.2 s (300 beats a
    /// minute), less what two activity values may be off.
    static let refractoryTime = 0.185
    /// Shortest time between the R peaks of two beats, in seconds: each may be marked before or after its activity's centre.
    static let closestTime = 0.1
    /// Seconds to each side within which only the largest maximum is considered.
    static let separation = 0.12
    /// Fused activity, in units of a QRS complex, below which nothing is considered.
    static let smallestHeight: Float = 0.06
    /// Activity of a QRS complex of some 20 microvolts: no level is learnt below.
    static let smallestSignal: Float = 0.004
    /// Frames that are filtered before the maxima among them are looked for.
    private static let stride = 256

    // The signal.
    var filters: QRSFilterBank
    var raw: History
    var activity: History
    var band: History
    var fused: History
    /// Delay of the activity's peak behind the R peak, in source frames.
    let filterDelay: Int
    let decimation: Int
    /// Activity values a second.
    let rate: Double
    /// `separation` in activity values, and `decisionDelay` and `closestTime` in frames.
    let separation: Int64
    let wait: Int64
    let closest: Int64
    /// The integration delays the activity's peak behind the band-passed complex by so many values.
    let bandLead: Int64
    /// Absolute index of the stream's first frame, or of the first after a gap.
    var origin: Int64 = 0
    /// Index of the next source frame to come.
    public private(set) var nextFrame: Int64 = 0

    // How evidence is weighed, and what is known of the patient.
    let weights: EvidenceWeights
    var levels: LeadLevels
    var morphology: Morphology
    /// Where complexes of every template are marked.
    var anchors = Array(repeating: FiducialAnchor(), count: Morphology.templateCount)
    var rhythm: Rhythm
    var pacing: PacingMonitor?

    // Where the search stands, in activity values since `origin`.
    var isLearning = true
    /// The next value to search.
    var searched: Int64 = 0
    /// The furthest that was ever searched; the noise has been taken from all before it.
    var frontier: Int64 = 0
    /// Since when a beat has been missing: the last beat, or when the levels were last doubted.
    var waitingSince: Int64 = 0
    /// The time that is listened to again with lower levels.
    var doubt = Doubt(start: -1, end: -1)
    var maxima: [Maximum] = []
    var candidates: [Candidate] = []
    var lastMaximum = Maximum(index: -1000, height: 0)
    /// Beats yet to come until shapes are trusted again, after those of the patient were forgotten.
    var estrangement = 0
    /// What is fused in one go.
    var stretch: [Float]
    /// The two fused values before `searched`.
    var fused1: Float = 0
    var fused2: Float = 0

    /// Makes a detector for a stream of 100 to 1000 Hz and 1 to 12 leads.
    ///
    /// - Parameters:
    ///   - weights: How evidence is weighed; others than the fitted ones while they are being fitted.
    ///   - pacing: How the evidence of a pacemaker is weighed, likewise; nil where nobody asks for it, which takes less time.
    public init(
        sampleRate: Double, leadCount: Int, weights: EvidenceWeights = .fitted, pacing: PacingWeights? = .fitted
    ) {
        precondition(StreamFormat.supportedRates.contains(sampleRate), "a stream has 100 to 1000 frames a second")
        precondition(StreamFormat.supportedLeadCounts.contains(leadCount), "a stream has 1 to 12 leads")
        self.sampleRate = sampleRate
        self.leadCount = leadCount
        self.weights = weights
        filters = QRSFilterBank(sampleRate: sampleRate, leadCount: leadCount)
        decimation = filters.decimation
        rate = sampleRate / Double(decimation)
        separation = Int64(Self.separation * rate)
        wait = Int64(Self.decisionDelay * sampleRate)
        closest = Int64(Self.closestTime * sampleRate)
        bandLead = Int64((QRSFilterBank.integration * rate).rounded()) + 1
        filterDelay = Self.filterDelay(sampleRate: sampleRate)
        // The learning time, or what is heard again, and what the fiducial looks back from there.
        let memory = Self.learningTime + 1
        raw = History(capacity: Int(memory * sampleRate) + Self.stride, leadCount: leadCount)
        activity = History(capacity: Int(memory * rate) + Self.stride, leadCount: leadCount)
        band = activity
        fused = History(capacity: Int(memory * rate) + Self.stride, leadCount: 1)
        levels = LeadLevels(rate: rate, leadCount: leadCount)
        morphology = Morphology(rate: rate, leadCount: leadCount)
        rhythm = Rhythm(rate: rate)
        self.pacing = pacing.map { PacingMonitor(sampleRate: sampleRate, leadCount: leadCount, weights: $0) }
        stretch = Array(repeating: 0, count: Int(separation) + 1)
        maxima.reserveCapacity(64)
        candidates.reserveCapacity(64)
    }

    /// Forgets everything but the patient's pacing spikes and expects frame `frame` next: after a gap.
    public mutating func reset(at frame: Int64) {
        let pacing = pacing
        self = PanTompkins(sampleRate: sampleRate, leadCount: leadCount, weights: weights)
        self.pacing = pacing
        origin = frame
        nextFrame = frame
    }

    /// Takes the next frames and says which R peaks they settle.
    ///
    /// - Precondition: `block` has `leadCount` leads and begins at `nextFrame`.
    public mutating func consume(_ block: SampleBlock, emit: (RPeak) -> Void) {
        weigh(block) { if let peak = $0.peak { emit(peak) } }
    }

    /// As `consume`, and says of every candidate how it was weighed: what the weights are fitted to.
    ///
    /// A candidate may come twice where the signal is heard again.
    public mutating func weigh(_ block: SampleBlock, emit: (WeighedCandidate) -> Void) {
        precondition(block.leadCount == leadCount, "the lead count differs")
        precondition(block.firstFrame == nextFrame, "blocks are contiguous; after a gap call reset(at:)")
        block.values.withUnsafeBufferPointer { values in
            var start = 0
            while start < values.count {
                let end = min(start + Self.stride * leadCount, values.count)
                let part = UnsafeBufferPointer(rebasing: values[start..<end])
                raw.append(part)
                filters.consume(part, activity: &activity, band: &band)
                search(emit: emit, flush: false)
                start = end
            }
        }
        nextFrame += Int64(block.frameCount)
    }

    /// Decides what is pending at the end of the stream.
    public mutating func finish(emit: (RPeak) -> Void) {
        search(emit: { if let peak = $0.peak { emit(peak) } }, flush: true)
    }

    /// How long after a narrow complex its activity peaks, in source frames.
    private static func filterDelay(sampleRate: Double) -> Int {
        var filter = QRSFilterBank(sampleRate: sampleRate, leadCount: 1)
        var activity = History(capacity: 2 * Int(sampleRate), leadCount: 1)
        var band = activity
        let centre = Int(0.5 * sampleRate)
        let complex = (0..<Int(sampleRate)).map { frame in
            let offset = Double(frame - centre) / sampleRate
            return Float(exp(-offset * offset / (2 * 0.015 * 0.015)))
        }
        complex.withUnsafeBufferPointer { filter.consume($0, activity: &activity, band: &band) }
        let peak = (0..<activity.count).max { activity.value($0, lead: 0) < activity.value($1, lead: 0) } ?? 0
        return Int(peak + 1) * filter.decimation - 1 - centre
    }
}
