import ArgumentParser
import Exchange
import Files
import Inference

/// Writes a model's experts for other runtimes.
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write a model's experts as ONNX or as safetensors.",
        discussion: """
            One file per expert is written to the output folder: DIR/signal.onnx and so on. The graphs judge one beat of each of \
            many streams: inputs 'picture' (batch, 1, …, channels), 'context' (batch, 1, features) and, where the expert \
            remembers, 'state' (batch, size); outputs 'logits' (batch, 1, 5) and 'states'. safetensors files hold the \
            weights under the names and in the layouts of a PyTorch state dict.
            """)

    /// What can be written.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case onnx
        case safetensors
    }

    @Option(help: "onnx or safetensors.")
    var format: Format = .onnx

    @Option(help: "A model file, or the name of an architecture with random weights.")
    var model: String

    @Option(name: .shortAndLong, help: "Folder for the files; made if it is missing.")
    var output: String

    func run() throws {
        let model = try BeatModel(fileOrArchitecture: model)
        try OutputFile.makeFolder(output)
        for (member, tensors) in zip(model.ensemble.experts, model.weights) {
            let graph = try member.expert.streamingGraph(window: model.window)
            let weights = try Weights(graph: graph, tensors: tensors)
            let metadata = ["model_sha256": model.digest, "expert": member.name].filter { !$0.value.isEmpty }
            let bytes: [UInt8] =
                switch format {
                case .onnx: try ONNXExporter.model(graph, weights, name: member.name, metadata: metadata)
                case .safetensors:
                    try Safetensors(
                        tensors: Dictionary(uniqueKeysWithValues: weights.tensors.map { ($0.name, $0.tensor) }),
                        metadata: metadata
                    ).bytes()
                }
            let path = output + "/" + member.name + "." + format.rawValue
            try OutputFile.write(bytes, to: path)
            print("\(path) \(bytes.count) bytes")
        }
    }
}
