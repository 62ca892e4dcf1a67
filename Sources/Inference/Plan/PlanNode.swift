/// A node of a graph on its way to inference: what it computes, with its weights at hand, so that neighbours can be merged.
struct PlanNode {
    /// A convolution, linear layer or pointwise convolution: `act(window(x) · weights + bias + residual)`.
    struct Product {
        /// (depth, columns) row-major; depth runs over kernel rows, kernel columns, channels.
        var weights: [Float]
        /// (columns).
        var bias: [Float]
        /// Nil for a product over rows.
        var window: ImageWindow?
        var activation = ActivationFunction.identity
        /// Whether the last input is added before the activation.
        var hasResidual = false
    }
    /// A depthwise convolution with bias and activation.
    struct Depthwise {
        /// (taps, channels).
        var weights: [Float]
        var bias: [Float]
        var window: ImageWindow
        var activation = ActivationFunction.identity
    }
    struct Recurrence {
        var inputWeights: [Float]
        var stateWeights: [Float]
        var inputBias: [Float]
        var stateBias: [Float]
    }

    enum Kind {
        case input
        case product(Product)
        case depthwise(Depthwise)
        /// act(x · scale + shift) per channel.
        case affine(scale: [Float], shift: [Float], ActivationFunction)
        case activation(ActivationFunction)
        case add(ActivationFunction)
        case gate(Multiply.Broadcast)
        case concatenate
        case pool(PoolingKind, ImageWindow)
        case globalPool(GlobalPool.Statistic)
        case channelPool
        case sumPositions
        case softmax
        case layerNorm(weight: [Float], bias: [Float], epsilon: Float)
        case recurrence(Recurrence)
        case trees(ObliviousTrees, features: [Float], thresholds: [Float], leaves: [Float])
        /// The same elements under another shape or another count of samples.
        case alias
        /// Merged into another node.
        case merged
    }

    let name: String
    var kind: Kind
    var inputs: [Int]
    let shape: Shape
    /// Samples for one sample of the batch.
    let repeats: Int
}

extension PlanNode {
    /// The nodes that the outputs need, in the graph's order; others are `merged`.
    static func lower(_ graph: Graph, _ weights: Weights, outputs: [Int]) throws(PlanError) -> [PlanNode] {
        let needed = Set(graph.ancestors(of: outputs))
        var nodes: [PlanNode] = []
        for (index, node) in graph.nodes.enumerated() {
            let kind = needed.contains(index) ? try lower(node, graph, weights) : .merged
            nodes.append(
                PlanNode(
                    name: node.name, kind: kind, inputs: needed.contains(index) ? node.inputs : [], shape: node.shape,
                    repeats: node.repeats))
        }
        return nodes
    }

    private static func lower(_ node: Graph.Node, _ graph: Graph, _ weights: Weights) throws(PlanError) -> Kind {
        let shapes = graph.inputShapes(of: node)
        func parameter(_ index: Int) -> [Float] {
            Array(weights.values[weights.range(node.parameters.lowerBound + index)])
        }
        func bias(_ hasBias: Bool, _ count: Int) -> [Float] {
            hasBias ? parameter(1) : [Float](repeating: 0, count: count)
        }
        switch node.layer {
        case is Input: return .input
        case let layer as Linear:
            return .product(Product(weights: parameter(0), bias: bias(layer.bias, layer.features)))
        case let layer as Conv1d:
            let window = ImageWindow(
                height: SlidingWindow(length: 1, kernel: 1, stride: 1, dilation: 1, padding: .symmetric(0)),
                width: layer.window(length: shapes[0][0]))
            return .product(
                Product(
                    weights: parameter(0), bias: bias(layer.bias, layer.channels),
                    window: window.isPlain ? nil : window))
        case let layer as Conv2d:
            let window = layer.windows(shapes[0])
            return .product(
                Product(
                    weights: parameter(0), bias: bias(layer.bias, layer.channels),
                    window: window.isPlain ? nil : window))
        case let layer as DepthwiseConv2d:
            return .depthwise(
                Depthwise(
                    weights: parameter(0), bias: bias(layer.bias, node.shape.channels), window: layer.windows(shapes[0])
                ))
        case let layer as BatchNorm:
            let (gamma, beta, mean, variance) = (parameter(0), parameter(1), parameter(2), parameter(3))
            let scale = zip(gamma, variance).map { $0 / ($1 + layer.epsilon).squareRoot() }
            let shift = beta.indices.map { beta[$0] - mean[$0] * scale[$0] }
            return .affine(scale: scale, shift: shift, layer.activation)
        case let layer as LayerNorm:
            return .layerNorm(weight: parameter(0), bias: parameter(1), epsilon: layer.epsilon)
        case is GRU:
            return .recurrence(
                Recurrence(
                    inputWeights: parameter(0), stateWeights: parameter(1), inputBias: parameter(2),
                    stateBias: parameter(3)))
        case let layer as ObliviousTrees:
            let width = shapes[0].channels
            guard ObliviousTrees.areFeatures(parameter(0), width: width) else {
                throw .features(node: node.name, width: width)
            }
            return .trees(layer, features: parameter(0), thresholds: parameter(1), leaves: parameter(2))
        default: return try lowerPlain(node, shapes)
        }
    }

    /// Layers without weights.
    private static func lowerPlain(_ node: Graph.Node, _ shapes: [Shape]) throws(PlanError) -> Kind {
        switch node.layer {
        case let layer as Activation: return .activation(layer.function)
        case let layer as Add: return .add(layer.activation)
        case let layer as Multiply:
            guard let broadcast = layer.broadcast(shapes[0], shapes[1]) else { break }
            return .gate(broadcast)
        case is Concatenate: return .concatenate
        case let layer as Pool1d:
            let row = SlidingWindow(length: 1, kernel: 1, stride: 1, dilation: 1, padding: .symmetric(0))
            return .pool(layer.pooling, ImageWindow(height: row, width: layer.window(length: shapes[0][0])))
        case let layer as Pool2d: return .pool(layer.pooling, layer.windows(shapes[0]))
        case let layer as GlobalPool: return .globalPool(layer.statistic)
        case is ChannelPool: return .channelPool
        case is SumPositions: return .sumPositions
        case is Softmax: return .softmax
        case is Reshape, is FoldTime, is UnfoldTime, is Dropout: return .alias
        default: break
        }
        throw .unsupported(node: node.name, kind: node.layer.kind)
    }
}

extension ImageWindow {
    /// A product over rows: kernel 1, stride 1, no padding.
    var isPlain: Bool {
        [height, width].allSatisfy { $0.kernel == 1 && $0.stride == 1 && $0.paddedLength == $0.length }
    }
}
