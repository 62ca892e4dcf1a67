/// Turns placed nodes into steps and gathers their weights.
struct PlanAssembly {
    /// All weights, each at a multiple of 16.
    private(set) var constants: [Float] = []
    private let nodes: [PlanNode]
    private let layout: PlanLayout

    init(_ nodes: [PlanNode], _ layout: PlanLayout) {
        self.nodes = nodes
        self.layout = layout
    }

    /// The steps that compute a node; none for inputs and for values that need no work.
    mutating func steps(of index: Int) -> [PlanStep] {
        let node = nodes[index]
        switch node.kind {
        case .input, .merged, .alias: return []
        case .product(let product):
            let operation =
                fourier(product, node).map { .fourier($0) } ?? PlanStep.Operation.product(place(product, node))
            return [step(index, operation, second: product.hasResidual ? node.inputs.last : nil)]
        case .depthwise(let depthwise):
            let placed = PlanDepthwise(
                window: depthwise.window, weights: add(depthwise.weights), bias: add(depthwise.bias),
                activation: depthwise.activation.kernel ?? 0)
            return [step(index, .depthwise(placed))]
        case .affine(let scale, let shift, let activation):
            let own = activation.kernel ?? 0
            let affine = step(index, .affine(scale: add(scale), shift: add(shift), own))
            return activation.isFusable ? [affine] : [affine, step(index, .activation(activation), first: index)]
        case .activation(let function): return [step(index, .activation(function))]
        case .add(let activation):
            return (1..<node.inputs.count).map { k in
                let isLast = k == node.inputs.count - 1
                return step(
                    index, .add(isLast ? activation : .identity), first: k == 1 ? node.inputs[0] : index,
                    second: node.inputs[k])
            }
        case .gate(let broadcast): return [step(index, .gate(broadcast), second: node.inputs[1])]
        case .concatenate:
            var channel = 0
            return node.inputs.compactMap { input in
                defer { channel += nodes[input].shape.channels }
                return layout.isPart[input] ? nil : step(index, .copy(channel: channel), first: input)
            }
        case .pool(let kind, let window): return [step(index, .pool(kind, window))]
        case .globalPool(let statistic): return [step(index, .globalPool(statistic))]
        case .channelPool: return [step(index, .channelPool)]
        case .sumPositions: return [step(index, .sumPositions)]
        case .softmax: return [step(index, .softmax)]
        case .layerNorm(let weight, let bias, let epsilon):
            return [step(index, .layerNorm(weight: add(weight), bias: add(bias), epsilon: epsilon))]
        case .trees(let layer, let features, let thresholds, let leaves):
            return [
                step(
                    index,
                    .trees(layer, features: add(features), thresholds: add(thresholds), leaves: add(leaves)))
            ]
        case .recurrence(let recurrence):
            let placed = place(recurrence, node)
            return [step(index, .recurrence(placed), second: node.inputs.count > 1 ? node.inputs[1] : nil)]
        }
    }

    private func step(
        _ index: Int, _ operation: PlanStep.Operation, first: Int? = nil, second: Int? = nil
    ) -> PlanStep {
        let input = first ?? nodes[index].inputs[0]
        return PlanStep(
            name: nodes[index].name, operation: operation, input: layout.places[input], inputShape: nodes[input].shape,
            second: second.map { layout.places[$0] }, output: layout.places[index], outputShape: nodes[index].shape,
            scratch: layout.scratch[index])
    }

    private mutating func place(_ product: PlanNode.Product, _ node: PlanNode) -> PlanProduct {
        let columns = product.bias.count
        let input = node.inputs[0]
        return PlanProduct(
            window: product.window, inputChannels: nodes[input].shape.channels, columns: columns,
            weights: pack(product.weights, columns), bias: add(product.bias),
            activation: product.activation.kernel ?? 0,
            copies: product.window?.needsCopy(layout.places[input].padding) ?? false)
    }

    /// The product in the frequency domain, where that is cheaper.
    private mutating func fourier(_ product: PlanNode.Product, _ node: PlanNode) -> PlanFourier? {
        let (inputs, outputs) = (nodes[node.inputs[0]].shape.channels, product.bias.count)
        guard let window = product.window, !window.needsCopy(layout.places[node.inputs[0]].padding),
            let tiling = FourierTiling(window, inputs: inputs, outputs: outputs)
        else { return nil }
        return PlanFourier(
            tiling: tiling, window: window.width, inputs: inputs, outputs: outputs,
            forward: add(tiling.forwardMatrix()), inverse: add(tiling.inverseMatrix()),
            spectra: add(tiling.spectra(product.weights, inputs: inputs, outputs: outputs)), bias: add(product.bias),
            activation: product.activation.kernel ?? 0)
    }

    private mutating func place(_ recurrence: PlanNode.Recurrence, _ node: PlanNode) -> PlanRecurrence {
        let features = node.shape[1]
        return PlanRecurrence(
            steps: node.shape[0], channels: nodes[node.inputs[0]].shape[1], features: features,
            inputWeights: pack(recurrence.inputWeights, 3 * features),
            stateWeights: pack(recurrence.stateWeights, 3 * features), inputBias: add(recurrence.inputBias),
            stateBias: add(recurrence.stateBias))
    }

    private mutating func add(_ values: [Float]) -> Int {
        let start = constants.count
        constants += values
        constants += [Float](repeating: 0, count: (16 - constants.count % 16) % 16)
        return start
    }

    /// Adds a (depth, columns) matrix in the kernel's order.
    private mutating func pack(_ weights: [Float], _ columns: Int) -> Int {
        let depth = weights.count / columns
        var packed = [Float](repeating: 0, count: Kernel.packedCount(depth, columns))
        weights.withUnsafeBufferPointer { weights in
            packed.withUnsafeMutableBufferPointer { packed in
                guard let from = weights.baseAddress, let to = packed.baseAddress else { return }
                Kernel.pack(depth, columns, Kernel.Matrix(from, row: columns), into: to)
            }
        }
        return add(packed)
    }
}

extension PlanNode.Kind {
    var isInput: Bool { if case .input = self { true } else { false } }
}
