internal import Foundation
internal import NIOCore
internal import NIOPosix

/// The file of a listening unix socket: put in the place of a stale one, never of one that somebody listens on, and
/// taken away only while it is still the file that was made.
struct UnixSocketFile: Sendable {
    private let path: String
    private let device: dev_t
    private let number: ino_t

    /// Remembers the file that `bind` has just made.
    init(path: String) {
        self.path = path
        let status = Self.status(of: path)
        device = status?.st_dev ?? 0
        number = status?.st_ino ?? 0
    }

    /// Takes the file away.
    func remove() {
        guard let status = Self.status(of: path), status.st_dev == device, status.st_ino == number else { return }
        unlink(path)
    }

    /// Takes a file away that a process has left which is no more.
    static func clear(path: String, group: any EventLoopGroup) async throws(SourceError) {
        guard let status = status(of: path) else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw .unreachable(path, "it is there and no socket; remove it, or name another path")
        }
        do {
            let channel = try await ClientBootstrap(group: group).connect(unixDomainSocketPath: path).get()
            channel.close(promise: nil)
        } catch {
            if let error = error as? IOError, error.errnoCode == ECONNREFUSED {
                unlink(path)
                return
            }
            throw .unreachable(path, SocketSource.words(error))
        }
        throw .unreachable(path, "\(SystemError(code: EADDRINUSE))")
    }

    private static func status(of path: String) -> stat? {
        var status = stat()
        return lstat(path, &status) == 0 ? status : nil
    }
}
