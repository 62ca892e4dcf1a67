import Acquisition
import ArgumentParser
import Inference

/// `beatd check`.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Says whether a configuration would work, and opens nothing but the model.")

    @Argument(help: ArgumentHelp("Configuration file (YAML).", valueName: "path"))
    var config: String

    func run() async throws {
        do {
            let settings = try ConfigurationFile(path: config).read()
            if settings.sources.isEmpty { throw ConfigurationError.noSources(config) }
            let model = try ModelFailure.loading(settings.model).model
            let (sources, sinks) = (settings.sources.count, max(1, settings.sinks.count))
            print(
                "\(config): \(sources) source\(sources == 1 ? "" : "s"), \(sinks) sink\(sinks == 1 ? "" : "s"), "
                    + "model \(model.name)")
            for source in settings.sources { print("  source \(source.url)") }
        } catch {
            throw Daemon.exit(for: error)
        }
    }
}
