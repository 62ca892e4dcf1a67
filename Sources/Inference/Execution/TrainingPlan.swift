/// Which nodes take part in the backward pass, and where every value and gradient lies.
///
/// Time runs from 0 to 2N: node `i` of N is computed at `i` and goes back at `2N − 1 − i`.
struct TrainingPlan {
    /// Adds what a node owes to an input to what others owe to it.
    struct Sum {
        let block: Int
        let node: Int
    }

    let objective: Int?
    /// Nodes whose gradient is needed: they hold or come after parameters and lead to the objective.
    let isActive: [Bool]
    private(set) var arena = Arena()
    private(set) var sums: [[Sum]]
    private(set) var shared = 0
    private(set) var scratch = 0

    private var outputs: [Int]
    private var saved: [Int]
    private var gradients: [Int?]
    /// Block for the gradient of each input of each node.
    private var inputGradients: [[Int?]]

    init(graph: Graph, batchSize: Int, objective name: String?) throws(GraphError) {
        let count = graph.nodes.count
        objective = try name.map { (name) throws(GraphError) in try graph.output(name) }
        isActive = Self.active(graph, objective)
        sums = Array(repeating: [], count: count)
        outputs = []
        saved = []
        gradients = Array(repeating: nil, count: count)
        inputGradients = []
        let memories = graph.nodes.map { node in
            node.layer.memory(graph.inputShapes(of: node), output: node.shape, batch: batchSize * node.repeats)
        }
        var lastUse = Array(graph.nodes.indices)
        for (index, node) in graph.nodes.enumerated() {
            let back = 2 * count - 1 - index
            for input in node.inputs {
                lastUse[input] = max(lastUse[input], isActive[index] && memories[index].readsInputs ? back : index)
            }
            if isActive[index], memories[index].readsOutput { lastUse[index] = max(lastUse[index], back) }
        }
        for output in graph.outputs { lastUse[output.node] = 2 * count }
        for input in graph.inputs { lastUse[input] = 2 * count }
        for (index, node) in graph.nodes.enumerated() {
            let size = batchSize * node.repeats * node.shape.count
            let back = 2 * count - 1 - index
            outputs.append(arena.add(size, (node.layer is Input ? -1 : index)...lastUse[index]))
            saved.append(arena.add(memories[index].saved, index...(isActive[index] ? back : index)))
            shared = max(shared, memories[index].shared)
            scratch = max(scratch, memories[index].scratch)
            inputGradients.append(node.inputs.map { _ in nil })
            guard isActive[index] else { continue }
            let users = graph.nodes.indices.filter { isActive[$0] && graph.nodes[$0].inputs.contains(index) }
            let first = users.last.map { 2 * count - 1 - $0 } ?? count
            gradients[index] = arena.add(size, min(first, back)...back)
        }
        placeInputGradients(graph, batchSize)
        arena.place()
    }

    /// The last user of a value writes its gradient, earlier ones add to it through a block of their own.
    private mutating func placeInputGradients(_ graph: Graph, _ batchSize: Int) {
        let count = graph.nodes.count
        var isWritten = [Bool](repeating: false, count: count)
        for index in graph.nodes.indices.reversed() where isActive[index] {
            for (place, input) in graph.nodes[index].inputs.enumerated() where isActive[input] {
                if isWritten[input] {
                    let node = graph.nodes[input]
                    let back = 2 * count - 1 - index
                    let block = arena.add(batchSize * node.repeats * node.shape.count, back...back)
                    inputGradients[index][place] = block
                    sums[index].append(Sum(block: block, node: input))
                } else {
                    inputGradients[index][place] = gradients[input]
                    isWritten[input] = true
                }
            }
        }
    }

    private static func active(_ graph: Graph, _ objective: Int?) -> [Bool] {
        guard let objective else { return Array(repeating: false, count: graph.nodes.count) }
        var learns = [Bool](repeating: false, count: graph.nodes.count)
        for (index, node) in graph.nodes.enumerated() {
            learns[index] =
                node.parameters.contains { graph.parameters[$0].isTrained }
                || node.inputs.contains { learns[$0] }
        }
        var active = [Bool](repeating: false, count: graph.nodes.count)
        for index in graph.ancestors(of: [objective]) { active[index] = learns[index] }
        active[objective] = true
        return active
    }

    /// What every node works on.
    func makePasses(
        _ graph: Graph, _ weights: Weights, _ pool: WorkerPool, _ precision: Precision, arena base: Floats,
        parameters: Floats,
        gradients parameterGradients: Floats, shared: Floats, scratch: Floats, scratchStride: Int
    ) -> [LayerPass] {
        func place(_ block: Int) -> Floats { base + arena.blocks[block].offset }
        return graph.nodes.indices.map { index in
            let node = graph.nodes[index]
            let pass = LayerPass(
                inputShapes: graph.inputShapes(of: node), shape: node.shape, pool: pool, precision: precision,
                nowhere: shared)
            pass.inputs = node.inputs.map { place(outputs[$0]) }
            pass.output = place(outputs[index])
            pass.saved = place(saved[index])
            if let gradient = gradients[index] { pass.outputGradient = place(gradient) }
            pass.inputGradients = inputGradients[index].map { $0.map(place) }
            pass.parameters = node.parameters.map { parameters + weights.offsets[$0] }
            pass.parameterGradients = node.parameters.map { parameterGradients + weights.offsets[$0] }
            pass.shared = shared
            pass.scratchBase = scratch
            pass.scratchStride = scratchStride
            return pass
        }
    }
}
