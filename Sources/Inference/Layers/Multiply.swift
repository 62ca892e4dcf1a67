import CKernels

/// Product of a value and a gate: `(…, C)` with `(…, C)`, with one factor per channel `(C)`, or with one factor per position
/// `(…, 1)`.
public struct Multiply: Layer {
    /// How the gate is spread over the value.
    public enum Broadcast: Sendable {
        /// One factor per element.
        case elements
        /// One factor per channel: `(C)`.
        case channels
        /// One factor per position: `(…, 1)`.
        case positions
    }

    /// Describes it.
    public init() {}

    /// How a gate fits a value; nil if it does not.
    public func broadcast(_ value: Shape, _ gate: Shape) -> Broadcast? {
        if value == gate { return .elements }
        if gate.dimensions == [value.channels] { return .channels }
        if gate.rank == value.rank, gate.channels == 1, gate.positions == value.positions { return .positions }
        return nil
    }

    /// The result for inputs of these shapes.
    public func outputShape(_ inputs: [Shape], node: String) throws(GraphError) -> Shape {
        guard inputs.count == 2 else { throw .inputCount(node: node, expected: "2", found: inputs.count) }
        guard broadcast(inputs[0], inputs[1]) != nil else {
            throw .shape(node: node, found: inputs, reason: "the gate must be equal, (C) or (…, 1)")
        }
        return inputs[0]
    }

    /// Forward pass.
    public func forward(_ pass: LayerPass) {
        let (value, rows, channels) = (pass.inputs[0], pass.shape.positions, pass.shape.channels)
        let (gate, y, count) = (pass.inputs[1], pass.output, pass.shape.count)
        switch broadcast(pass.shape, pass.inputShapes[1]) {
        case .channels:
            pass.ranges(pass.batch, width: count) { samples in
                for b in samples {
                    Kernel.affine(
                        rows, channels, value + b * count, scale: gate + b * channels, shift: nil, into: y + b * count)
                }
            }
        case .positions:
            pass.ranges(pass.batch * rows, width: channels) { r in
                let first = r.lowerBound * channels
                ck_scale_rows(Int64(r.count), Int64(channels), value + first, gate + r.lowerBound, y + first)
            }
        default:
            pass.ranges(pass.batch * count, width: 1) { r in
                ck_multiply(Int64(r.count), value + r.lowerBound, gate + r.lowerBound, y + r.lowerBound)
            }
        }
    }

    /// Backward pass.
    public func backward(_ pass: LayerPass) {
        let (value, gate, dY) = (pass.inputs[0], pass.inputs[1], pass.outputGradient)
        let (dValue, dGate) = (pass.inputGradients[0], pass.inputGradients[1])
        let (rows, channels, count) = (pass.shape.positions, pass.shape.channels, pass.shape.count)
        switch broadcast(pass.shape, pass.inputShapes[1]) {
        case .channels:
            pass.ranges(pass.batch, width: count) { samples in
                for b in samples {
                    let dy = dY + b * count
                    if let dGate {
                        Kernel.columnDot(rows, channels, value + b * count, dy, into: dGate + b * channels)
                    }
                    if let dValue {
                        Kernel.affine(
                            rows, channels, dy, scale: gate + b * channels, shift: nil, into: dValue + b * count)
                    }
                }
            }
        case .positions:
            pass.ranges(pass.batch * rows, width: channels) { r in
                let first = r.lowerBound * channels
                if let dGate {
                    for row in r { dGate[row] = dot(channels, value + row * channels, dY + row * channels) }
                }
                if let dValue {
                    ck_scale_rows(Int64(r.count), Int64(channels), dY + first, gate + r.lowerBound, dValue + first)
                }
            }
        default:
            pass.ranges(pass.batch * count, width: 1) { r in
                let at = r.lowerBound
                if let dGate { ck_multiply(Int64(r.count), dY + at, value + at, dGate + at) }
                if let dValue { ck_multiply(Int64(r.count), dY + at, gate + at, dValue + at) }
            }
        }
    }
}

/// Σ x y.
func dot(_ count: Int, _ x: Floats, _ y: Floats) -> Float {
    var sum = SIMD8<Float>()
    var i = 0
    while i + 8 <= count {
        let a = UnsafeRawPointer(x + i).loadUnaligned(as: SIMD8<Float>.self)
        let b = UnsafeRawPointer(y + i).loadUnaligned(as: SIMD8<Float>.self)
        sum += a * b
        i += 8
    }
    var total = sum.sum()
    while i < count {
        total += x[i] * y[i]
        i += 1
    }
    return total
}
