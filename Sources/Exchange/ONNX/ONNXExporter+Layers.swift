import Inference

extension ONNXExporter {
    /// Adds the operators of a node.
    mutating func add(_ index: Int) throws(ONNXError) {
        let node = graph.nodes[index]
        switch node.layer {
        case is Input:
            message.input.append(port(node.name, node))
            define(index, .last, node.name)
        case let layer as Conv1d:
            let window = layer.window(length: graph.inputShapes(of: node)[0][0])
            convolution(index, groups: 1, [window], hasBias: layer.bias)
        case let layer as Conv2d:
            let windows = layer.windows(graph.inputShapes(of: node)[0])
            convolution(index, groups: 1, [windows.height, windows.width], hasBias: layer.bias)
        case let layer as DepthwiseConv2d:
            let windows = layer.windows(graph.inputShapes(of: node)[0])
            convolution(
                index, groups: node.shape.channels, [windows.height, windows.width], hasBias: layer.bias)
        case let layer as Linear: linear(index, layer)
        case let layer as BatchNorm:
            let inputs = ["weight", "bias", "running_mean", "running_var"].map { parameter(node, $0) }
            let name = emit(
                "BatchNormalization", [value(node.inputs[0], .first)] + inputs, to: node.name + ":norm",
                [float("epsilon", layer.epsilon)])
            define(index, node.shape.rank == 1 ? .last : .first, activate(name, layer.activation, node.name))
        case let layer as LayerNorm:
            let inputs = [value(node.inputs[0]), parameter(node, "weight"), parameter(node, "bias")]
            define(
                index, .last,
                emit(
                    "LayerNormalization", inputs, to: node.name + ":value",
                    [int("axis", -1), float("epsilon", layer.epsilon)]))
        case let layer as GRU: recurrence(index, layer)
        case let layer as ObliviousTrees: try trees(index, layer)
        default: try addPlain(index)
        }
    }

    private mutating func convolution(_ index: Int, groups: Int, _ windows: [SlidingWindow], hasBias: Bool) {
        let node = graph.nodes[index]
        let bias = hasBias ? [parameter(node, "bias")] : []
        let name = emit(
            "Conv", [value(node.inputs[0], .first), parameter(node, "weight")] + bias, to: node.name + ":value",
            windowAttributes(windows) + [ints("dilations", windows.map(\.dilation)), int("group", groups)])
        define(index, .first, name)
    }

    func windowAttributes(_ windows: [SlidingWindow]) -> [Onnx_AttributeProto] {
        [
            ints("kernel_shape", windows.map(\.kernel)), ints("strides", windows.map(\.stride)),
            ints("pads", windows.map(\.before) + windows.map(\.after)),
        ]
    }

    private mutating func linear(_ index: Int, _ layer: Linear) {
        let node = graph.nodes[index]
        let weight = tensors[node.name + ".weight"]
        let inputs = graph.inputShapes(of: node)[0].channels
        var turned = [Float](repeating: 0, count: inputs * layer.features)
        for (place, number) in (weight?.values ?? []).enumerated() {
            turned[place % inputs * layer.features + place / inputs] = number
        }
        let matrix = constant(node.name + ".weight", [inputs, layer.features], turned)
        var name = emit("MatMul", [value(node.inputs[0]), matrix], to: node.name + ":product")
        if layer.bias { name = emit("Add", [name, parameter(node, "bias")], to: node.name + ":value") }
        define(index, .last, name)
    }

    /// ONNX has the gates in the order z, r, n, and time before the batch.
    private mutating func recurrence(_ index: Int, _ layer: GRU) {
        let node = graph.nodes[index]
        let size = layer.features
        func reordered(_ name: String) -> [Float] {
            let values = tensors[node.name + "." + name]?.values ?? []
            let part = values.count / 3
            return Array(values[part..<2 * part] + values[0..<part] + values[(2 * part)...])
        }
        let inputs = graph.inputShapes(of: node)[0].channels
        let w = constant(node.name + ".w", [1, 3 * size, inputs], reordered("weight_ih_l0"))
        let r = constant(node.name + ".r", [1, 3 * size, size], reordered("weight_hh_l0"))
        let b = constant(node.name + ".b", [1, 6 * size], reordered("bias_ih_l0") + reordered("bias_hh_l0"))
        let x = emit("Transpose", [value(node.inputs[0])], to: node.name + ":steps", [ints("perm", [1, 0, 2])])
        var arguments = [x, w, r, b]
        if node.inputs.count > 1 {
            let state = emit("Unsqueeze", [value(node.inputs[1]), constant([0])], to: node.name + ":state")
            arguments += ["", state]
        }
        let states = emit(
            "GRU", arguments, to: node.name + ":states", [int("hidden_size", size), int("linear_before_reset", 1)])
        let squeezed = emit("Squeeze", [states, constant([1])], to: node.name + ":squeezed")
        define(index, .last, emit("Transpose", [squeezed], to: node.name + ":value", [ints("perm", [1, 0, 2])]))
    }

    /// Answers of all questions at once, leaf numbers as their product with powers of two, leaves by number.
    private mutating func trees(_ index: Int, _ layer: ObliviousTrees) throws(ONNXError) {
        let node = graph.nodes[index]
        let numbers = tensors[node.name + ".features"]?.values ?? []
        guard ObliviousTrees.areFeatures(numbers, width: graph.inputShapes(of: node)[0].channels) else {
            throw .unsupported(node: node.name, kind: "ObliviousTrees with a feature that does not exist")
        }
        let (trees, depth) = (layer.trees, layer.depth)
        func name(_ part: String) -> String { node.name + ":" + part }
        let features = numbers.map { Int($0) }
        let leaves = tensors[node.name + ".leaves"]?.values ?? []
        let thresholds = constant(
            name("thresholds"), [trees * depth], tensors[node.name + ".thresholds"]?.values ?? [])
        let asked = emit(
            "Gather", [value(node.inputs[0]), constant(features)], to: name("asked"), [int("axis", -1)])
        let answers = emit("Greater", [asked, thresholds], to: name("answers"))
        let bits = emit("Cast", [answers], to: name("bits"), [int("to", 1)])
        let rows = emit("Reshape", [bits, constant([-1, trees, depth])], to: name("rows"))
        let powers = constant(name("powers"), [depth, 1], (0..<depth).map { Float(1 << $0) })
        let leaf = emit("MatMul", [rows, powers], to: name("leaf"))
        let flat = emit("Squeeze", [leaf, constant([2])], to: name("flat"))
        let starts = constant(name("starts"), [trees], (0..<trees).map { Float($0 << depth) })
        let places = emit("Cast", [emit("Add", [flat, starts], to: name("sum"))], to: name("places"), [int("to", 7)])
        let table = constant(name("table"), [trees << depth, layer.classes], leaves)
        let chosen = emit("Gather", [table, places], to: name("chosen"), [int("axis", 0)])
        let total = emit("ReduceSum", [chosen, constant([1])], to: name("total"), [int("keepdims", 0)])
        define(
            index, .last, emit("Reshape", [total, constant([-1] + node.shape.dimensions)], to: name("value")))
    }

    /// Applies a function to a tensor.
    mutating func activate(_ name: String, _ function: ActivationFunction, _ node: String) -> String {
        switch function {
        case .identity: return name
        case .relu: return emit("Relu", [name], to: node + ":relu")
        case .sigmoid: return emit("Sigmoid", [name], to: node + ":sigmoid")
        case .tanh: return emit("Tanh", [name], to: node + ":tanh")
        case .silu:
            return emit("Mul", [name, emit("Sigmoid", [name], to: node + ":sigmoid")], to: node + ":silu")
        case .gelu:
            let root = constant(node + ":root", [], [Float(0.5).squareRoot()])
            let (one, half) = (constant(node + ":one", [], [1]), constant(node + ":half", [], [0.5]))
            let error = emit("Erf", [emit("Mul", [name, root], to: node + ":scaled")], to: node + ":erf")
            let sum = emit("Add", [error, one], to: node + ":sum")
            return emit("Mul", [emit("Mul", [name, half], to: node + ":halved"), sum], to: node + ":gelu")
        }
    }
}
