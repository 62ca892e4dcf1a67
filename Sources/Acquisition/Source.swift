/// Something that samples come from, for as long as it runs.
public protocol Source: Sendable {
    /// Gets hold of the file, pipe, address or record; what cannot be had is an error now, not later.
    func open() async throws(SourceError)
    /// Reads until the samples end or the task is cancelled, and closes everything it opened.
    func run() async throws(SourceError)
    /// Whether the source ends by itself.
    var isFinite: Bool { get }
}

/// What is common to all sources of a process.
public struct SourceEnvironment: Sendable {
    /// What holds where a sender says nothing.
    public var parameters: StreamParameters
    /// What happens to samples that come too fast.
    public var overrun: OverrunPolicy
    /// Makes the pipelines.
    public var open: StreamOpener
    /// Hears of senders that were turned away while the source goes on: who, and why.
    public var report: @Sendable (SourceError) -> Void

    /// Makes an environment.
    public init(
        parameters: StreamParameters, overrun: OverrunPolicy = .auto, open: @escaping StreamOpener,
        report: @escaping @Sendable (SourceError) -> Void
    ) {
        self.parameters = parameters
        self.overrun = overrun
        self.open = open
        self.report = report
    }
}

extension SourceURL {
    /// The source that the URL names.
    public func source(in environment: SourceEnvironment) -> any Source {
        switch self {
        case .standardInput: DescriptorSource(.standardInput, environment)
        case .serial(let path, let baud): DescriptorSource(.serial(path: path, baud: baud), environment)
        case .fifo(let path): FIFOSource(path: path, environment)
        case .unix(let path): SocketSource(.unix(path), environment)
        case .tcp(let host, let port): SocketSource(.tcp(host, port), environment)
        case .tcpConnect(let host, let port): ConnectingSource(host: host, port: port, environment)
        case .wfdb(let path, let speed): RecordSource(path: path, speed: speed, environment)
        }
    }
}
