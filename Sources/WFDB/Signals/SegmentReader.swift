/// Reads the frames of one segment: a record with signal files of its own.
final class SegmentReader {
    let header: Header
    /// Length in frames: the header's, or what the files hold; nil where only reading to the end will tell.
    let frameCount: Int64?
    private(set) var groups: [SignalGroup]
    private(set) var position: Int64 = 0
    /// True while every frame from the first one was read in order.
    private(set) var isSequential = true
    private let valuesPerFrame: Int

    /// `columns` holds for each signal of the segment its place in the record's frame of `valuesPerFrame` values.
    init(header: Header, location: RecordLocation, columns: [Int?], valuesPerFrame: Int) throws(WFDBError) {
        self.header = header
        self.valuesPerFrame = valuesPerFrame
        groups = try SignalGroup.open(header: header, location: location, columns: columns)
        if let frames = header.frameCount {
            frameCount = frames
        } else {
            let counts = groups.map(\.framesInFile)
            frameCount = counts.contains(nil) ? nil : counts.compactMap { $0 }.min() ?? 0
        }
        for group in groups where group.skew > 0 { try skip(group) }
    }

    /// Reads the signals of an EDF file.
    init(_ file: EDFFile) {
        let group = SignalGroup.open(file)
        header = file.header
        frameCount = file.header.frameCount
        groups = [group]
        valuesPerFrame = group.samplesPerFrame
    }

    /// Reads over the frames that precede frame 0 of a skewed group, counting them in the checksum.
    private func skip(_ group: SignalGroup) throws(WFDBError) {
        while group.fileFrame < group.skew {
            let ready = try group.stage()
            guard ready > 0 else { return }
            let frames = Int(min(Int64(ready), group.skew - group.fileFrame))
            group.addToSums(frames: min(frames, framesToSum(group)))
            group.consume(frames)
        }
    }

    private func framesToSum(_ group: SignalGroup) -> Int {
        guard let frameCount else { return Int.max }
        return Int(clamping: max(0, frameCount - group.fileFrame))
    }

    func seek(toFrame frame: Int64) throws(WFDBError) {
        for group in groups { try group.seek(toFileFrame: frame + group.skew) }
        isSequential = false
        position = frame
    }

    /// Reads physical values, `frames` at most, into frames of the record.
    ///
    /// Columns of other signals stay as they are.
    func read(frames: Int, into output: UnsafeMutablePointer<Float>) throws(WFDBError) -> Int {
        let stride = valuesPerFrame
        return try read(frames: frames) { group, member, column, done, count in
            guard let samples = group.samples else { return }
            let input = samples + member.offset
            let output = output + done * stride + column
            for sample in 0..<member.samplesPerFrame {
                Self.convert(
                    input + sample, group.samplesPerFrame, member, to: output + sample, stride, count: count)
            }
        } fill: { member, column, done, count in
            for frame in done..<done + count {
                for sample in 0..<member.samplesPerFrame { output[frame * stride + column + sample] = .nan }
            }
        }
    }

    /// Reads ADC values; `Int32.min` stands for a missing sample.
    func readRaw(frames: Int, into output: UnsafeMutablePointer<Int32>) throws(WFDBError) -> Int {
        let stride = valuesPerFrame
        return try read(frames: frames) { group, member, column, done, count in
            guard let samples = group.samples else { return }
            let inputStride = group.samplesPerFrame
            let missing = member.missingValue ?? RecordReader.missingSample
            for sample in 0..<member.samplesPerFrame {
                let input = samples + member.offset + sample
                let output = output + done * stride + column + sample
                for frame in 0..<count {
                    let value = input[frame * inputStride]
                    output[frame * stride] = value == missing ? RecordReader.missingSample : value
                }
            }
        } fill: { member, column, done, count in
            for frame in done..<done + count {
                for sample in 0..<member.samplesPerFrame {
                    output[frame * stride + column + sample] = RecordReader.missingSample
                }
            }
        }
    }

    private static func convert(
        _ input: UnsafePointer<Int32>, _ inputStride: Int, _ member: SignalGroup.Member,
        to output: UnsafeMutablePointer<Float>, _ stride: Int, count: Int
    ) {
        let gain = member.gain
        let baseline = member.baseline
        guard let missing = member.missingValue else {
            for frame in 0..<count {
                output[frame * stride] = Float((Double(input[frame * inputStride]) - baseline) / gain)
            }
            return
        }
        for frame in 0..<count {
            let value = input[frame * inputStride]
            let physical = Float((Double(value) - baseline) / gain)
            output[frame * stride] = value == missing ? .nan : physical
        }
    }

    private func read(
        frames: Int,
        convert: (SignalGroup, SignalGroup.Member, _ column: Int, _ done: Int, _ count: Int) -> Void,
        fill: (SignalGroup.Member, _ column: Int, _ done: Int, _ count: Int) -> Void
    ) throws(WFDBError) -> Int {
        var wanted = frames
        if let frameCount { wanted = Int(min(Int64(wanted), max(0, frameCount - position))) }
        // A record whose signals have no files has frames all the same; the caller has filled them.
        guard wanted > 0, !groups.isEmpty || frameCount != nil else { return 0 }
        var produced = wanted
        for group in groups {
            var done = 0
            while done < wanted {
                let ready = try group.stage()
                guard ready > 0 else { break }
                var count = min(ready, wanted - done)
                let summed = framesToSum(group)
                if summed > 0 {
                    count = min(count, summed)
                    group.addToSums(frames: count)
                }
                for member in group.members {
                    if let column = member.column { convert(group, member, column, done, count) }
                }
                group.consume(count)
                done += count
            }
            if done < wanted, group.skew > 0 {
                // The file ends `skew` frames before the record does for these signals.
                let padding = min(Int64(wanted - done), max(0, group.fileFrame - position - Int64(done)))
                for member in group.members {
                    if let column = member.column { fill(member, column, done, Int(padding)) }
                }
                done += Int(padding)
            }
            produced = min(produced, done)
        }
        position += Int64(produced)
        if produced == 0, let expected = header.frameCount {
            // What was there has been handed out by the reads before.
            let shortest = groups.min { $0.fileFrame < $1.fileFrame }
            throw .truncatedSignal(
                path: shortest?.path ?? header.name, framesExpected: expected, framesFound: position)
        }
        return produced
    }
}
