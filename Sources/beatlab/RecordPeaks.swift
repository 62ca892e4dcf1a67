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
    /// All signals with a voltage take part that have as many samples per frame as the first of them, up to twelve;
    /// with `lead` only the one of that number among the record's signals.
    init(path: String, lead: Int?) throws {
        let reader = try RecordReader(path: path)
        let columns = try Self.columns(of: reader, lead: lead)
        samplesPerFrame = columns.samplesPerFrame
        sampleRate = reader.header.frameRate * Double(samplesPerFrame)
        guard StreamFormat.supportedRates.contains(sampleRate) else {
            throw DetectProblem(
                status: .dataError,
                message: "\(sampleRate) Hz: the detector takes 100 to 1000 Hz; convert the record first")
        }
        let leadCount = columns.first.count
        var detector = PanTompkins(sampleRate: sampleRate, leadCount: leadCount)
        var block = SampleBlock(firstFrame: 0, leadCount: leadCount, values: [])
        var values: [Float] = []
        while try reader.read(into: &values, maxFrames: 4096) > 0 {
            block.values.removeAll(keepingCapacity: true)
            for start in stride(from: 0, to: values.count, by: reader.valuesPerFrame) {
                for sample in 0..<samplesPerFrame {
                    for column in columns.first { block.values.append(values[start + column + sample]) }
                }
            }
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

    /// The first columns of the leads in a frame, and how many samples of each follow one another.
    private static func columns(of reader: RecordReader, lead: Int?) throws -> (first: [Int], samplesPerFrame: Int) {
        var column = 0
        var leads: [(column: Int, samplesPerFrame: Int)] = []
        for (index, signal) in reader.signals.enumerated() {
            let isChosen = lead.map { $0 == index } ?? isVoltage(signal.units)
            if isChosen { leads.append((column, signal.samplesPerFrame)) }
            column += signal.samplesPerFrame
        }
        guard let samplesPerFrame = leads.first?.samplesPerFrame else {
            let message = lead.map { "has no signal \($0)" } ?? "has no signal in volts; choose one with --lead"
            throw DetectProblem(status: .dataError, message: message)
        }
        let alike = leads.filter { $0.samplesPerFrame == samplesPerFrame }.map(\.column)
        return (Array(alike.prefix(StreamFormat.supportedLeadCounts.upperBound)), samplesPerFrame)
    }

    private static func isVoltage(_ units: String) -> Bool {
        units.isEmpty || ["v", "mv", "uv", "µv", "nv"].contains(units.lowercased())
    }
}
