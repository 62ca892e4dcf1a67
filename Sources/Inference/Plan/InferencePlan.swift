internal import CKernels

/// A graph compiled for inference: batch norm folded, activations fused, memory planned; running it allocates nothing and
/// takes no lock.
///
///     let plan = try InferencePlan(graph, weights, maximumBatch: 32)
///     let workspace = plan.makeWorkspace()          // one per thread
///     fill(workspace.input("waveform"))             // (batch, 208, 2)
///     plan.run(batch: 1, workspace)
///     let probabilities = workspace.output("probabilities")
///
/// The results equal the training executor's in evaluation mode but for rounding; they do not depend on the batch in
/// which a sample is computed, nor on the thread.
public struct InferencePlan: Sendable {
    /// A named value that goes in or comes out.
    public struct Port: Sendable {
        /// Name in the graph.
        public let name: String
        /// Shape of one sample.
        public let shape: Shape
        let place: PlanPlace
    }

    /// What has to be filled before a run.
    public let inputs: [Port]
    /// What a run computes.
    public let outputs: [Port]
    /// Samples that one run may take.
    public let maximumBatch: Int

    struct Phase: Sendable {
        let tile: Int
        let steps: [PlanStep]
    }
    let phases: [Phase]
    let constants: PlanConstants
    let arenaCount: Int

    /// Compiles the part of a graph that the named outputs need; all outputs when none are named.
    public init(
        _ graph: Graph, _ weights: Weights, outputs names: [String]? = nil, maximumBatch: Int = 32
    ) throws(PlanError) {
        guard (1...4096).contains(maximumBatch) else { throw .batch(maximumBatch) }
        var roots: [Int] = []
        for name in names ?? graph.outputs.map(\.name) {
            do throws(GraphError) { roots.append(try graph.output(name)) } catch { throw .graph(error) }
        }
        guard weights.parameters == graph.parameters else {
            throw .graph(.missingParameter(graph.parameters.first { !weights.parameters.contains($0) }?.name ?? "?"))
        }
        let fused = PlanFusion(try PlanNode.lower(graph, weights, outputs: roots), outputs: roots).nodes
        let phases = PlanPhases(fused, maximumBatch: maximumBatch)
        let layout = PlanLayout(fused, phases: phases, outputs: roots, maximumBatch: maximumBatch)
        var assembly = PlanAssembly(fused, layout)
        self.phases = phases.phases.map { phase in
            Phase(tile: phase.tile, steps: phase.nodes.flatMap { assembly.steps(of: $0) })
        }
        .filter { !$0.steps.isEmpty }
        constants = PlanConstants(assembly.constants)
        arenaCount = layout.count
        self.maximumBatch = maximumBatch
        inputs = graph.inputs.filter { fused[$0].kind.isInput }.map {
            Port(name: graph.nodes[$0].name, shape: graph.nodes[$0].shape, place: layout.places[$0])
        }
        let outputNames = names ?? graph.outputs.map(\.name)
        outputs = zip(outputNames, roots).map {
            Port(name: $0, shape: graph.nodes[$1].shape, place: layout.places[$1])
        }
    }

    /// Memory for one run at a time.
    public func makeWorkspace() -> PlanWorkspace { PlanWorkspace(self) }

    /// Computes the outputs of `batch` samples from the workspace's inputs.
    public func run(batch: Int, _ workspace: PlanWorkspace) {
        precondition((0...maximumBatch).contains(batch), "a run takes 0 to \(maximumBatch) samples")
        precondition(workspace.memory.count >= arenaCount, "the workspace belongs to another plan")
        var run = PlanRun(arena: workspace.memory.base, constants: constants.base, first: 0, count: 0)
        for phase in phases {
            var first = 0
            while first < batch {
                run.first = first
                run.count = min(phase.tile, batch - first)
                for step in phase.steps { step.execute(run) }
                first += run.count
            }
        }
    }
}

/// The memory in which a plan runs: its inputs, its outputs and everything between.
///
/// Not for two threads at a time; make one for each.
public final class PlanWorkspace {
    let memory: AlignedBuffer
    private let plan: InferencePlan

    init(_ plan: InferencePlan) {
        self.plan = plan
        memory = AlignedBuffer(count: plan.arenaCount)
    }

    /// Place of an input; nil for an unknown name.
    ///
    /// `maximumBatch` samples one after the other; they stay as filled over runs.
    public func input(_ name: String) -> UnsafeMutableBufferPointer<Float>? {
        plan.inputs.first { $0.name == name }.map { buffer($0) }
    }

    /// Place of an output; nil for an unknown name.
    ///
    /// `maximumBatch` samples one after the other.
    public func output(_ name: String) -> UnsafeBufferPointer<Float>? {
        plan.outputs.first { $0.name == name }.map { UnsafeBufferPointer(buffer($0)) }
    }

    private func buffer(_ port: InferencePlan.Port) -> UnsafeMutableBufferPointer<Float> {
        UnsafeMutableBufferPointer(
            start: memory.base + port.place.offset,
            count: plan.maximumBatch * port.place.repeats * port.shape.count)
    }
}

/// A plan's weights in the kernels' order.
///
/// Unchecked: written before anybody else has it, then only read.
final class PlanConstants: @unchecked Sendable {
    private let memory: AlignedBuffer
    var base: UnsafePointer<Float> { UnsafePointer(memory.base) }

    init(_ values: [Float]) {
        memory = AlignedBuffer(count: values.count)
        memory.base.update(from: values, count: values.count)
    }
}
