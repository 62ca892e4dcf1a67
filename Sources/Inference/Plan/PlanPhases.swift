/// Cuts the nodes of a plan into phases, each of which takes the batch in tiles of its own size.
///
/// Early layers hold large values: beat after beat, they stay in the cache. Late layers hold small ones and large weights: the
/// whole batch at once reads the weights once. A value that lives across phases is kept for the whole batch, where it is far
/// from the processor when it is read again: a cut waits for a place that little crosses, such as the end of a bottleneck.
struct PlanPhases {
    struct Phase {
        /// Samples at a time.
        let tile: Int
        let nodes: Range<Int>
    }
    private(set) var phases: [Phase] = []

    /// Values of a tile together should stay under this many floats: a fraction of a second-level cache.
    private static let reach = 96 * 1024
    /// Nodes that a larger tile must hold for, or it is not worth a cut.
    private static let patience = 24
    /// Nodes that a cut may wait.
    private static let wait = 16

    init(_ nodes: [PlanNode], maximumBatch: Int) {
        var wanted = nodes.map { node -> Int in
            let values = node.inputs.reduce(node.shape.count * node.repeats) {
                $0 + nodes[$1].shape.count * nodes[$1].repeats
            }
            var tile = 1
            while tile < maximumBatch, 2 * tile * values <= Self.reach { tile *= 2 }
            return min(tile, maximumBatch)
        }
        for (index, node) in nodes.enumerated() {
            switch node.kind {
            case .input, .merged, .alias: wanted[index] = maximumBatch
            default: break
            }
        }
        let crossing = Self.crossing(nodes)
        var start = 0
        while start < nodes.count {
            var tile = wanted[start]
            var end = start + 1
            while end < nodes.count {
                let ahead = wanted[end..<min(end + Self.patience, nodes.count)].min() ?? 1
                if ahead >= 2 * tile {
                    let last = min(end + Self.wait, nodes.count - 1)
                    end = (end...last).min { crossing[$0] < crossing[$1] } ?? end
                    break
                }
                if wanted[end] * 4 <= tile { break }
                tile = min(tile, wanted[end])
                end += 1
            }
            phases.append(Phase(tile: tile, nodes: start..<end))
            start = end
        }
    }

    /// Floats of a sample that are made before each node and read by it or after it.
    private static func crossing(_ nodes: [PlanNode]) -> [Int] {
        var counts = [Int](repeating: 0, count: nodes.count)
        var lastUse = Array(nodes.indices)
        for (index, node) in nodes.enumerated() { for input in node.inputs { lastUse[input] = index } }
        for (index, node) in nodes.enumerated() where !node.kind.isInput {
            for cut in index..<lastUse[index] { counts[cut + 1] += node.shape.count * node.repeats }
        }
        return counts
    }

    /// The phase that a node belongs to.
    func phase(of node: Int) -> Int { phases.firstIndex { $0.nodes.contains(node) } ?? 0 }
}
