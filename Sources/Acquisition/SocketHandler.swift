internal import NIOCore

/// Reads one connection: its bytes become one stream.
///
/// While the stream's pipeline has no room, nothing is read, so that the sender's own buffers fill and it waits.
final class SocketHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let name: String
    private let report: @Sendable (SourceError) -> Void
    private var intake: StreamIntake
    private var mayRead = true
    private var isDone = false
    /// Why the stream ends when the connection closes.
    private var ending = StreamEnd.senderLeft

    init(name: String, environment: SourceEnvironment) {
        self.name = name
        report = environment.report
        intake = StreamIntake(
            parameters: environment.parameters, name: name, overrun: environment.overrun, open: environment.open)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isDone else { return }
        let buffer = unwrapInboundIn(data)
        do throws(StreamError) {
            guard try receive(buffer) == .wait, let inlet = intake.inlet else { return }
            mayRead = false
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            let eventLoop = context.eventLoop
            inlet.whenReady {
                eventLoop.execute {
                    let (handler, context) = bound.value
                    handler.mayRead = true
                    context.read()
                }
            }
        } catch {
            isDone = true
            report(.badStream(name, error))
            context.close(promise: nil)
        }
    }

    private func receive(_ buffer: ByteBuffer) throws(StreamError) -> StreamFlow {
        var result: Result<StreamFlow, StreamError> = .success(.go)
        buffer.withUnsafeReadableBytes { bytes in
            do throws(StreamError) {
                result = .success(try intake.receive(bytes))
            } catch {
                result = .failure(error)
            }
        }
        return try result.get()
    }

    func read(context: ChannelHandlerContext) {
        if mayRead { context.read() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is StopReading { ending = .stopped }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        finish()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A sender that resets the connection has left; its stream ends when the channel is inactive.
        context.close(promise: nil)
    }

    private func finish() {
        guard !isDone else { return }
        isDone = true
        do throws(StreamError) { try intake.end(ending) } catch { report(.badStream(name, error)) }
    }
}

extension SocketHandler: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
}

/// Tells a connection's handler that the daemon stops.
struct StopReading: Sendable {}
