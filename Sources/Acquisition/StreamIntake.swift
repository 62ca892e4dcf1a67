internal import Signal

/// The way of one sender's bytes into a stream: decodes them, opens the stream when its format is known, and keeps the
/// stream open while its writers come and go.
struct StreamIntake: Sendable {
    private let parameters: StreamParameters
    private let name: String
    private let overrun: OverrunPolicy
    private let open: StreamOpener
    private var decoder: StreamDecoder
    private var rejections = Rejections()
    private var format: StreamFormat?
    private var returned = false
    /// Index of the frame of the stream that comes next.
    private var nextFrame: Int64 = 0
    /// The stream, while there is one.
    private(set) var inlet: (any StreamInlet)?

    /// Whether there has been a stream.
    var hadSamples: Bool { format != nil }

    init(parameters: StreamParameters, name: String, overrun: OverrunPolicy, open: @escaping StreamOpener) {
        self.parameters = parameters
        self.name = name
        self.overrun = overrun
        self.open = open
        decoder = StreamDecoder(parameters: parameters, name: name)
    }

    /// Takes bytes; on an error the stream has taken its leave.
    mutating func receive(_ bytes: UnsafeRawBufferPointer) throws(StreamError) -> StreamFlow {
        var flow = StreamFlow.go
        try decode { decoder, emit throws(StreamError) in
            try decoder.consume(bytes, emit: emit)
        } then: { item, inlet in
            if inlet.take(item) == .wait { flow = .wait }
        }
        return flow
    }

    /// A writer left and another may come: what it sent is settled, and a gap stands in the stream.
    mutating func pause() throws(StreamError) {
        try flush()
        rejections.add(decoder.rejections)
        if let inlet {
            _ = inlet.take(.gap(Gap(firstFrame: nextFrame, frameCount: 0, reason: .disconnected)))
        }
        returned = inlet != nil
        decoder = StreamDecoder(parameters: parameters, name: name, firstFrame: nextFrame, continued: format)
    }

    /// The sender is done for good.
    mutating func end(_ reason: StreamEnd) throws(StreamError) {
        try flush()
        close(reason)
    }

    private mutating func flush() throws(StreamError) {
        try decode { decoder, emit throws(StreamError) in
            try decoder.finish(emit: emit)
        } then: { item, inlet in
            _ = inlet.take(item)
        }
    }

    /// Runs the decoder; what it gives goes to the stream, which is opened by the first of it.
    private mutating func decode(
        _ run: (inout StreamDecoder, (StreamItem) -> Void) throws(StreamError) -> Void,
        then take: (StreamItem, any StreamInlet) -> Void
    ) throws(StreamError) {
        var items: [StreamItem] = []
        var failure: StreamError?
        do throws(StreamError) {
            try run(&decoder) { items.append($0) }
        } catch {
            failure = error
        }
        if let first = items.first, let inlet = ready(for: first) {
            for item in items {
                nextFrame = item.endFrame
                take(item, inlet)
            }
        }
        if let failure {
            close(.failed(failure.description))
            throw failure
        }
    }

    /// The stream that the decoded items belong to.
    private mutating func ready(for item: StreamItem) -> (any StreamInlet)? {
        guard let known = decoder.format else { return inlet }
        if inlet != nil, known != format {
            inlet?.end(.formatChanged, rejections: rejections)
            inlet = nil
            rejections = Rejections()
        }
        if inlet == nil {
            format = known
            inlet = open(StreamOpening(format: known, overrun: overrun, firstFrame: item.firstFrame))
        } else if returned, case .block(let block) = item {
            inlet?.resynchronise(at: block.firstFrame)
        }
        returned = false
        return inlet
    }

    private mutating func close(_ reason: StreamEnd) {
        rejections.add(decoder.rejections)
        inlet?.end(reason, rejections: rejections)
        inlet = nil
        rejections = Rejections()
    }
}

extension StreamItem {
    fileprivate var firstFrame: Int64 {
        switch self {
        case .block(let block): block.firstFrame
        case .gap(let gap): gap.firstFrame
        }
    }

    fileprivate var endFrame: Int64 {
        switch self {
        case .block(let block): block.endFrame
        case .gap(let gap): gap.firstFrame + gap.frameCount
        }
    }
}
