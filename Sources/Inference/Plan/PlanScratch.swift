extension PlanNode.Kind {
    var isAlias: Bool { if case .alias = self { true } else { false } }
    var isConcatenation: Bool { if case .concatenate = self { true } else { false } }
}

extension ImageWindow {
    /// A window along one row.
    var isTime: Bool { height.length == 1 && height.kernel == 1 && height.paddedLength == 1 }

    /// Whether a value with these zeros around each sample must be copied to have the window's padding.
    func needsCopy(_ padding: (before: Int, after: Int)) -> Bool {
        guard isTime else { return height.paddedLength != height.length || width.paddedLength != width.length }
        return width.before > padding.before || width.after > padding.after
    }
}

extension PlanNode {
    /// Floats of scratch memory for one sample, or for all if it is not per sample.
    func scratchCount(_ nodes: [PlanNode], padding: (Int) -> (before: Int, after: Int)) -> Int {
        switch kind {
        case .product(let product):
            let channels = nodes[inputs[0]].shape.channels
            guard let window = product.window else { return 0 }
            guard window.needsCopy(padding(inputs[0])) else {
                let tiling = FourierTiling(window, inputs: channels, outputs: product.bias.count)
                return tiling?.scratchCount(inputs: channels, outputs: product.bias.count) ?? 0
            }
            return window.height.paddedLength * window.width.paddedLength * channels
        case .recurrence:
            let features = shape[1]
            return repeats * (shape[0] * 3 * features + 3 * features + features)
        default: return 0
        }
    }

    /// Whether each sample needs its own scratch memory.
    var scratchIsPerSample: Bool { if case .recurrence = kind { true } else { false } }
}
