import Glibc

/// Where a training executor's processor time goes, by layer; for benchmarks.
public struct LayerProfile: Sendable {
    private var forward: [Double] = []
    private var backward: [Double] = []

    /// Begins at zero.
    public init() {}

    /// Back to zero.
    public mutating func reset() { (forward, backward) = ([], []) }

    /// Processor time of the process so far, in seconds.
    static func processorSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    mutating func add(_ seconds: Double, node: Int, of count: Int, isForward: Bool) {
        if forward.isEmpty {
            forward = [Double](repeating: 0, count: count)
            backward = forward
        }
        if isForward { forward[node] += seconds } else { backward[node] += seconds }
    }

    /// A row of the table.
    private struct Row {
        let name: String
        var forward: Double
        var backward: Double
        var sum: Double { forward + backward }
    }

    /// Milliseconds of processor time in one of `steps` steps by kind of layer, and the slowest nodes.
    public func table(_ graph: Graph, steps: Int) -> String {
        guard forward.count == graph.nodes.count else { return "" }
        var kinds: [String: Row] = [:]
        var nodes: [Row] = []
        for (index, node) in graph.nodes.enumerated() {
            let row = Row(
                name: "\(node.name) \(node.shape)", forward: forward[index] * 1e3 / Double(steps),
                backward: backward[index] * 1e3 / Double(steps))
            nodes.append(row)
            kinds[node.layer.kind, default: Row(name: node.layer.kind, forward: 0, backward: 0)].forward += row.forward
            kinds[node.layer.kind]?.backward += row.backward
        }
        let all = Row(
            name: "all", forward: nodes.reduce(0) { $0 + $1.forward }, backward: nodes.reduce(0) { $0 + $1.backward })
        let rows = kinds.values.sorted { $0.sum > $1.sum } + nodes.sorted { $0.sum > $1.sum }.prefix(12) + [all]
        return rows.map { row in
            let times = [row.forward, row.backward].map { "\(($0 * 100).rounded() / 100)" }
            return "\(row.name): forward \(times[0]) ms, backward \(times[1]) ms"
        }.joined(separator: "\n")
    }
}
