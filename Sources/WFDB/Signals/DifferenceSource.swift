/// A signal file in format 8: each byte is the difference to the sample before of the same signal.
///
/// The value before the first one is the header's initial value. There is no way to find a value in the middle other
/// than to add up from the start, so seeking costs time in proportion to the position.
final class DifferenceSource: SampleSource {
    private let file: FileBytes
    private let byteOffset: Int64
    /// The signal that each sample of a frame belongs to.
    private let pattern: [Int]
    private let initialValues: [Int32]
    private var values: [Int32]
    private var next: Int64 = 0
    private let bytes = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 32_768)

    /// `signals` are those of the file in order, each with its samples per frame.
    init(file: FileBytes, byteOffset: Int64, signals: [(initialValue: Int32, samplesPerFrame: Int)]) {
        self.file = file
        self.byteOffset = byteOffset
        pattern = signals.indices.flatMap { Array(repeating: $0, count: signals[$0].samplesPerFrame) }
        initialValues = signals.map(\.initialValue)
        values = initialValues
    }

    deinit { bytes.deallocate() }

    var sampleCount: Int64? { max(0, file.size - byteOffset) }

    func seek(toSample sample: Int64) throws(WFDBError) {
        if sample < next {
            next = 0
            values = initialValues
        }
        let scratch = UnsafeMutableBufferPointer<Int32>.allocate(capacity: 4_096)
        defer { scratch.deallocate() }
        while next < sample {
            let count = Int(min(sample - next, 4_096))
            guard try decode(into: UnsafeMutableBufferPointer(rebasing: scratch[..<count])) > 0 else { return }
        }
    }

    func decode(into samples: UnsafeMutableBufferPointer<Int32>) throws(WFDBError) -> Int {
        let wanted = min(samples.count, bytes.count)
        let position = byteOffset + next
        let count = try file.read(
            at: position, into: UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: bytes[..<wanted])))
        var place = Int(next % Int64(pattern.count))
        for index in 0..<count {
            let signal = pattern[place]
            values[signal] &+= Int32(Int8(bitPattern: bytes[index]))
            samples[index] = values[signal]
            place = place + 1 == pattern.count ? 0 : place + 1
        }
        next += Int64(count)
        return count
    }
}
