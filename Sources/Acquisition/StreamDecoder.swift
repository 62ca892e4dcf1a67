public import Signal

/// Turns the bytes of one sender into frames, in whatever pieces they come.
///
///     var decoder = StreamDecoder(parameters: flags, name: "stdin")
///     try decoder.consume(bytes) { item in … }      // decoder.format is known before the first item
///     try decoder.finish { item in … }
///
/// A stream may begin with one header line, a JSON object whose first key is `type`; what it says goes before the
/// parameters given here. Then come samples in the encoding that one of the two named.
///
/// Input is taken as hostile: lines, headers and numbers have limits, what cannot be used is counted in `rejections`, and
/// what makes the rest unreadable is a ``StreamError``. The frames do not depend on how the bytes were cut.
public struct StreamDecoder: Sendable {
    /// Bytes of the longest header line.
    public static let headerLimit = 8192

    /// Name, rate and leads, once they are known.
    public private(set) var format: StreamFormat?
    /// What could not be used so far.
    public var rejections: Rejections { frames?.rejections ?? Rejections() }
    /// Index of the frame that comes next.
    public var nextFrame: Int64 { frames?.nextFrame ?? firstFrame }

    private let parameters: StreamParameters
    private let name: String
    private let firstFrame: Int64
    private let continued: StreamFormat?
    private var beginning: [UInt8] = []
    private var frames: FrameAssembler?
    private var samples: Samples?

    private enum Samples: Sendable {
        case binary(BinaryDecoder)
        case text(TextDecoder)
    }

    /// Makes a decoder for one sender.
    ///
    /// - Parameters:
    ///   - parameters: What holds where the sender says nothing.
    ///   - name: Name of the stream if neither header nor parameters give one.
    ///   - firstFrame: Index of the first frame: not 0 where a writer came back to a stream that goes on.
    ///   - continued: What that stream is; a writer that speaks of another begins it at 0.
    public init(
        parameters: StreamParameters, name: String, firstFrame: Int64 = 0, continued: StreamFormat? = nil
    ) {
        self.parameters = parameters
        self.name = name
        self.firstFrame = firstFrame
        self.continued = continued
    }

    /// Takes bytes; frames and gaps come out in order.
    public mutating func consume(_ bytes: UnsafeRawBufferPointer, emit: (StreamItem) -> Void) throws(StreamError) {
        if samples != nil { return try decode(bytes, emit: emit) }
        // Header or not is decided as soon as the bytes say, so a stream without one is never held back.
        var offset = 0
        while samples == nil, offset < bytes.count {
            beginning.append(bytes[offset])
            offset += 1
            switch Self.headerLine(beginning) {
            case .undecided:
                if beginning.count > Self.headerLimit { throw .oversizedHeader(limit: Self.headerLimit) }
            case .none: try begin(header: nil, emit: emit)
            case .complete: try begin(header: beginning, emit: emit)
            }
        }
        if offset < bytes.count { try decode(UnsafeRawBufferPointer(rebasing: bytes[offset...]), emit: emit) }
    }

    /// The sender is done: what is held comes out.
    public mutating func finish(emit: (StreamItem) -> Void) throws(StreamError) {
        if samples == nil, !beginning.isEmpty {
            let isHeader = Self.looksLikeHeader(beginning)
            try begin(header: isHeader ? beginning : nil, emit: emit)
        }
        guard var frames, let samples else { return }
        self.samples = nil
        defer { self.frames = frames }
        do throws(StreamError) {
            switch samples {
            case .binary(var decoder): try decoder.finish(into: &frames, emit: emit)
            case .text(var decoder): try decoder.finish(into: &frames, emit: emit)
            }
        } catch {
            try frames.flush(emit: emit)
            throw error
        }
        try frames.flush(emit: emit)
    }

    private mutating func decode(_ bytes: UnsafeRawBufferPointer, emit: (StreamItem) -> Void) throws(StreamError) {
        guard var frames, let samples else { return }
        self.frames = nil
        self.samples = nil
        defer { self.frames = frames }
        do throws(StreamError) {
            switch samples {
            case .binary(var decoder):
                try decoder.consume(bytes, into: &frames, emit: emit)
                self.samples = .binary(decoder)
            case .text(var decoder):
                try decoder.consume(bytes, into: &frames, emit: emit)
                self.samples = .text(decoder)
            }
        } catch {
            try frames.flush(emit: emit)
            throw error
        }
        try frames.flush(emit: emit)
    }
}

// MARK: - Header

extension StreamDecoder {
    private enum HeaderState {
        case undecided, none, complete
    }

    /// Whether the bytes may be, are not, or are a whole header line.
    private static func headerLine(_ bytes: [UInt8]) -> HeaderState {
        guard looksLikeHeader(bytes) else { return .none }
        return bytes.last == 0x0A ? .complete : .undecided
    }

    /// Whether bytes are, as far as they go, `{`, white space and `"type"`.
    private static func looksLikeHeader(_ bytes: [UInt8]) -> Bool {
        let key = Array(#""type""#.utf8)
        guard bytes.first == UInt8(ascii: "{") else { return false }
        let rest = bytes.dropFirst().prefix(64).drop { $0 == 0x20 || $0 == 0x09 }
        return zip(rest, key).allSatisfy { $0 == $1 }
    }

    private mutating func begin(header: [UInt8]?, emit: (StreamItem) -> Void) throws(StreamError) {
        var known = parameters
        if let header { known = try Self.read(header).filled(from: parameters) }
        let (format, encoding) = try known.resolved(named: name)
        self.format = format
        let isAnother = continued.map { $0 != format } ?? false
        frames = FrameAssembler(
            leadCount: format.leads.count, nextFrame: isAnother ? 0 : firstFrame, gain: known.gain,
            baseline: known.baseline)
        samples =
            encoding.isText
            ? .text(TextDecoder(encoding: encoding, sampleRate: format.sampleRate))
            : .binary(BinaryDecoder(encoding: encoding))
        let held = beginning
        beginning = []
        if header == nil {
            try Self.withBytes(of: held) { bytes throws(StreamError) in try decode(bytes, emit: emit) }
        }
    }

    private static func read(_ header: [UInt8]) throws(StreamError) -> StreamParameters {
        try header.withUnsafeBufferPointer { line throws(StreamError) in try StreamParameters(headerLine: line) }
    }

    private static func withBytes(
        of array: [UInt8], _ body: (UnsafeRawBufferPointer) throws(StreamError) -> Void
    ) throws(StreamError) {
        try array.withUnsafeBufferPointer { buffer throws(StreamError) in try body(UnsafeRawBufferPointer(buffer)) }
    }
}
