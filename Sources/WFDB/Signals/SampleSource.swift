/// Delivers the samples of one signal file in file order, as ADC values.
protocol SampleSource: AnyObject {
    /// Samples in the file; nil where it does not say (a FLAC stream of unknown length).
    var sampleCount: Int64? { get }

    /// Decodes the next samples, at most as many as fit; 0 at the end.
    func decode(into samples: UnsafeMutableBufferPointer<Int32>) throws(WFDBError) -> Int

    /// Makes a sample the next one. Positions past the end give 0 samples afterwards.
    func seek(toSample sample: Int64) throws(WFDBError)
}

/// A signal file in one of the block formats.
final class BlockSource: SampleSource {
    private let file: FileBytes
    private let format: SignalFormat
    private let block: (bytes: Int, samples: Int)
    private let byteOffset: Int64
    private var next: Int64 = 0
    private let bytes: UnsafeMutableBufferPointer<UInt8>

    private static let blocksAtOnce = 16_384

    init(file: FileBytes, format: SignalFormat, block: (bytes: Int, samples: Int), byteOffset: Int64) {
        self.file = file
        self.format = format
        self.block = block
        self.byteOffset = byteOffset
        bytes = .allocate(capacity: Self.blocksAtOnce * block.bytes)
    }

    deinit { bytes.deallocate() }

    var sampleCount: Int64? { format.samples(inBytes: file.size - byteOffset) }

    func seek(toSample sample: Int64) throws(WFDBError) { next = sample }

    func decode(into samples: UnsafeMutableBufferPointer<Int32>) throws(WFDBError) -> Int {
        let lead = Int(next % Int64(block.samples))
        let wanted = min((samples.count) / block.samples, Self.blocksAtOnce)
        guard wanted > 0, let output = samples.baseAddress else { return 0 }
        let position = byteOffset + next / Int64(block.samples) * Int64(block.bytes)
        let limit = wanted * block.bytes
        let read = try file.read(
            at: position, into: UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: bytes[..<limit])))
        var blocks = read / block.bytes
        var count = blocks * block.samples
        let tail = read % block.bytes
        if tail > 0 {
            // The last block of a file may be cut short after its last whole sample.
            for index in read..<(blocks + 1) * block.bytes { bytes[index] = 0 }
            count += Int(format.samples(inBytes: Int64(tail)))
            blocks += 1
        }
        if let base = bytes.baseAddress {
            SampleUnpacking.unpack(format, UnsafePointer(base), blocks: blocks, into: output)
        }
        if lead > 0 {
            count = max(0, count - lead)
            output.update(from: output + lead, count: count)
        }
        next += Int64(count)
        return count
    }
}
