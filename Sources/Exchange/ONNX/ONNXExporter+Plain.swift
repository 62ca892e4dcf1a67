import Inference

extension ONNXExporter {
    /// Adds the operators of a node without weights.
    mutating func addPlain(_ index: Int) throws(ONNXError) {
        let node = graph.nodes[index]
        let inputs = node.inputs
        let own = node.name + ":value"
        switch node.layer {
        case let layer as Activation:
            let layout = layout(of: inputs[0])
            define(index, layout, activate(value(inputs[0], layout), layer.function, node.name))
        case let layer as Add:
            let layout = layout(of: inputs[0])
            let sum = emit("Sum", inputs.map { value($0, layout) }, to: own)
            define(index, layout, activate(sum, layer.activation, node.name))
        case let layer as Multiply: try multiply(index, layer)
        case is Concatenate:
            let layout = layout(of: inputs[0])
            let parts = inputs.map { value($0, layout) }
            define(index, layout, emit("Concat", parts, to: own, [int("axis", channelAxis(index, layout))]))
        case let layer as Pool1d:
            pool(index, layer.pooling, [layer.window(length: graph.inputShapes(of: node)[0][0])])
        case let layer as Pool2d:
            let windows = layer.windows(graph.inputShapes(of: node)[0])
            pool(index, layer.pooling, [windows.height, windows.width])
        case let layer as GlobalPool: globalPool(index, layer.statistic)
        case is ChannelPool:
            let layout = layout(of: inputs[0])
            let axis = channelAxis(inputs[0], layout)
            let x = value(inputs[0], layout)
            let both = ["ReduceMean", "ReduceMax"].map {
                emit($0, [x], to: node.name + ":" + $0, [ints("axes", [axis]), int("keepdims", 1)])
            }
            define(index, layout, emit("Concat", both, to: own, [int("axis", axis)]))
        case is SumPositions:
            let layout = layout(of: inputs[0])
            let axes = positionAxes(inputs[0], layout)
            let x = value(inputs[0], layout)
            define(
                index, .last,
                axes.isEmpty ? x : emit("ReduceSum", [x, constant(axes)], to: own, [int("keepdims", 0)]))
        case is Softmax: define(index, .last, emit("Softmax", [value(inputs[0])], to: own, [int("axis", -1)]))
        case is Reshape, is FoldTime, is UnfoldTime:
            let shape = constant([-1] + node.shape.dimensions)
            define(index, .last, emit("Reshape", [value(inputs[0]), shape], to: own))
        case is Dropout:
            let layout = layout(of: inputs[0])
            define(index, layout, value(inputs[0], layout))
        default: throw .unsupported(node: node.name, kind: node.layer.kind)
        }
    }

    private mutating func multiply(_ index: Int, _ layer: Multiply) throws(ONNXError) {
        let node = graph.nodes[index]
        let shapes = graph.inputShapes(of: node)
        guard let broadcast = layer.broadcast(shapes[0], shapes[1]) else {
            throw .unsupported(node: node.name, kind: node.layer.kind)
        }
        let layout = layout(of: node.inputs[0])
        var gate: String
        if case .channels = broadcast {
            gate = value(node.inputs[1])
            if shapes[0].rank > 1 {
                let ones = [Int](repeating: 1, count: shapes[0].rank - 1)
                let shape = layout == .first ? [-1, shapes[0].channels] + ones : [-1] + ones + [shapes[0].channels]
                gate = emit("Reshape", [gate, constant(shape)], to: node.name + ":gate")
            }
        } else {
            gate = value(node.inputs[1], layout)
        }
        define(index, layout, emit("Mul", [value(node.inputs[0], layout), gate], to: node.name + ":value"))
    }

    private mutating func pool(_ index: Int, _ pooling: PoolingKind, _ windows: [SlidingWindow]) {
        let node = graph.nodes[index]
        let kind = pooling == .maximum ? "MaxPool" : "AveragePool"
        let extra = pooling == .maximum ? [] : [int("count_include_pad", 0)]
        let name = emit(
            kind, [value(node.inputs[0], .first)], to: node.name + ":value", windowAttributes(windows) + extra)
        define(index, .first, name)
    }

    private mutating func globalPool(_ index: Int, _ statistic: GlobalPool.Statistic) {
        let node = graph.nodes[index]
        let layout = layout(of: node.inputs[0])
        let axes = positionAxes(node.inputs[0], layout)
        let x = value(node.inputs[0], layout)
        func reduced(_ kind: String) -> String {
            axes.isEmpty
                ? x : emit(kind, [x], to: node.name + ":" + kind, [ints("axes", axes), int("keepdims", 0)])
        }
        switch statistic {
        case .average: define(index, .last, reduced("ReduceMean"))
        case .maximum: define(index, .last, reduced("ReduceMax"))
        case .averageAndMaximum:
            let both = ["ReduceMean", "ReduceMax"].map { kind in
                emit("Unsqueeze", [reduced(kind), constant([1])], to: node.name + ":" + kind + "1")
            }
            define(index, .last, emit("Concat", both, to: node.name + ":value", [int("axis", 1)]))
        }
    }
}
