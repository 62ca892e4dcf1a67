import Foundation

/// A function applied to every element.
public enum ActivationFunction: String, Sendable, Codable, CaseIterable {
    /// x
    case identity
    /// max(x, 0)
    case relu
    /// x · σ(x), also called swish
    case silu
    /// σ(x) = 1 / (1 + e⁻ˣ)
    case sigmoid
    /// tanh x
    case tanh
    /// x · Φ(x), exact (PyTorch's default)
    case gelu
}

/// Applies a function to every element; any shape.
public struct Activation: Layer {
    /// Which.
    public let function: ActivationFunction

    /// Describes it.
    public init(_ function: ActivationFunction) { self.function = function }

    /// The result for inputs of these shapes.
    public func outputShape(_ inputs: [Shape], node: String) throws(GraphError) -> Shape { try single(inputs, node) }

    /// Forward pass.
    public func forward(_ pass: LayerPass) {
        let (x, y) = (pass.inputs[0], pass.output)
        pass.ranges(pass.batch * pass.shape.count, width: 1) { range in
            Kernel.activate(range.count, x + range.lowerBound, function, into: y + range.lowerBound)
        }
    }

    /// Backward pass.
    public func backward(_ pass: LayerPass) {
        guard let dX = pass.inputGradients[0] else { return }
        let (x, dY) = (pass.inputs[0], pass.outputGradient)
        pass.ranges(pass.batch * pass.shape.count, width: 1) { range in
            let first = range.lowerBound
            Kernel.activateBackward(range.count, x + first, dY + first, function, into: dX + first)
        }
    }
}

/// x · Φ(x).
func gelu(_ x: Float) -> Float { 0.5 * x * (1 + erf(x * Float(0.5).squareRoot())) }

/// Φ(x) + x · φ(x).
func geluSlope(_ x: Float) -> Float {
    let density = exp(-0.5 * x * x) / (2 * Float.pi).squareRoot()
    return 0.5 * (1 + erf(x * Float(0.5).squareRoot())) + x * density
}
