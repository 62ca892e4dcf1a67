/// Merges nodes so that every value is written once: batch norm into weights, activation, bias and residual into products.
///
/// A merged operation takes the place of the later node, when all that it needs has been computed.
struct PlanFusion {
    private(set) var nodes: [PlanNode]
    private let outputs: Set<Int>
    private var users: [Int]

    init(_ nodes: [PlanNode], outputs: [Int]) {
        self.nodes = nodes
        self.outputs = Set(outputs)
        users = [Int](repeating: 0, count: nodes.count)
        for node in nodes { for input in node.inputs { users[input] += 1 } }
        for output in outputs { users[output] += 1 }
        for index in nodes.indices { merge(index) }
    }

    /// Merges a node with what produces its input.
    private mutating func merge(_ index: Int) {
        switch nodes[index].kind {
        case .affine(let scale, let shift, let activation):
            fold(index, scale: scale, shift: shift, activation)
        case .activation(let function): absorb(index, function)
        case .add(let activation): addResidual(index, activation)
        default: break
        }
    }

    private func isOnlyUser(of input: Int) -> Bool { users[input] == 1 }

    /// Moves the operation of `from` to `to`, which was its only user.
    private mutating func move(_ from: Int, to: Int, _ kind: PlanNode.Kind) {
        nodes[to].kind = kind
        nodes[to].inputs = nodes[from].inputs
        nodes[from].kind = .merged
        nodes[from].inputs = []
        users[from] = 0
    }

    private mutating func fold(_ index: Int, scale: [Float], shift: [Float], _ activation: ActivationFunction) {
        let input = nodes[index].inputs[0]
        guard isOnlyUser(of: input) else { return }
        if let folded = nodes[input].kind.scaled(scale[...], shift[...], activation) {
            return move(input, to: index, folded)
        }
        guard case .concatenate = nodes[input].kind, activation.isFusable else { return }
        let branches = nodes[input].inputs
        var first = 0
        var folded: [PlanNode.Kind] = []
        for branch in branches {
            let part = first..<first + nodes[branch].shape.channels
            guard isOnlyUser(of: branch), let kind = nodes[branch].kind.scaled(scale[part], shift[part], activation)
            else { return }
            folded.append(kind)
            first = part.upperBound
        }
        for (branch, kind) in zip(branches, folded) { nodes[branch].kind = kind }
        move(input, to: index, .concatenate)
    }

    private mutating func absorb(_ index: Int, _ function: ActivationFunction) {
        let input = nodes[index].inputs[0]
        guard isOnlyUser(of: input), function.isFusable else { return }
        switch nodes[input].kind {
        case .product(var product) where product.activation == .identity:
            product.activation = function
            move(input, to: index, .product(product))
        case .depthwise(var depthwise) where depthwise.activation == .identity:
            depthwise.activation = function
            move(input, to: index, .depthwise(depthwise))
        case .affine(let scale, let shift, .identity):
            move(input, to: index, .affine(scale: scale, shift: shift, function))
        case .add(.identity): move(input, to: index, .add(function))
        default: break
        }
    }

    /// A sum of two takes the product that makes one of them and adds the other there.
    private mutating func addResidual(_ index: Int, _ activation: ActivationFunction) {
        let inputs = nodes[index].inputs
        guard inputs.count == 2, inputs[0] != inputs[1], activation.isFusable else { return }
        for (own, other) in [(inputs[1], inputs[0]), (inputs[0], inputs[1])] {
            guard isOnlyUser(of: own), case .product(var product) = nodes[own].kind, !product.hasResidual,
                product.activation == .identity
            else { continue }
            product.hasResidual = true
            product.activation = activation
            move(own, to: index, .product(product))
            nodes[index].inputs.append(other)
            return
        }
    }
}

extension ActivationFunction {
    /// Whether the kernels can apply it to a result before they store it.
    var isFusable: Bool { kernel != nil }
}

extension PlanNode.Kind {
    /// The same operation followed by `act(y · scale + shift)`, or nil if it cannot take that in.
    fileprivate func scaled(
        _ scale: ArraySlice<Float>, _ shift: ArraySlice<Float>, _ activation: ActivationFunction
    ) -> PlanNode.Kind? {
        guard activation.isFusable else { return nil }
        let (scale, shift) = (Array(scale), Array(shift))
        func columns(_ weights: [Float]) -> [Float] {
            weights.indices.map { weights[$0] * scale[$0 % scale.count] }
        }
        func moved(_ bias: [Float]) -> [Float] { bias.indices.map { bias[$0] * scale[$0] + shift[$0] } }
        switch self {
        case .product(var product) where product.activation == .identity && !product.hasResidual:
            product.weights = columns(product.weights)
            product.bias = moved(product.bias)
            product.activation = activation
            return .product(product)
        case .depthwise(var depthwise) where depthwise.activation == .identity:
            depthwise.weights = columns(depthwise.weights)
            depthwise.bias = moved(depthwise.bias)
            depthwise.activation = activation
            return .depthwise(depthwise)
        default: return nil
        }
    }
}
