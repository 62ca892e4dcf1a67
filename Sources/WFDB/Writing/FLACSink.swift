internal import CFLAC

/// Writes a signal file as a FLAC stream, one channel for each signal (formats 508, 516, 524).
final class FLACSink: SampleSink {
    /// What the encoder's callbacks work on.
    private final class Stream {
        let output: RecordFile
        var offset: UInt64 = 0
        var problem: WFDBError?

        init(output: RecordFile) { self.output = output }
    }

    static let formats: Set<SignalFormat> = [.flac8, .flac16, .flac24]

    private let path: String
    private let stream: Stream
    private let encoder: UnsafeMutablePointer<FLAC__StreamEncoder>
    private let channels: Int
    private let samplesPerFrame: Int
    private var interleaved: [Int32] = []

    /// Begins a stream.
    ///
    /// FLAC wants a sample rate that it can hold; WFDB's readers take theirs from the header.
    init(path: String, format: SignalFormat, channels: Int, samplesPerFrame: Int) throws(WFDBError) {
        guard (1...8).contains(channels) else {
            throw .unrepresentable(what: "\(path) with \(channels) signals", problem: "FLAC has 1 to 8 channels")
        }
        stream = Stream(output: try RecordFile(path: path))
        guard let encoder = FLAC__stream_encoder_new() else {
            throw .unwritable(path: path, reason: "no memory for the FLAC encoder")
        }
        self.path = path
        self.encoder = encoder
        self.channels = channels
        self.samplesPerFrame = samplesPerFrame
        FLAC__stream_encoder_set_channels(encoder, UInt32(channels))
        FLAC__stream_encoder_set_bits_per_sample(encoder, UInt32(format.bits))
        FLAC__stream_encoder_set_sample_rate(encoder, 96_000)
        FLAC__stream_encoder_set_compression_level(encoder, 5)
        let status = FLAC__stream_encoder_init_stream(
            encoder, Self.writeBytes, Self.seekBytes, Self.tellBytes, nil, Unmanaged.passUnretained(stream).toOpaque())
        guard status == FLAC__STREAM_ENCODER_INIT_STATUS_OK else {
            throw .unwritable(path: path, reason: "the FLAC encoder does not start (\(status.rawValue))")
        }
    }

    deinit { FLAC__stream_encoder_delete(encoder) }

    func write(_ samples: UnsafeBufferPointer<Int32>) throws(WFDBError) {
        let valuesPerFrame = channels * samplesPerFrame
        let frames = samples.count / valuesPerFrame
        interleaved.removeAll(keepingCapacity: true)
        for frame in 0..<frames {
            for sample in 0..<samplesPerFrame {
                for channel in 0..<channels {
                    interleaved.append(samples[frame * valuesPerFrame + channel * samplesPerFrame + sample])
                }
            }
        }
        let accepted = interleaved.withUnsafeBufferPointer {
            FLAC__stream_encoder_process_interleaved(encoder, $0.baseAddress, UInt32(frames * samplesPerFrame)) != 0
        }
        guard accepted else { throw failure }
    }

    func close() throws(WFDBError) {
        guard FLAC__stream_encoder_finish(encoder) != 0 else { throw failure }
        try stream.output.close()
    }

    private var failure: WFDBError {
        stream.problem
            ?? .unwritable(
                path: path, reason: String(cString: FLAC__stream_encoder_get_resolved_state_string(encoder)))
    }

    private static func stream(_ client: UnsafeMutableRawPointer?) -> Stream? {
        client.map { Unmanaged<Stream>.fromOpaque($0).takeUnretainedValue() }
    }

    private static let writeBytes: FLAC__StreamEncoderWriteCallback = { _, bytes, count, _, _, client in
        guard let stream = stream(client), let bytes else { return FLAC__STREAM_ENCODER_WRITE_STATUS_FATAL_ERROR }
        do throws(WFDBError) {
            try stream.output.write(Array(UnsafeBufferPointer(start: bytes, count: count)), at: Int64(stream.offset))
        } catch {
            stream.problem = error
            return FLAC__STREAM_ENCODER_WRITE_STATUS_FATAL_ERROR
        }
        stream.offset += UInt64(count)
        return FLAC__STREAM_ENCODER_WRITE_STATUS_OK
    }

    private static let seekBytes: FLAC__StreamEncoderSeekCallback = { _, offset, client in
        guard let stream = stream(client) else { return FLAC__STREAM_ENCODER_SEEK_STATUS_ERROR }
        stream.offset = offset
        return FLAC__STREAM_ENCODER_SEEK_STATUS_OK
    }

    private static let tellBytes: FLAC__StreamEncoderTellCallback = { _, offset, client in
        guard let stream = stream(client), let offset else { return FLAC__STREAM_ENCODER_TELL_STATUS_ERROR }
        offset.pointee = stream.offset
        return FLAC__STREAM_ENCODER_TELL_STATUS_OK
    }
}
