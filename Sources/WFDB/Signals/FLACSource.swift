internal import CFLAC

/// A signal file that is a FLAC stream (formats 508, 516, 524): each channel is a signal.
///
/// All signals of the file have the same number of samples per frame; a frame takes that many consecutive samples of
/// every channel. Any error of the decoder is an error here: it would otherwise search for the next intact block and
/// join what is not contiguous.
final class FLACSource: SampleSource {
    /// What the decoder's callbacks work on.
    private final class Stream {
        let file: FileBytes
        let byteOffset: Int64
        let channels: Int
        let bits: Int
        var offset: Int64 = 0
        /// Samples of each channel that have been decoded and not handed out.
        var decoded: [[Int32]]
        var problem: String?
        var total: Int64?

        init(file: FileBytes, byteOffset: Int64, channels: Int, bits: Int) {
            self.file = file
            self.byteOffset = byteOffset
            self.channels = channels
            self.bits = bits
            decoded = Array(repeating: [], count: channels)
        }

        var size: Int64 { max(0, file.size - byteOffset) }
    }

    private let stream: Stream
    private let decoder: UnsafeMutablePointer<FLAC__StreamDecoder>
    private let samplesPerFrame: Int
    /// Samples per channel that lie in `stream.decoded` and have been handed out.
    private var used = 0
    /// Position in samples per channel.
    private var next: Int64 = 0
    private var isAtEnd = false

    /// Opens a stream and reads what precedes its first block.
    ///
    /// - Parameters:
    ///   - channels: signals in the file, 1 to 8.
    ///   - samplesPerFrame: samples of each signal in a frame.
    init(
        file: FileBytes, format: SignalFormat, byteOffset: Int64, channels: Int, samplesPerFrame: Int
    ) throws(WFDBError) {
        guard let decoder = FLAC__stream_decoder_new() else {
            throw .unsupportedFormat(format, reason: "needs memory for its decoder that is not there")
        }
        stream = Stream(file: file, byteOffset: byteOffset, channels: channels, bits: format.bits)
        self.decoder = decoder
        self.samplesPerFrame = samplesPerFrame
        let status = FLAC__stream_decoder_init_stream(
            decoder, Self.readBytes, Self.seekBytes, Self.tellBytes, Self.lengthInBytes, Self.isAtEndOfBytes,
            Self.takeBlock, Self.takeMetadata, Self.takeError, Unmanaged.passUnretained(stream).toOpaque())
        guard status == FLAC__STREAM_DECODER_INIT_STATUS_OK else { throw corrupt("the decoder does not start") }
        guard FLAC__stream_decoder_process_until_end_of_metadata(decoder) != 0 else {
            throw corrupt(stream.problem ?? "there is no FLAC stream")
        }
        if let problem = stream.problem { throw corrupt(problem) }
    }

    deinit { FLAC__stream_decoder_delete(decoder) }

    var sampleCount: Int64? { stream.total.map { $0 * Int64(stream.channels) } }

    func decode(into samples: UnsafeMutableBufferPointer<Int32>) throws(WFDBError) -> Int {
        let valuesPerFrame = samplesPerFrame * stream.channels
        guard samples.count >= valuesPerFrame else { return 0 }
        while stream.decoded[0].count - used < samplesPerFrame, !isAtEnd { try decodeBlock() }
        let frames = min((stream.decoded[0].count - used) / samplesPerFrame, samples.count / valuesPerFrame)
        for channel in 0..<stream.channels {
            stream.decoded[channel].withUnsafeBufferPointer { input in
                for frame in 0..<frames {
                    let from = used + frame * samplesPerFrame
                    let to = frame * valuesPerFrame + channel * samplesPerFrame
                    for sample in 0..<samplesPerFrame { samples[to + sample] = input[from + sample] }
                }
            }
        }
        used += frames * samplesPerFrame
        next += Int64(frames * samplesPerFrame)
        return frames * valuesPerFrame
    }

    func seek(toSample sample: Int64) throws(WFDBError) {
        let target = sample / Int64(stream.channels)
        discard()
        isAtEnd = false
        stream.problem = nil
        if let total = stream.total, target >= total {
            isAtEnd = true
            next = target
            return
        }
        guard FLAC__stream_decoder_seek_absolute(decoder, UInt64(target)) != 0 else {
            _ = FLAC__stream_decoder_flush(decoder)
            throw corrupt(stream.problem ?? "sample \(target) cannot be found")
        }
        next = target
    }

    private func discard() {
        for channel in stream.decoded.indices { stream.decoded[channel].removeAll(keepingCapacity: true) }
        used = 0
    }

    private func decodeBlock() throws(WFDBError) {
        if used > 0 {
            for channel in stream.decoded.indices { stream.decoded[channel].removeFirst(used) }
            used = 0
        }
        let succeeded = FLAC__stream_decoder_process_single(decoder) != 0
        if let problem = stream.problem { throw corrupt(problem) }
        let state = FLAC__stream_decoder_get_state(decoder)
        if state == FLAC__STREAM_DECODER_END_OF_STREAM {
            isAtEnd = true
        } else if !succeeded {
            throw corrupt(
                "the decoder stopped: \(String(cString: FLAC__stream_decoder_get_resolved_state_string(decoder)))")
        }
    }

    private func corrupt(_ problem: String) -> WFDBError {
        .corruptSignal(path: stream.file.path, frame: next / Int64(samplesPerFrame), problem: problem)
    }
}

// The decoder's callbacks. `client` is the `Stream`, which outlives the decoder.
extension FLACSource {
    private static func stream(_ client: UnsafeMutableRawPointer?) -> Stream? {
        client.map { Unmanaged<Stream>.fromOpaque($0).takeUnretainedValue() }
    }

    private static let readBytes: FLAC__StreamDecoderReadCallback = { _, buffer, count, client in
        guard let stream = stream(client), let buffer, let count else { return FLAC__STREAM_DECODER_READ_STATUS_ABORT }
        do throws(WFDBError) {
            count.pointee = try stream.file.read(
                at: stream.byteOffset + stream.offset,
                into: UnsafeMutableRawBufferPointer(start: buffer, count: count.pointee))
        } catch {
            stream.problem = error.description
            return FLAC__STREAM_DECODER_READ_STATUS_ABORT
        }
        stream.offset += Int64(count.pointee)
        return count.pointee == 0
            ? FLAC__STREAM_DECODER_READ_STATUS_END_OF_STREAM : FLAC__STREAM_DECODER_READ_STATUS_CONTINUE
    }

    private static let seekBytes: FLAC__StreamDecoderSeekCallback = { _, offset, client in
        guard let stream = stream(client), offset <= UInt64(stream.size) else {
            return FLAC__STREAM_DECODER_SEEK_STATUS_ERROR
        }
        stream.offset = Int64(offset)
        return FLAC__STREAM_DECODER_SEEK_STATUS_OK
    }

    private static let tellBytes: FLAC__StreamDecoderTellCallback = { _, offset, client in
        guard let stream = stream(client), let offset else { return FLAC__STREAM_DECODER_TELL_STATUS_ERROR }
        offset.pointee = UInt64(stream.offset)
        return FLAC__STREAM_DECODER_TELL_STATUS_OK
    }

    private static let lengthInBytes: FLAC__StreamDecoderLengthCallback = { _, length, client in
        guard let stream = stream(client), let length else { return FLAC__STREAM_DECODER_LENGTH_STATUS_ERROR }
        length.pointee = UInt64(stream.size)
        return FLAC__STREAM_DECODER_LENGTH_STATUS_OK
    }

    private static let isAtEndOfBytes: FLAC__StreamDecoderEofCallback = { _, client in
        guard let stream = stream(client) else { return 1 }
        return stream.offset >= stream.size ? 1 : 0
    }

    private static let takeBlock: FLAC__StreamDecoderWriteCallback = { _, block, channels, client in
        guard let stream = stream(client), let block, let channels else {
            return FLAC__STREAM_DECODER_WRITE_STATUS_ABORT
        }
        let header = block.pointee.header
        guard Int(header.channels) == stream.channels, Int(header.bits_per_sample) == stream.bits else {
            stream.problem =
                "a block has \(header.channels) channels of \(header.bits_per_sample) bits, the header says "
                + "\(stream.channels) of \(stream.bits)"
            return FLAC__STREAM_DECODER_WRITE_STATUS_ABORT
        }
        for channel in 0..<stream.channels {
            guard let samples = channels[channel] else { return FLAC__STREAM_DECODER_WRITE_STATUS_ABORT }
            stream.decoded[channel] += UnsafeBufferPointer(start: samples, count: Int(header.blocksize))
        }
        return FLAC__STREAM_DECODER_WRITE_STATUS_CONTINUE
    }

    private static let takeMetadata: FLAC__StreamDecoderMetadataCallback = { _, metadata, client in
        guard let stream = stream(client), let metadata, metadata.pointee.type == FLAC__METADATA_TYPE_STREAMINFO else {
            return
        }
        let info = metadata.pointee.data.stream_info
        if info.total_samples > 0 { stream.total = Int64(clamping: info.total_samples) }
        if Int(info.channels) != stream.channels || Int(info.bits_per_sample) != stream.bits {
            stream.problem =
                "the stream has \(info.channels) channels of \(info.bits_per_sample) bits, the header says "
                + "\(stream.channels) of \(stream.bits)"
        }
    }

    private static let takeError: FLAC__StreamDecoderErrorCallback = { _, status, client in
        let words =
            switch status {
            case FLAC__STREAM_DECODER_ERROR_STATUS_LOST_SYNC: "the stream is not where it should be"
            case FLAC__STREAM_DECODER_ERROR_STATUS_BAD_HEADER: "a block's header is damaged"
            case FLAC__STREAM_DECODER_ERROR_STATUS_FRAME_CRC_MISMATCH: "a block does not match its check sum"
            default: "a block cannot be parsed"
            }
        stream(client)?.problem = words
    }
}
