internal import Foundation

/// A regular file open for reading at any position.
final class FileBytes {
    let path: String
    /// Size when it was opened.
    let size: Int64
    let descriptor: Int32

    init(path: String) throws(WFDBError) {
        // Without O_NONBLOCK, a FIFO named in a hostile header would hang here for ever.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .unreadable(path: path, reason: String(cString: strerror(errno))) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw .unreadable(path: path, reason: "not a regular file")
        }
        self.path = path
        self.descriptor = descriptor
        size = Int64(status.st_size)
    }

    deinit { close(descriptor) }

    /// Fills a buffer from a position; fewer bytes only at the end of the file.
    func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws(WFDBError) -> Int {
        guard let base = buffer.baseAddress else { return 0 }
        var filled = 0
        while filled < buffer.count {
            let count = pread(descriptor, base + filled, buffer.count - filled, off_t(offset) + off_t(filled))
            if count == 0 { break }
            if count < 0 {
                if errno == EINTR { continue }
                throw .unreadable(path: path, reason: String(cString: strerror(errno)))
            }
            filled += count
        }
        return filled
    }

    /// The whole of a small file.
    static func contents(of path: String, limit: Int64) throws(WFDBError) -> [UInt8] {
        let file = try FileBytes(path: path)
        guard file.size <= limit else { throw .tooLarge(path: path, bytes: file.size, limit: limit) }
        return try file.bytes(at: 0, count: Int(file.size))
    }

    /// Some bytes from a position; fewer only at the end of the file.
    func bytes(at offset: Int64, count: Int) throws(WFDBError) -> [UInt8] {
        var failure: WFDBError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            do throws(WFDBError) {
                filled = try read(at: offset, into: UnsafeMutableRawBufferPointer(buffer))
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }
}
