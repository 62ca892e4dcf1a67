internal import Foundation

/// Reads a file descriptor on a thread of its own until its end, or until it is told to stop.
///
/// Pipes, terminals, serial lines and regular files all come in on standard input, and `epoll` refuses the last kind;
/// `poll` on a thread takes them all. A second descriptor wakes the thread when it is to stop.
final class DescriptorReader: Sendable {
    /// Why reading ended.
    enum End: Sendable, Equatable {
        case endOfFile
        case stopped
        /// Whoever takes the bytes wants no more.
        case refused
        case failed(SystemError)
    }

    /// What to do after bytes were taken.
    enum Next: Sendable {
        case more
        /// Call `resume` when there may be more.
        case wait(_ register: @Sendable (_ resume: @escaping @Sendable () -> Void) -> Void)
        case stop
    }

    private static let bufferSize = 65_536
    private let wake: (read: Int32, write: Int32)

    init() {
        var ends: [Int32] = [-1, -1]
        if pipe(&ends) == 0 {
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        }
        wake = (ends[0], ends[1])
    }

    deinit {
        close(wake.read)
        close(wake.write)
    }

    /// Ends a read under way, and every later one.
    func stop() {
        var one: UInt8 = 1
        _ = write(wake.write, &one, 1)
    }

    /// Reads until the end and hands the bytes out; suspends, never blocks, the caller.
    func read(_ descriptor: Int32, take: @escaping @Sendable (UnsafeRawBufferPointer) -> Next) async -> End {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let thread = Thread { [self] in continuation.resume(returning: loop(descriptor, take)) }
                thread.stackSize = 512 * 1024
                thread.name = "beatd reader"
                thread.start()
            }
        } onCancel: {
            stop()
        }
    }

    private func loop(_ descriptor: Int32, _ take: (UnsafeRawBufferPointer) -> Next) -> End {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.bufferSize, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            var polled = [
                pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: wake.read, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&polled, 2, -1) >= 0 || errno == EINTR else { return .failed(.last) }
            if polled[1].revents != 0 { return .stopped }
            guard polled[0].revents != 0 else { continue }
            let count = Foundation.read(descriptor, buffer.baseAddress, buffer.count)
            if count == 0 { return .endOfFile }
            guard count > 0 else {
                if errno == EINTR || errno == EAGAIN { continue }
                return .failed(.last)
            }
            switch take(UnsafeRawBufferPointer(rebasing: buffer[..<count])) {
            case .more: break
            case .stop: return .refused
            case .wait(let register):
                let room = DispatchSemaphore(value: 0)
                register { room.signal() }
                room.wait()
            }
        }
    }
}
