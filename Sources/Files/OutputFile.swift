internal import Foundation

/// A file that is written whole: whoever reads it sees the old one or the new one.
///
///     let file = try OutputFile(path: "100.atr")
///     try file.write(bytes)
///     try file.close()
///
/// Symbolic links are followed, and the permissions of a file that is replaced are kept. Until it is complete the file has no
/// name, so that nothing is left of it where the program ends before; where the file system knows no such files, it has a name of
/// its own beside the other. What is no regular file (a device, a pipe), and the file that standard output or standard error go
/// to, is written straight through. A file that may be written but not replaced (the folder may not be written, or the file is
/// mounted there by itself, as containers have it) is complete elsewhere before it is copied over the old one.
public final class OutputFile {
    /// The path as it was given.
    public let path: String
    /// Where the file gets its name; nil where bytes go straight through.
    private let destination: String?
    /// Whether it is copied over the old one, which cannot be replaced.
    private var isCopied = false
    /// The name that it has until then, if any.
    private var temporary: String?
    private var descriptor: Int32

    /// `O_TMPFILE` of open(2), which Glibc's module leaves out.
    private static let unnamed: Int32 = 0o20_000_000 | O_DIRECTORY

    /// Begins a file.
    public init(path: String) throws(UnwritableFile) {
        self.path = path
        let old = FileIdentity(path)
        let isEndless = old == nil && errno == ELOOP
        let own = [STDOUT_FILENO, STDERR_FILENO].first { old != nil && FileIdentity(descriptor: $0) == old }
        if let own {
            destination = nil
            // What was printed before stays before it.
            fflush(nil)
            descriptor = fcntl(own, F_DUPFD_CLOEXEC, 0)
        } else if let old, !old.isRegular {
            destination = nil
            descriptor = open(path, O_WRONLY | O_CLOEXEC)
        } else {
            let destination = Self.followed(path)
            self.destination = destination
            let folder = Self.folder(of: destination)
            descriptor = -1
            guard !isEndless else { throw UnwritableFile(path: path, reason: String(cString: strerror(ELOOP))) }
            // A file that nobody may write is not replaced either.
            guard old == nil || access(destination, W_OK) == 0 else { throw failure }
            begin(in: folder)
            if descriptor < 0, old != nil, [EACCES, EPERM, EROFS].contains(errno) {
                isCopied = true
                begin(in: FileManager.default.temporaryDirectory.path)
            }
            if let old, !isCopied, descriptor >= 0 {
                // Only the superuser may give a file away; others own what they replace.
                _ = fchown(descriptor, old.owner, old.group)
                fchmod(descriptor, old.mode & 0o7777)
            }
        }
        guard descriptor >= 0 else { throw failure }
    }

    /// Opens a file without a name, or with a passing one.
    private func begin(in folder: String) {
        descriptor = open(folder, Self.unnamed | O_RDWR | O_CLOEXEC, 0o666)
        guard descriptor < 0, [EOPNOTSUPP, EISDIR, EINVAL].contains(errno) else { return }
        let name = Self.passingName(in: folder)
        descriptor = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        if descriptor >= 0 { temporary = name }
    }

    deinit { abandon() }

    private func abandon() {
        if descriptor >= 0 { Foundation.close(descriptor) }
        descriptor = -1
        if let temporary { unlink(temporary) }
        temporary = nil
    }

    /// A path under which another library can write the content, until `close`; nil where bytes go straight through.
    public var contentPath: String? { destination.map { _ in "/proc/self/fd/\(descriptor)" } }

    /// Appends bytes, or puts them at a position.
    public func write(_ bytes: [UInt8], at position: Int64? = nil) throws(UnwritableFile) {
        try write(bytes[...], to: descriptor, at: position)
    }

    private func write(_ bytes: ArraySlice<UInt8>, to file: Int32, at position: Int64? = nil) throws(UnwritableFile) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { (buffer) -> Int in
                guard let base = buffer.baseAddress else { return 0 }
                guard let position else { return Foundation.write(file, base + done, buffer.count - done) }
                return pwrite(file, base + done, buffer.count - done, off_t(position) + off_t(done))
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw failure
            }
            done += count
        }
    }

    /// Ends the file and gives it its name.
    public func close() throws(UnwritableFile) {
        guard descriptor >= 0 else { return }
        defer { abandon() }
        if let destination {
            if isCopied { try copy(over: destination) } else { try replace(destination) }
        }
        let ended = descriptor
        descriptor = -1
        guard Foundation.close(ended) == 0 else { throw failure }
    }

    /// Puts the complete file where the old one was.
    private func replace(_ destination: String) throws(UnwritableFile) {
        let complete = temporary ?? Self.passingName(in: Self.folder(of: destination))
        if temporary == nil {
            guard linkat(AT_FDCWD, "/proc/self/fd/\(descriptor)", AT_FDCWD, complete, AT_SYMLINK_FOLLOW) == 0 else {
                throw failure
            }
            temporary = complete
        }
        // Some file systems say only where a descriptor is closed that bytes did not arrive.
        guard Foundation.close(dup(descriptor)) == 0 else { throw failure }
        if rename(complete, destination) == 0 {
            temporary = nil
        } else if errno == EBUSY {
            try copy(over: destination)
        } else {
            throw failure
        }
    }

    /// Writes the complete content over the file that is there.
    private func copy(over destination: String) throws(UnwritableFile) {
        let target = open(destination, O_WRONLY | O_TRUNC | O_CLOEXEC)
        guard target >= 0 else { throw failure }
        do throws(UnwritableFile) {
            var position: off_t = 0
            var bytes = [UInt8](repeating: 0, count: 1 << 16)
            while true {
                let count = pread(descriptor, &bytes, bytes.count, position)
                guard count >= 0 else { throw failure }
                if count == 0 { break }
                try write(bytes.prefix(count), to: target)
                position += off_t(count)
            }
        } catch {
            Foundation.close(target)
            throw error
        }
        guard Foundation.close(target) == 0 else { throw failure }
    }

    /// Writes a whole file.
    public static func write(_ bytes: [UInt8], to path: String) throws(UnwritableFile) {
        let file = try OutputFile(path: path)
        try file.write(bytes)
        try file.close()
    }

    /// Writes a text as UTF-8.
    public static func write(_ text: String, to path: String) throws(UnwritableFile) {
        try write(Array(text.utf8), to: path)
    }

    /// Makes a folder, and those above it, where it is missing.
    public static func makeFolder(_ path: String) throws(UnwritableFile) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw UnwritableFile(path: path, reason: "the folder cannot be made")
        }
    }

    private var failure: UnwritableFile { UnwritableFile(path: path, reason: String(cString: strerror(errno))) }

    /// A name that no other process and no leftover has: process numbers repeat in containers.
    private static func passingName(in folder: String) -> String {
        "\(folder)/.part-\(String(UInt64.random(in: 0 ... .max), radix: 36))"
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The file that a path stands for; where it is a link to nothing yet, what that link names.
    private static func followed(_ path: String, depth: Int = 0) -> String {
        if let real = realpath(path, nil) {
            defer { free(real) }
            return String(cString: real)
        }
        guard depth < 40, let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path) else {
            return path
        }
        return followed(target.hasPrefix("/") ? target : folder(of: path) + "/" + target, depth: depth + 1)
    }
}
