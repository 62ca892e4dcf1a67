import Acquisition
import ArgumentParser

/// `beatd run`.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Listens to sources until they end, or for ever.",
        discussion: """
            Sources: - (standard input), fifo:PATH, unix:PATH and tcp://HOST:PORT (listen; every connection is a stream), \
            tcp-connect://HOST:PORT, serial:PATH?baud=N, wfdb:RECORD?speed=N|max.

            A stream may begin with a header line that says its name, rate, leads, encoding and gain (a JSON \
            object of the schema beatd-samples/1: docs/DATA_FORMAT.md has an example). Where it says nothing, the flags of the same names hold.

            On SIGTERM, SIGINT and SIGHUP the beats under way are judged, every stream says bye, and the exit code is 0.
            """)

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Configuration file (YAML); flags go before it: sample options for all of its sources, --source instead of them.",
            valueName: "path"))
    var config: String?

    @Option(name: .shortAndLong, help: ArgumentHelp("Where samples come from; may be repeated.", valueName: "url"))
    var source: [String] = []

    @OptionGroup(title: "Sample options") var samples: SampleOptions
    @OptionGroup(title: "Run options") var options: RunOptions

    func settings() throws -> Settings {
        var settings = try config.map { try ConfigurationFile(path: $0).read() } ?? Settings()
        try options.apply(to: &settings)
        if !source.isEmpty { settings.sources = try source.map { SourceSettings(url: try SourceURL($0)) } }
        if settings.sources.isEmpty { throw ConfigurationError.noSources(config ?? "") }
        samples.apply(to: &settings.sources)
        return settings
    }

    func validate() throws {
        var urls: [SourceURL] = []
        for text in source { try asUsage { urls.append(try SourceURL(text)) } }
        try asUsage { try samples.parameters.validate() }
        if source.isEmpty, config == nil {
            throw ValidationError("Name a source with --source, or a configuration file with --config.")
        }
        if let twice = SourceURL.collision(among: urls) {
            throw ValidationError("\(urls[twice]) can be one source only.")
        }
    }

    func run() async throws {
        try await Daemon.run { try settings() }
    }
}

/// Flags that say what the header line of a stream would.
struct SampleOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Name of the stream.", valueName: "name")) var stream: String?
    @Option(
        name: [.customLong("sample-rate-hz"), .customLong("sample-rate"), .customLong("rate")],
        help: ArgumentHelp("Frames per second, 100 to 1000.", valueName: "hz")) var sampleRate: Double?
    @Option(help: ArgumentHelp("Lead names in frame order, separated by commas.", valueName: "names")) var leads:
        String?
    @Option(help: ArgumentHelp("s16le, f32le, csv or jsonl.", valueName: "encoding")) var encoding: SampleEncoding?
    @Option(
        name: [.customLong("gain-adu-per-mv"), .customLong("gain")],
        help: ArgumentHelp("ADC units per mV (s16le needs it).", valueName: "adu")) var gain: Double?
    @Option(
        name: [.customLong("baseline-adu"), .customLong("baseline")],
        help: ArgumentHelp("ADC units at 0 mV. Default: 0.", valueName: "adu")) var baseline: Double?

    @Option(
        help: ArgumentHelp(
            "When samples come faster than they are worked off: wait, drop (the oldest, and say gap), or auto (a live "
                + "sender loses samples, one that is ahead of real time waits). Default: auto.", valueName: "policy"))
    var overrun: OverrunPolicy?

    var parameters: StreamParameters {
        StreamParameters(
            stream: stream, sampleRate: sampleRate,
            leads: leads.map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) },
            encoding: encoding, gain: gain, baseline: baseline)
    }

    /// Puts what was given over what the sources say of themselves.
    func apply(to sources: inout [SourceSettings]) {
        for index in sources.indices {
            sources[index].parameters = parameters.filled(from: sources[index].parameters)
            sources[index].overrun = overrun ?? sources[index].overrun
        }
    }
}
