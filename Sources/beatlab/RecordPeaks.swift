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
        // Only where the beats are is asked for.
        var detector = PanTompkins(sampleRate: sampleRate, leadCount: leadCount, pacing: nil)
        var block = SampleBlock(firstFrame: 0, leadCount: leadCount, values: [])
        var values: [Float] = []
        while try reader.read(into: &values, maxFrames: 4096) > 0 {
            columns.gather(values, framesOf: reader.valuesPerFrame, into: &block.values)
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

    /// Where the leads are in a frame of the record.
    private struct Columns {
        /// The first column of every lead.
        var first: [Int]
        /// How many samples of each follow one another.
        var samplesPerFrame: Int

        /// Takes the leads' values out of whole frames.
        func gather(_ values: [Float], framesOf valuesPerFrame: Int, into leads: inout [Float]) {
            let count = values.count / valuesPerFrame * samplesPerFrame * first.count
            if leads.count != count { leads = Array(repeating: 0, count: count) }
            leads.withUnsafeMutableBufferPointer { leads in
                values.withUnsafeBufferPointer { values in
                    for (lead, column) in first.enumerated() {
                        for sample in 0..<samplesPerFrame {
                            var place = sample * first.count + lead
                            var source = column + sample
                            while source < values.count {
                                leads[place] = values[source]
                                place &+= samplesPerFrame &* first.count
                                source &+= valuesPerFrame
                            }
                        }
                    }
                }
            }
        }
    }

    /// The leads that take part.
    private static func columns(of reader: RecordReader, lead: Int?) throws -> Columns {
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
        return Columns(
            first: Array(alike.prefix(StreamFormat.supportedLeadCounts.upperBound)), samplesPerFrame: samplesPerFrame)
    }

    private static func isVoltage(_ units: String) -> Bool {
        units.isEmpty || ["v", "mv", "uv", "µv", "nv"].contains(units.lowercased())
    }
}
