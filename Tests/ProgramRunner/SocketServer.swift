public import Foundation

/// A TCP server of one connection at a time, for tests.
public final class SocketServer {
    /// Where it listens, on 127.0.0.1.
    public let port: Int
    private let descriptor: Int32

    /// Listens on a free port.
    public init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = SocketClient.loopback(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = self.descriptor
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && listen(descriptor, 8) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isListening else { throw SocketClient.Failure(call: "listen", code: errno) }
        var limit = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        port = Int(in_port_t(bigEndian: address.sin_port))
    }

    deinit { close(descriptor) }

    /// Waits for a connection, at most a minute, sends the data and closes it.
    public func serve(_ data: Data) throws {
        let connection = accept(descriptor, nil, nil)
        guard connection >= 0 else { throw SocketClient.Failure(call: "accept", code: errno) }
        let handle = FileHandle(fileDescriptor: connection, closeOnDealloc: true)
        try handle.write(contentsOf: data)
        try handle.close()
    }
}
