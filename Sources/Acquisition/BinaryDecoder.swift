internal import Signal

/// Reads interleaved frames of `s16le` or `f32le`.
///
/// The first bytes are looked at before any is believed: if `probeLength` of them are printable text with line feeds or
/// commas in it, the sender's promise was wrong and the stream is refused rather than read as noise.
struct BinaryDecoder: Sendable {
    /// Bytes that are looked at.
    static let probeLength = 256
    /// Bytes that a stream which ends early must have to be judged as text.
    static let shortestText = 16

    private let encoding: SampleEncoding
    private var carry: [UInt8] = []
    private var isProbing = true

    init(encoding: SampleEncoding) {
        precondition(!encoding.isText, "text has its own decoders")
        self.encoding = encoding
    }

    mutating func consume(
        _ bytes: UnsafeRawBufferPointer, into frames: inout FrameAssembler, emit: (StreamItem) -> Void
    ) throws(StreamError) {
        if isProbing || !carry.isEmpty {
            // Only the first bytes of a stream and the pieces of one frame pass through here.
            let frameSize = encoding.valueSize * frames.leadCount
            let wanted = isProbing ? max(Self.probeLength, frameSize) : frameSize
            let taken = min(bytes.count, wanted - carry.count)
            carry.append(contentsOf: bytes[..<taken])
            guard carry.count == wanted else { return }
            try settle(into: &frames, emit: emit)
            return try consume(UnsafeRawBufferPointer(rebasing: bytes[taken...]), into: &frames, emit: emit)
        }
        try decode(bytes, into: &frames, emit: emit)
    }

    mutating func finish(into frames: inout FrameAssembler, emit: (StreamItem) -> Void) throws(StreamError) {
        if isProbing { try settle(into: &frames, emit: emit) }
        if !carry.isEmpty { frames.rejections.count(.partialFrame) }
        carry = []
    }

    /// Believes the held bytes, or says why not.
    private mutating func settle(into frames: inout FrameAssembler, emit: (StreamItem) -> Void) throws(StreamError) {
        let held = carry
        carry.removeAll(keepingCapacity: true)
        if isProbing {
            isProbing = false
            if Self.looksLikeText(held) {
                let beginning = String(decoding: held.prefix(32).filter { $0 >= 0x20 }, as: UTF8.self)
                throw .textWhereBinaryPromised(encoding: encoding, beginning: beginning)
            }
        }
        try Self.withBytes(of: held) { bytes throws(StreamError) in
            try decode(bytes, into: &frames, emit: emit)
        }
    }

    private static func withBytes(
        of array: [UInt8], _ body: (UnsafeRawBufferPointer) throws(StreamError) -> Void
    ) throws(StreamError) {
        try array.withUnsafeBufferPointer { buffer throws(StreamError) in try body(UnsafeRawBufferPointer(buffer)) }
    }

    private static func looksLikeText(_ bytes: [UInt8]) -> Bool {
        guard bytes.count >= shortestText else { return false }
        let isPrintable = bytes.allSatisfy { (0x20...0x7E).contains($0) || [0x09, 0x0A, 0x0D].contains($0) }
        return isPrintable && bytes.contains { [0x0A, UInt8(ascii: ","), UInt8(ascii: "{")].contains($0) }
    }

    private mutating func decode(
        _ bytes: UnsafeRawBufferPointer, into frames: inout FrameAssembler, emit: (StreamItem) -> Void
    ) throws(StreamError) {
        let frameSize = encoding.valueSize * frames.leadCount
        let whole = bytes.count / frameSize * frameSize
        var offset = 0
        while offset < whole {
            for _ in 0..<frames.leadCount {
                frames.append(frames.millivolts(raw(bytes, offset)))
                offset += encoding.valueSize
            }
            try frames.flushIfLong(emit: emit)
        }
        carry.append(contentsOf: bytes[whole...])
    }

    private func raw(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> Float {
        if encoding == .s16le {
            let value = Int16(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Int16.self))
            return value == .min ? .nan : Float(value)
        }
        let bits = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
        return Float(bitPattern: bits)
    }
}
