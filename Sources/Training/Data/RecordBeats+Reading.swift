import Conditioning
import Detection
public import Extraction
public import Scoring
public import Signal
import WFDB

extension RecordBeats {
    /// Runs a record through the live stages, from its first sample, and labels what they found.
    ///
    /// - Parameters:
    ///   - path: the record's path without extension; annotations are read from `.atr`.
    ///   - mapping: how annotation codes become classes.
    ///   - window: what is cut out.
    ///   - lead: the only signal to look at, by its number in the header; all leads where nil.
    ///   - distort: called with all signals of every block before the stages see it: noise for augmentation and ladders.
    public init(
        reading record: RecordName, path: String, mapping: LabelMapping, window: BeatWindow = .standard,
        lead: Int? = nil, distort: ((inout SampleBlock) -> Void)? = nil
    ) throws(TrainingError) {
        let reader: RecordReader
        let reference: [Annotation]
        do {
            reader = try RecordReader(path: path)
            reference = try Annotation.reference(
                ofRecordAt: path, frameRate: reader.frameRate, frameCount: reader.frameCount)
        } catch {
            throw .unusable(path, cause: error)
        }
        let leads = try LeadColumns.usable(of: reader.signals, frameRate: reader.frameRate, path: path, lead: lead)
        let format = StreamFormat(stream: record.name, sampleRate: reader.frameRate, leads: leads.names)
        var frames = SampleBlock(firstFrame: 0, leadCount: reader.valuesPerFrame, values: [])
        self.init(
            record: record, format: format, frameCount: reader.frameCount ?? reference.last?.sample ?? 0,
            window: window, reference: reference)
        do {
            try run { block throws(WFDBError) in
                guard try reader.read(into: &frames.values, maxFrames: 4096) > 0 else { return false }
                distort?(&frames)
                leads.gather(frames.values, into: &block.values)
                frames.firstFrame = frames.endFrame
                return true
            }
        } catch {
            throw .unusable(path, cause: error)
        }
        try label(by: mapping)
    }

    /// Runs (frames, leads) in mV, or one lead of it, through the live stages, and labels what they found.
    init(
        of values: [Float], format: StreamFormat, record: RecordName, reference: [Annotation], mapping: LabelMapping,
        lead: Int? = nil, window: BeatWindow = .standard
    ) throws(TrainingError) {
        let leadCount = format.leads.count
        if let lead {
            var single = format
            single.leads = [format.leads[lead]]
            try self.init(
                of: stride(from: lead, to: values.count, by: leadCount).map { values[$0] }, format: single,
                record: record, reference: reference, mapping: mapping, window: window)
            return
        }
        self.init(
            record: record, format: format, frameCount: Int64(values.count / leadCount), window: window,
            reference: reference)
        run { block in
            let rest = values.dropFirst(Int(block.firstFrame) * leadCount)
            block.values = Array(rest.prefix(4096 * leadCount))
            return !rest.isEmpty
        }
        try label(by: mapping)
    }

    /// Runs block after block through the live stages until `fill` says that there is none.
    private mutating func run<Failure: Error>(_ fill: (inout SampleBlock) throws(Failure) -> Bool) throws(Failure) {
        let leadCount = format.leads.count
        var conditioner = Conditioner(sampleRate: format.sampleRate, leadCount: leadCount, modelRate: window.rate)
        var detector = PanTompkins(sampleRate: format.sampleRate, leadCount: leadCount)
        var extractor = BeatExtractor(
            sampleRate: format.sampleRate, leads: format.leads, lookAhead: conditioner.lookAhead, window: window)
        var block = SampleBlock(firstFrame: 0, leadCount: leadCount, values: [])
        var conditioned = block
        var peaks: [RPeak] = []
        while try fill(&block) {
            peaks.removeAll(keepingCapacity: true)
            detector.consume(block) { peaks.append($0) }
            conditioner.consume(block, into: &conditioned)
            extractor.consume(conditioned, peaks: peaks, through: block.endFrame) { append($0) }
            block.firstFrame = block.endFrame
        }
        peaks.removeAll(keepingCapacity: true)
        detector.finish { peaks.append($0) }
        conditioner.finish(into: &conditioned)
        extractor.consume(conditioned, peaks: peaks, through: block.firstFrame) { append($0) }
        extractor.finish { append($0) }
    }
}
