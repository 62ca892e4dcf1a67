public import Extraction
import Foundation

/// A whole model: its architecture, the weights of its experts, and where they come from.
///
///     let model = try BeatModel(path: BeatModel.defaultPath())
///
/// One model is one file.
public struct BeatModel: Sendable {
    /// Format of the metadata.
    public static let format = "beatd-model/1"

    /// How the experts are built and fused.
    public var ensemble: DualEnsemble
    /// The cut of the beats that it was trained on.
    public var window: BeatWindow
    /// Weights of every expert in the order of `ensemble.experts`, by parameter name.
    public var weights: [[String: Tensor]]
    /// Where it comes from.
    public var origin: Origin
    /// SHA-256 of the file that it was read from, in hex; empty for a model that never was in a file.
    public var digest = ""

    /// How a model came about, for people and for the model card.
    public struct Origin: Sendable, Equatable, Codable {
        /// Sets of records that it learned from; empty for an untrained model.
        public var records: [String] = []
        /// Seed of the run.
        public var seed: UInt64 = 0
        /// Command that trained it.
        public var command = ""
        /// Resolved configuration in YAML.
        public var configuration = ""
        /// Figures by name, on the patients that were held back for validation.
        public var scores: [String: Double] = [:]
        /// Note for people.
        public var note = ""

        /// An empty origin.
        public init() {}
    }

    /// Puts a model together.
    public init(ensemble: DualEnsemble, window: BeatWindow, weights: [[String: Tensor]], origin: Origin) {
        precondition(weights.count == ensemble.experts.count, "one set of weights per expert")
        self.ensemble = ensemble
        self.window = window
        self.weights = weights
        self.origin = origin
    }

    /// An untrained model of a registered architecture, with random weights: for tests and for measuring speed.
    public init(untrained entry: ModelRegistry.Entry, window: BeatWindow = .standard, seed: UInt64 = 0)
        throws(GraphError)
    {
        var weights: [[String: Tensor]] = []
        for (index, member) in entry.experts.enumerated() {
            let graph = try member.expert.streamingGraph(window: window)
            let drawn = Weights(graph: graph, seed: seed &+ UInt64(index))
            weights.append(Dictionary(uniqueKeysWithValues: drawn.tensors.map { ($0.name, $0.tensor) }))
        }
        var origin = Origin()
        origin.note = "untrained: random weights of seed \(seed)"
        origin.seed = seed
        let equal = [Float](repeating: 1 / Float(entry.experts.count), count: entry.experts.count)
        self.init(
            ensemble: DualEnsemble(experts: entry.experts, fusion: .init(space: .probability, weights: equal)),
            window: window, weights: weights, origin: origin)
    }

    /// Name for `hello` events: the names of the experts that judge beats of both leads, and whether there are others for one.
    public var name: String {
        let both = ensemble.panel(leads: LeadSelection.count).experts
        let names = both.map { ensemble.experts[$0].name }
        return (names + (both.count < ensemble.experts.count ? ["single-lead"] : [])).joined(separator: "+")
    }
}
