internal import Foundation

/// What a path stands for, links followed: two paths of one file have one identity.
public struct FileIdentity: Hashable, Sendable {
    private let device: UInt64
    private let number: UInt64
    let mode: UInt32
    let owner: UInt32
    let group: UInt32

    /// Whether it is a file that holds bytes: no folder, device, pipe or socket.
    var isRegular: Bool { mode & S_IFMT == S_IFREG }

    /// Looks at a path; nil where there is nothing.
    public init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.init(status)
    }

    init?(descriptor: Int32) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        self.init(status)
    }

    private init(_ status: stat) {
        device = UInt64(status.st_dev)
        number = UInt64(status.st_ino)
        mode = status.st_mode
        owner = status.st_uid
        group = status.st_gid
    }
}
