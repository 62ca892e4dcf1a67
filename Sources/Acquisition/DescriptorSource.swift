internal import Foundation
internal import Synchronization

/// One stream from standard input or a serial line.
final class DescriptorSource: Source {
    enum Kind: Sendable {
        case standardInput
        case serial(path: String, baud: Int)
    }

    private let kind: Kind
    private let environment: SourceEnvironment
    private let descriptor = Mutex<Int32>(-1)

    init(_ kind: Kind, _ environment: SourceEnvironment) {
        self.kind = kind
        self.environment = environment
    }

    var isFinite: Bool { true }

    private var name: String {
        switch kind {
        case .standardInput: "stdin"
        case .serial(let path, _): path.split(separator: "/").last.map(String.init) ?? path
        }
    }

    /// A serial line cannot wait; whoever writes to standard input can.
    private var overrun: OverrunPolicy {
        if case .serial = kind { return .drop }
        return environment.overrun
    }

    func open() throws(SourceError) {
        switch kind {
        case .standardInput: descriptor.withLock { $0 = STDIN_FILENO }
        case .serial(let path, let baud):
            let opened = try SerialPort.open(path: path, baud: baud)
            descriptor.withLock { $0 = opened }
        }
    }

    func run() async throws(SourceError) {
        let intake = SharedIntake(parameters: environment.parameters, name: name, overrun: overrun, environment.open)
        let descriptor = self.descriptor.withLock { $0 }
        let end = await DescriptorReader().read(descriptor) { intake.receive($0) }
        if descriptor != STDIN_FILENO { close(descriptor) }
        switch end {
        case .endOfFile:
            intake.end(.senderLeft)
            if !intake.hadSamples, intake.failure == nil { environment.report(.empty(name)) }
        case .stopped: intake.end(.stopped)
        case .refused: break
        case .failed(let error): intake.end(.failed("\(error)"))
        }
        if let failure = intake.failure { throw .badStream(name, failure) }
        if case .failed(let error) = end { throw .cannotRead(name, error) }
    }
}
