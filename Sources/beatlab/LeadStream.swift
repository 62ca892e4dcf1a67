import Signal
import WFDB

/// The ECG leads of a record as blocks, the way a live source gives them.
///
/// At most twelve leads (`LeadColumns`), one value a frame.
struct LeadStream {
    /// Name, rate and leads.
    let format: StreamFormat
    /// Length of the record; nil where only reading to the end will tell.
    var frameCount: Int64? { reader.frameCount }
    private let reader: RecordReader
    private let columns: [Int]
    private var frame: Int64 = 0
    private var values: [Float] = []

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
        guard StreamFormat.supportedRates.contains(reader.frameRate) else {
            let rates = StreamFormat.supportedRates
            throw Unsuitable(
                description: "\(reader.frameRate) frames a second are outside of \(Int(rates.lowerBound)) to "
                    + "\(Int(rates.upperBound)); convert the record to such a rate first")
        }
        self.reader = reader
        columns = leads.columns
        format = StreamFormat(stream: reader.header.name, sampleRate: reader.frameRate, leads: leads.names)
    }

    /// The next block; nil at the end of the record.
    mutating func next(maxFrames: Int = 4096) throws(WFDBError) -> SampleBlock? {
        let count = try reader.read(into: &values, maxFrames: maxFrames)
        guard count > 0 else { return nil }
        var leads: [Float] = []
        leads.reserveCapacity(count * columns.count)
        for frame in 0..<count {
            for column in columns { leads.append(values[frame * reader.valuesPerFrame + column]) }
        }
        defer { frame += Int64(count) }
        return SampleBlock(firstFrame: frame, leadCount: columns.count, values: leads)
    }
}
