/// Where a training executor's time goes, by layer; for benchmarks.
public struct LayerProfile: Sendable {
    private var forward: [Duration] = []
    private var backward: [Duration] = []

    /// Begins at zero.
    public init() {}

    /// Back to zero.
    public mutating func reset() { (forward, backward) = ([], []) }

    mutating func add(_ time: Duration, node: Int, of count: Int, isForward: Bool) {
        if forward.isEmpty {
            (forward, backward) = (
                [Duration](repeating: .zero, count: count), [Duration](repeating: .zero, count: count)
            )
        }
        if isForward { forward[node] += time } else { backward[node] += time }
    }

    /// Milliseconds of one of `steps` steps by kind of layer, and the ten slowest nodes.
    public func table(_ graph: Graph, steps: Int) -> String {
        guard forward.count == graph.nodes.count else { return "" }
        func milliseconds(_ time: Duration) -> Double {
            let parts = time.components
            return (Double(parts.seconds) * 1e3 + Double(parts.attoseconds) * 1e-15) / Double(max(steps, 1))
        }
        var kinds: [String: (Double, Double)] = [:]
        var rows: [(String, Double, Double)] = []
        for (index, node) in graph.nodes.enumerated() {
            let row = (milliseconds(forward[index]), milliseconds(backward[index]))
            kinds[node.layer.kind, default: (0, 0)].0 += row.0
            kinds[node.layer.kind, default: (0, 0)].1 += row.1
            rows.append(("\(node.name) \(node.shape)", row.0, row.1))
        }
        let total = kinds.values.reduce(0) { $0 + $1.0 + $1.1 }
        let slowest = rows.sorted { $0.1 + $0.2 > $1.1 + $1.2 }.prefix(12)
        let summary = kinds.map { ($0.key, $0.value.0, $0.value.1) }.sorted { $0.1 + $0.2 > $1.1 + $1.2 }
        return (summary + slowest + [("all", total, 0)]).map { row in
            "\(row.0)  forward \((row.1 * 1000).rounded() / 1000) ms, backward \((row.2 * 1000).rounded() / 1000) ms"
        }.joined(separator: "\n")
    }
}
