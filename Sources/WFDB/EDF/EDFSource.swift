/// The samples of an EDF file, frame by frame, in the order of its signals.
///
/// A data record holds all samples of the first signal, then all of the second and so on; one record is in memory at a
/// time.
final class EDFSource: SampleSource {
    private let file: EDFFile
    private let samplesPerFrame: [Int]
    private let valuesPerFrame: Int
    private let framesPerRecord: Int
    private let frameCount: Int64
    private var frame: Int64 = 0
    private var record: Int64 = -1
    private var bytes: [UInt8] = []

    init(_ file: EDFFile) {
        self.file = file
        samplesPerFrame = file.header.signals.map(\.samplesPerFrame)
        valuesPerFrame = samplesPerFrame.reduce(0, +)
        framesPerRecord = file.framesPerRecord
        frameCount = file.layout.recordCount * Int64(framesPerRecord)
    }

    var sampleCount: Int64? { frameCount * Int64(valuesPerFrame) }

    func seek(toSample sample: Int64) throws(WFDBError) { frame = sample / Int64(valuesPerFrame) }

    func decode(into samples: UnsafeMutableBufferPointer<Int32>) throws(WFDBError) -> Int {
        var done = 0
        while frame < frameCount, samples.count - done >= valuesPerFrame {
            let first = Int(frame % Int64(framesPerRecord))
            try load(record: frame / Int64(framesPerRecord))
            let frames = min(framesPerRecord - first, (samples.count - done) / valuesPerFrame)
            unpack(first..<first + frames, into: UnsafeMutableBufferPointer(rebasing: samples[done...]))
            done += frames * valuesPerFrame
            frame += Int64(frames)
        }
        return done
    }

    private func load(record index: Int64) throws(WFDBError) {
        guard index != record else { return }
        let layout = file.layout
        let position = Int64(layout.headerBytes) + index * Int64(layout.recordBytes)
        bytes = try file.file.bytes(at: position, count: layout.recordBytes)
        guard bytes.count == layout.recordBytes else {
            record = -1
            throw .corruptSignal(path: file.file.path, frame: frame, problem: "the file has become shorter")
        }
        record = index
    }

    private func unpack(_ frames: Range<Int>, into samples: UnsafeMutableBufferPointer<Int32>) {
        let format: SignalFormat = file.layout.bytesPerSample == 3 ? .int24 : .int16
        var column = 0
        bytes.withUnsafeBufferPointer { bytes in
            guard let bytes = bytes.baseAddress, let output = samples.baseAddress else { return }
            for (signal, count) in zip(file.layout.signals.filter { !$0.isAnnotation }, samplesPerFrame) {
                for (row, frame) in frames.enumerated() {
                    SampleUnpacking.unpack(
                        format, bytes + signal.offset + frame * count * file.layout.bytesPerSample, blocks: count,
                        into: output + row * valuesPerFrame + column)
                }
                column += count
            }
        }
    }
}

extension SignalGroup {
    /// The signals of an EDF file.
    static func open(_ file: EDFFile) -> SignalGroup {
        var offset = 0
        var members: [Member] = []
        for (index, signal) in file.header.signals.enumerated() {
            members.append(
                Member(
                    signal: index, offset: offset, samplesPerFrame: signal.samplesPerFrame,
                    missingValue: signal.format.missingValue, gain: signal.gain / signal.millivoltsPerUnit,
                    baseline: file.baselines[index], column: offset))
            offset += signal.samplesPerFrame
        }
        return SignalGroup(
            path: file.file.path, source: EDFSource(file), samplesPerFrame: offset, skew: 0, members: members)
    }
}
