internal import NIOCore

/// Lets a listening socket rest while nothing can be accepted, and says why.
///
/// A process that has no descriptors left leaves the next connection in the system's queue, and the socket stays
/// readable: asked again at once, it would keep a core busy until somebody closes something.
final class AcceptPause: ChannelInboundHandler {
    typealias InboundIn = any Channel

    static let rest = TimeAmount.seconds(1)
    /// Time after which it is said again.
    static let silence = TimeAmount.minutes(1)

    private let report: (SystemError) -> Void
    private var isSaidUntil: NIODeadline?

    init(report: @escaping (SystemError) -> Void) { self.report = report }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? IOError else { return context.fireErrorCaught(error) }
        let now = NIODeadline.now()
        if isSaidUntil.map({ $0 <= now }) ?? true {
            isSaidUntil = now + Self.silence
            report(SystemError(code: error.errnoCode))
        }
        let channel = context.channel
        _ = channel.setOption(.autoRead, value: false)
        channel.eventLoop.scheduleTask(in: Self.rest) { _ = channel.setOption(.autoRead, value: true) }
    }
}
