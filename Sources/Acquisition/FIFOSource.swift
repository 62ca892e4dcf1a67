internal import Foundation
internal import Synchronization

/// A named pipe whose writers come and go: one stream that outlives them.
///
/// The pipe is made if it is not there. When its last writer closes it, the beats under way are settled and a gap stands in
/// the stream; the next writer goes on, with a header line of its own or without. The new reading end is opened before the
/// old one is closed, so that at no moment a writer finds the pipe without a reader.
final class FIFOSource: Source {
    private let path: String
    private let environment: SourceEnvironment
    private let descriptor = Mutex<Int32>(-1)

    init(path: String, _ environment: SourceEnvironment) {
        self.path = path
        self.environment = environment
    }

    var isFinite: Bool { false }

    func open() throws(SourceError) {
        if mkfifo(path, 0o660) != 0, errno != EEXIST { throw .cannotOpen(path, .last) }
        let opened = try openReadingEnd()
        descriptor.withLock { $0 = opened }
    }

    private func openReadingEnd() throws(SourceError) -> Int32 {
        let opened = Foundation.open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard opened >= 0 else { throw .cannotOpen(path, .last) }
        var status = stat()
        guard fstat(opened, &status) == 0, status.st_mode & S_IFMT == S_IFIFO else {
            close(opened)
            throw .notAPipe(path)
        }
        return opened
    }

    func run() async throws(SourceError) {
        var descriptor = self.descriptor.withLock { $0 }
        defer { close(descriptor) }
        let reader = DescriptorReader()
        var intake = makeIntake()
        while true {
            let end = await reader.read(descriptor) { [intake] in intake.receive($0) }
            switch end {
            case .stopped: return intake.end(.stopped)
            case .failed(let error):
                intake.end(.failed("\(error)"))
                throw .cannotRead(path, error)
            case .endOfFile: intake.pause()
            case .refused: break
            }
            if let failure = intake.failure {
                environment.report(.badStream(path, failure))
                intake = makeIntake()
            }
            let next = try openReadingEnd()
            close(descriptor)
            descriptor = next
        }
    }

    private func makeIntake() -> SharedIntake {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        return SharedIntake(
            parameters: environment.parameters, name: name, overrun: environment.overrun, environment.open)
    }
}
