internal import Foundation

/// A file that is written under another name and gets its own when it is complete.
final class OutputFile {
    let path: String
    private let temporary: String
    private var descriptor: Int32

    init(path: String) throws(WFDBError) {
        self.path = path
        temporary = path + ".part\(getpid())"
        descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .unwritable(path: path, reason: String(cString: strerror(errno))) }
    }

    deinit {
        guard descriptor >= 0 else { return }
        Foundation.close(descriptor)
        unlink(temporary)
    }

    /// Appends bytes, or puts them at a position.
    func write(_ bytes: [UInt8], at position: Int64? = nil) throws(WFDBError) {
        var done = 0
        while done < bytes.count {
            let from = done
            let count = bytes.withUnsafeBytes { (buffer) -> Int in
                guard let base = buffer.baseAddress else { return 0 }
                guard let position else { return Foundation.write(descriptor, base + from, buffer.count - from) }
                return pwrite(descriptor, base + from, buffer.count - from, off_t(position) + off_t(from))
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw .unwritable(path: path, reason: String(cString: strerror(errno)))
            }
            done += count
        }
    }

    /// Ends the file and gives it its name.
    func close() throws(WFDBError) {
        guard descriptor >= 0 else { return }
        let result = Foundation.close(descriptor)
        descriptor = -1
        guard result == 0, rename(temporary, path) == 0 else {
            let reason = String(cString: strerror(errno))
            unlink(temporary)
            throw .unwritable(path: path, reason: reason)
        }
    }
}
