/// Takes the samples of one signal file in file order, as ADC values.
protocol SampleSink: AnyObject {
    /// Writes whole frames.
    func write(_ samples: UnsafeBufferPointer<Int32>) throws(WFDBError)

    /// Ends the file and gives it its name.
    func close() throws(WFDBError)
}

/// Writes a signal file in format 16, 24, 32 or 212.
final class BlockSink: SampleSink {
    private let output: RecordFile
    private let format: SignalFormat
    private var bytes: [UInt8] = []
    /// In format 212, the first of a pair that still waits for its second.
    private var pending: Int32?

    static let formats: Set<SignalFormat> = [.int16, .int24, .int32, .packed12]

    init(path: String, format: SignalFormat) throws(WFDBError) {
        precondition(Self.formats.contains(format), "not a format to write")
        self.format = format
        output = try RecordFile(path: path)
    }

    func write(_ samples: UnsafeBufferPointer<Int32>) throws(WFDBError) {
        bytes.reserveCapacity(65_536)
        for sample in samples {
            switch format {
            case .packed12:
                guard let first = pending else {
                    pending = sample
                    continue
                }
                append(first, sample)
                pending = nil
            case .int24: append(sample, bytes: 3)
            case .int32: append(sample, bytes: 4)
            default: append(sample, bytes: 2)
            }
            if bytes.count >= 65_000 { try flush() }
        }
    }

    func close() throws(WFDBError) {
        if let pending {
            append(pending, 0)
            bytes.removeLast()
        }
        pending = nil
        try flush()
        try output.close()
    }

    private func append(_ sample: Int32, bytes count: Int) {
        for byte in 0..<count { bytes.append(UInt8(truncatingIfNeeded: sample >> Int32(8 * byte))) }
    }

    /// A pair of 12-bit samples in three bytes.
    private func append(_ first: Int32, _ second: Int32) {
        bytes.append(UInt8(truncatingIfNeeded: first))
        bytes.append(UInt8(truncatingIfNeeded: (first >> 8 & 0x0F) | (second >> 4 & 0xF0)))
        bytes.append(UInt8(truncatingIfNeeded: second))
    }

    private func flush() throws(WFDBError) {
        try output.write(bytes)
        bytes.removeAll(keepingCapacity: true)
    }
}
