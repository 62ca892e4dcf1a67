extension Graph {
    /// A table of the nodes: name, layer, result, parameters and multiply-accumulates of one sample, and their sums.
    public func summary() -> String {
        var rows = [["node", "layer", "result", "parameters", "MAC"]]
        var operations = 0
        for node in nodes {
            let cost = node.layer.multiplyAccumulates(inputShapes(of: node), output: node.shape) * node.repeats
            let count = node.parameters.reduce(0) { $0 + (parameters[$1].isTrained ? parameters[$1].count : 0) }
            operations += cost
            rows.append([
                node.name, node.layer.kind, node.shape.description, count == 0 ? "" : "\(count)",
                cost == 0 ? "" : "\(cost)",
            ])
        }
        rows.append(["total", "", "", "\(trainedCount)", "\(operations)"])
        let widths = (0..<5).map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            var line = ""
            for column in 0..<5 {
                let space = String(repeating: " ", count: widths[column] - row[column].count)
                line += column < 3 ? row[column] + space + "  " : space + row[column] + "  "
            }
            while line.last == " " { line.removeLast() }
            return line
        }.joined(separator: "\n")
    }
}
