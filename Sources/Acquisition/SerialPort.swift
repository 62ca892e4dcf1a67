#if canImport(Glibc)
    internal import Glibc
#else
    internal import Musl
#endif

/// A serial line put into raw mode.
enum SerialPort {
    /// Line speeds in baud and what termios calls them.
    static let speeds: [Int: speed_t] = [
        1200: speed_t(B1200), 2400: speed_t(B2400), 4800: speed_t(B4800), 9600: speed_t(B9600),
        19_200: speed_t(B19200), 38_400: speed_t(B38400), 57_600: speed_t(B57600), 115_200: speed_t(B115200),
        230_400: speed_t(B230400), 460_800: speed_t(B460800), 921_600: speed_t(B921600),
        1_000_000: speed_t(B1000000), 2_000_000: speed_t(B2000000),
    ]

    /// Opens a line: 8 data bits, no parity, no flow control, nothing translated.
    static func open(path: String, baud: Int) throws(SourceError) -> Int32 {
        let descriptor = Glibc.open(path, O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw .cannotOpen(path, SystemError.last) }
        var settings = termios()
        guard tcgetattr(descriptor, &settings) == 0, let speed = speeds[baud] else {
            let error = SystemError.last
            close(descriptor)
            throw .cannotOpen(path, error)
        }
        cfmakeraw(&settings)
        settings.c_cflag |= tcflag_t(CLOCAL | CREAD)
        cfsetispeed(&settings, speed)
        cfsetospeed(&settings, speed)
        guard tcsetattr(descriptor, TCSANOW, &settings) == 0 else {
            let error = SystemError.last
            close(descriptor)
            throw .cannotOpen(path, error)
        }
        return descriptor
    }
}
