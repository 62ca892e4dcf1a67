import Signal
import WFDB

/// The ECG leads of a record as blocks, the way a live source gives them.
///
/// At most twelve leads (`LeadColumns`), at their own rate: a frame here is one sample of each.
struct LeadStream {
    /// Name, rate and leads.
    let format: StreamFormat
    /// Length of the record; nil where only reading to the end will tell.
    var frameCount: Int64? { reader.frameCount.map { $0 * Int64(leads.samplesPerFrame) } }
    /// Samples of a lead in a frame of the record, which annotations count.
    var samplesPerFrame: Int { leads.samplesPerFrame }
    private let reader: RecordReader
    private let leads: LeadColumns
    private var frame: Int64 = 0
    private var frames: [Float] = []

    /// What keeps a record from being heard.
    struct Unsuitable: Error, CustomStringConvertible {
        let description: String
    }

    /// Opens a record.
    init(path: String) throws {
        let reader = try RecordReader(path: path)
        guard let leads = LeadColumns(of: reader.signals, most: StreamFormat.supportedLeadCounts.upperBound) else {
            throw Unsuitable(description: "the record has no signals")
        }
        let rate = reader.frameRate * Double(leads.samplesPerFrame)
        guard StreamFormat.supportedRates.contains(rate) else {
            let rates = StreamFormat.supportedRates
            throw Unsuitable(
                description: "\(rate) samples a second are outside of \(Int(rates.lowerBound)) to "
                    + "\(Int(rates.upperBound)); convert the record to such a rate first")
        }
        self.reader = reader
        self.leads = leads
        format = StreamFormat(stream: reader.header.name, sampleRate: rate, leads: leads.names)
    }

    /// The next block; nil at the end of the record.
    mutating func next(maxFrames: Int = 4096) throws(WFDBError) -> SampleBlock? {
        guard try reader.read(into: &frames, maxFrames: maxFrames) > 0 else { return nil }
        var block = SampleBlock(firstFrame: frame, leadCount: format.leads.count, values: [])
        leads.gather(frames, into: &block.values)
        frame = block.endFrame
        return block
    }
}
