import ArgumentParser
import Extraction
import Inference

/// Lists the architectures.
struct ModelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models", abstract: "List the architectures with their sizes, or the layers of one of them.")

    @Argument(help: "An architecture, to print its layers.")
    var name: String?

    func run() throws {
        let window = BeatWindow.standard
        guard let name else {
            let rows = try ModelRegistry.entries.map { entry in
                [
                    entry.name, "\(try entry.parameterCount(window: window))",
                    "\(try entry.multiplyAccumulates(window: window))", entry.summary,
                ]
            }
            print(Table(header: ["architecture", "parameters", "MAC/beat", ""], rows: rows, numbers: [1, 2]).text)
            return
        }
        guard let entry = ModelRegistry.entry(named: name) else {
            throw ValidationError("no architecture '\(name)': `beatlab models` lists them")
        }
        for member in entry.experts {
            print("\(member.name):\n\(try member.expert.streamingGraph(window: window).summary())\n")
        }
    }
}
