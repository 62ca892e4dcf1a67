import Conditioning
import Detection
import Extraction
import Signal

/// The stages before the networks, fed block by block as a session feeds them.
struct Front {
    private(set) var beats = 0
    private var detector: PanTompkins
    private var conditioner: Conditioner
    private var extractor: BeatExtractor
    private var conditioned: SampleBlock
    private var peaks: [RPeak] = []

    init(rate: Double, leads: [String]) {
        detector = PanTompkins(sampleRate: rate, leadCount: leads.count)
        conditioner = Conditioner(sampleRate: rate, leadCount: leads.count, modelRate: BeatWindow.standard.rate)
        extractor = BeatExtractor(sampleRate: rate, leads: leads, lookAhead: conditioner.lookAhead)
        conditioned = SampleBlock(firstFrame: 0, leadCount: leads.count, values: [])
    }

    mutating func consume(_ block: SampleBlock) {
        peaks.removeAll(keepingCapacity: true)
        detector.consume(block) { peaks.append($0) }
        conditioner.consume(block, into: &conditioned)
        extractor.consume(conditioned, peaks: peaks, through: block.endFrame) { _ in beats += 1 }
    }
}

/// A pulse every 0.8 s in a little noise, on any number of leads at any rate, without end.
struct PulseTrain {
    /// Seconds between pulses.
    static let interval = 0.8
    let rate: Double
    let leadCount: Int
    private let wobble = noise(4096, seed: 3)
    private(set) var nextFrame: Int64 = 0

    init(rate: Double, leadCount: Int) {
        self.rate = rate
        self.leadCount = leadCount
    }

    /// The next frames.
    mutating func next(frames: Int) -> SampleBlock {
        var values: [Float] = []
        values.reserveCapacity(frames * leadCount)
        for frame in nextFrame..<nextFrame + Int64(frames) {
            let phase = (Double(frame) / rate).truncatingRemainder(dividingBy: Self.interval)
            let pulse = max(0, 1 - abs(Float(phase) - 0.03) / 0.03)
            for lead in 0..<leadCount {
                values.append(pulse / Float(lead + 1) + 0.02 * wobble[(Int(frame) * leadCount + lead) & 4095])
            }
        }
        defer { nextFrame += Int64(frames) }
        return SampleBlock(firstFrame: nextFrame, leadCount: leadCount, values: values)
    }
}
