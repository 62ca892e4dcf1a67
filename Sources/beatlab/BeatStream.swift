import Conditioning
import Detection
import Extraction
import Signal

/// The beats of a record, cut out of it by the stages of the daemon.
///
///     var beats = BeatStream(try LeadStream(path: path), window: model.window)
///     while let some = try beats.next() { … }
struct BeatStream {
    /// Name, rate and leads of the record.
    var format: StreamFormat { stream.format }
    /// Samples of a beat's count in a frame of the record, which annotations count.
    var samplesPerFrame: Int { stream.samplesPerFrame }
    private var stream: LeadStream
    private var conditioner: Conditioner
    private var detector: PanTompkins
    private var extractor: BeatExtractor
    private var conditioned: SampleBlock
    /// Length of the record; nil where only reading to the end will tell, and there is more to read.
    var frameCount: Int64? { stream.frameCount ?? (isFinished ? end : nil) }
    private var end: Int64 = 0
    private var isFinished = false

    init(_ stream: LeadStream, window: BeatWindow) {
        self.stream = stream
        let format = stream.format
        conditioner = Conditioner(
            sampleRate: format.sampleRate, leadCount: format.leads.count, modelRate: window.rate)
        detector = PanTompkins(sampleRate: format.sampleRate, leadCount: format.leads.count)
        extractor = BeatExtractor(
            sampleRate: format.sampleRate, leads: format.leads, lookAhead: conditioner.lookAhead, window: window)
        conditioned = SampleBlock(firstFrame: 0, leadCount: format.leads.count, values: [])
    }

    /// The beats, provisional and final, that the next stretch of signal completes; nil after the last one.
    mutating func next() throws -> [Beat]? {
        guard !isFinished else { return nil }
        var peaks: [RPeak] = []
        var beats: [Beat] = []
        if let block = try stream.next() {
            end = block.endFrame
            detector.consume(block) { peaks.append($0) }
            conditioner.consume(block, into: &conditioned)
            extractor.consume(conditioned, peaks: peaks, through: end) { beats.append($0) }
        } else {
            isFinished = true
            detector.finish { peaks.append($0) }
            conditioner.finish(into: &conditioned)
            extractor.consume(conditioned, peaks: peaks, through: end) { beats.append($0) }
            extractor.finish { beats.append($0) }
        }
        return beats
    }
}
