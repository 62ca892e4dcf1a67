internal import NIOCore
internal import NIOPosix

/// One stream from a TCP server that is connected to, again and again if need be.
///
/// When the server closes, the beats under way are settled and a gap stands in the stream; then it is tried again, first
/// after half a second, then after twice as long each time up to half a minute.
final class ConnectingSource: Source {
    static let firstPause = 0.5
    static let longestPause = 30.0

    private let host: String
    private let port: Int
    private let environment: SourceEnvironment

    init(host: String, port: Int, _ environment: SourceEnvironment) {
        self.host = host
        self.port = port
        self.environment = environment
    }

    var isFinite: Bool { false }
    private var name: String { "\(host):\(port)" }

    /// Nothing can be held before the server answers; `run` keeps asking.
    func open() {}

    func run() async throws(SourceError) {
        var pause = Self.firstPause
        var intake = makeIntake()
        while !Task.isCancelled {
            do {
                let shared = intake
                let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                    .channelInitializer { channel in
                        channel.eventLoop.makeCompletedFuture {
                            try channel.pipeline.syncOperations.addHandler(ConnectionHandler(shared))
                        }
                    }
                    .connect(host: host, port: port).get()
                pause = Self.firstPause
                await withTaskCancellationHandler {
                    try? await channel.closeFuture.get()
                } onCancel: {
                    channel.close(promise: nil)
                }
                if Task.isCancelled { break }
                intake.pause()
            } catch {
                environment.report(.unreachable(name, SocketSource.words(error)))
            }
            if let failure = intake.failure {
                environment.report(.badStream(name, failure))
                intake = makeIntake()
            }
            // Cancelled while asleep: the loop sees it.
            try? await Task.sleep(for: .seconds(pause))
            pause = min(2 * pause, Self.longestPause)
        }
        intake.end(.stopped)
    }

    private func makeIntake() -> SharedIntake {
        SharedIntake(parameters: environment.parameters, name: name, overrun: environment.overrun, environment.open)
    }
}

/// Hands a connection's bytes to a stream that outlives it.
private final class ConnectionHandler: ChannelInboundHandler, ChannelOutboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer

    private let intake: SharedIntake
    private var mayRead = true

    init(_ intake: SharedIntake) { self.intake = intake }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let next = unwrapInboundIn(data).withUnsafeReadableBytes { intake.receive($0) }
        switch next {
        case .more: break
        case .stop: context.close(promise: nil)
        case .wait(let register):
            mayRead = false
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            let eventLoop = context.eventLoop
            register {
                eventLoop.execute {
                    let (handler, context) = bound.value
                    handler.mayRead = true
                    context.read()
                }
            }
        }
    }

    func read(context: ChannelHandlerContext) {
        if mayRead { context.read() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
