internal import Foundation
internal import Synchronization

/// A named pipe whose writers come and go: one stream that outlives them.
///
/// The pipe is made if it is not there. When its last writer closes it, the beats under way are settled and a gap stands in
/// the stream; the next writer goes on, with a header line of its own or without. The new reading end is opened before the
/// old one is closed, so that at no moment a writer finds the pipe without a reader.
///
/// A writer cannot be turned away from a pipe: whatever it writes after it was refused is read and forgotten until it has
/// closed the pipe, lest the rest of what could not be understood begins a stream of its own.
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
            let end = await reader.read(descriptor) { [intake, environment, path] bytes in
                // What follows a refusal is forgotten at once, so that the writer's end is not missed for the next one's beginning.
                guard intake.failure == nil else { return .more }
                let next = intake.receive(bytes)
                guard let failure = intake.failure else { return next }
                environment.report(.badStream(path, failure))
                return .more
            }
            switch end {
            case .stopped: return intake.end(.stopped)
            case .failed(let error):
                intake.end(.failed("\(error)"))
                throw .cannotRead(path, error)
            case .endOfFile, .refused:
                if intake.failure == nil {
                    intake.pause()
                    report(intake.failure)
                }
                if intake.failure != nil { intake = makeIntake() }
            }
            do throws(SourceError) { descriptor = try await reopen(descriptor) } catch {
                intake.end(.failed("\(error)"))
                throw error
            }
        }
    }

    /// A new reading end in the place of the old one, which is kept while the process has no descriptor to spare.
    private func reopen(_ old: Int32) async throws(SourceError) -> Int32 {
        var isSaid = false
        while !Task.isCancelled {
            do throws(SourceError) {
                let next = try openReadingEnd()
                close(old)
                return next
            } catch {
                guard case .cannotOpen(_, let cause) = error, [EMFILE, ENFILE].contains(cause.code) else { throw error }
                if !isSaid { environment.report(error) }
                isSaid = true
                // Cancelled while asleep: the loop sees it.
                try? await Task.sleep(for: .seconds(1))
            }
        }
        return old
    }

    private func report(_ failure: StreamError?) {
        if let failure { environment.report(.badStream(path, failure)) }
    }

    private func makeIntake() -> SharedIntake {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        return SharedIntake(
            parameters: environment.parameters, name: name, overrun: environment.overrun, environment.open)
    }
}
