internal import Foundation
internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// A listening unix or TCP socket; every connection is a stream.
final class SocketSource: Source {
    enum Address: Sendable {
        case unix(String)
        case tcp(String, Int)
    }

    private struct State: Sendable {
        var server: (any Channel)?
        var file: UnixSocketFile?
        var connections: [ObjectIdentifier: any Channel] = [:]
        var accepted = 0
    }

    private let address: Address
    private let environment: SourceEnvironment
    private let state = Mutex(State())

    init(_ address: Address, _ environment: SourceEnvironment) {
        self.address = address
        self.environment = environment
    }

    var isFinite: Bool { false }

    /// Port that is listened on: the one that the system chose where 0 was asked for.
    var port: Int? { state.withLock { $0.server?.localAddress?.port } }

    private var name: String {
        switch address {
        case .unix(let path): path.split(separator: "/").last.map(String.init) ?? path
        case .tcp(let host, let port): "\(host):\(port)"
        }
    }

    /// What is listened on, for messages.
    private var place: String {
        if case .unix(let path) = address { return path }
        return name
    }

    func open() async throws(SourceError) {
        let group = MultiThreadedEventLoopGroup.singleton
        if case .unix(let path) = address { try await UnixSocketFile.clear(path: path, group: group) }
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelInitializer { [environment, place] channel in
                channel.eventLoop.makeCompletedFuture {
                    let pause = AcceptPause { environment.report(.cannotAccept(place, $0)) }
                    try channel.pipeline.syncOperations.addHandler(pause)
                }
            }
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: false)
            .childChannelOption(.maxMessagesPerRead, value: 4)
            .childChannelInitializer { [self] channel in
                let name = register(channel)
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(SocketHandler(name: name, environment: environment))
                }
            }
        do {
            let channel =
                switch address {
                case .unix(let path): try await bootstrap.bind(unixDomainSocketPath: path).get()
                case .tcp(let host, let port): try await bootstrap.bind(host: host, port: port).get()
                }
            state.withLock { state in
                state.server = channel
                if case .unix(let path) = address { state.file = UnixSocketFile(path: path) }
            }
        } catch {
            throw .unreachable(place, Self.words(error))
        }
    }

    /// What went wrong with an address, without the names of the types that found out.
    static func words(_ error: any Error) -> String {
        switch error {
        case let error as IOError: "\(SystemError(code: error.errnoCode))"
        case let error as NIOConnectionError:
            error.connectionErrors.first.map { words($0.error) } ?? "the name \(error.host) cannot be resolved"
        case let error as SocketAddressError.UnknownHost: "the name \(error.host) cannot be resolved"
        case SocketAddressError.unixDomainSocketPathTooLong: "the path is longer than 107 bytes"
        case ChannelError.connectTimeout: "there is no answer"
        default: "\(error)"
        }
    }

    /// Takes a connection into the books and names it.
    private func register(_ channel: any Channel) -> String {
        let identity = ObjectIdentifier(channel)
        let number = state.withLock { state in
            state.accepted += 1
            state.connections[identity] = channel
            return state.accepted
        }
        channel.closeFuture.whenComplete { [weak self] _ in
            _ = self?.state.withLock { $0.connections.removeValue(forKey: identity) }
        }
        return "\(name)#\(number)"
    }

    func run() async throws(SourceError) {
        guard let server = state.withLock({ $0.server }) else { return }
        await withTaskCancellationHandler {
            try? await server.closeFuture.get()
        } onCancel: {
            server.close(promise: nil)
        }
        let connections = state.withLock { Array($0.connections.values) }
        for connection in connections {
            connection.eventLoop.execute { connection.pipeline.fireUserInboundEventTriggered(StopReading()) }
            connection.close(promise: nil)
        }
        for connection in connections { try? await connection.closeFuture.get() }
        state.withLock { $0.file }?.remove()
    }
}
