/// Convolution along time: `(L, Cin)` to `(L', Cout)`.
///
/// `y[l, o] = bias[o] + Σₖ Σᵢ x[l·stride − before + k·dilation, i] · w[k, i, o]`, as PyTorch's `Conv1d` (a correlation).
/// Parameters: `weight` `(Cout, Cin, K)` in files, `(K, Cin, Cout)` in the engine; `bias` `(Cout)`.
public struct Conv1d: Layer {
    /// Channels of the result.
    public let channels: Int
    /// Taps.
    public let kernel: Int
    /// Step.
    public let stride: Int
    /// Distance of taps.
    public let dilation: Int
    /// What is added at the ends.
    public let padding: Padding
    /// Whether it has a bias (a batch norm after it makes it idle).
    public let bias: Bool
    /// How weights are drawn.
    public let initialization: WeightInitialization

    /// Describes a convolution.
    public init(
        _ channels: Int, kernel: Int, stride: Int = 1, dilation: Int = 1, padding: Padding = .same, bias: Bool = true,
        initialization: WeightInitialization = .uniformFanIn
    ) {
        self.channels = channels
        self.kernel = kernel
        self.stride = stride
        self.dilation = dilation
        self.padding = padding
        self.bias = bias
        self.initialization = initialization
    }

    /// How the kernel moves over inputs of a length.
    public func window(length: Int) -> SlidingWindow {
        SlidingWindow(length: length, kernel: kernel, stride: stride, dilation: dilation, padding: padding)
    }

    /// The result for inputs of these shapes.
    public func outputShape(_ inputs: [Shape], node: String) throws(GraphError) -> Shape {
        let input = try single(inputs, rank: 2, "(L, C)", node)
        try check("channels", channels, extentRange, node)
        try checkWindow(kernel: kernel, stride: stride, dilation: dilation, padding: padding, node)
        let count = window(length: input[0]).count
        guard count > 0 else {
            throw .shape(node: node, found: inputs, reason: "the kernel of \(kernel) is longer than the input")
        }
        return [count, channels]
    }

    /// What it learns and keeps.
    public func parameters(_ inputs: [Shape]) -> [Parameter] {
        let input = inputs[0].channels
        let weight = Parameter(
            "weight", [channels, input, kernel], permutation: [2, 1, 0], decays: true,
            initialization: initialization.resolved(fanIn: input * kernel, fanOut: channels * kernel))
        return [weight] + (bias ? [biasParameter(channels, fanIn: input * kernel, initialization)] : [])
    }

    /// Cost of one sample.
    public func multiplyAccumulates(_ inputs: [Shape], output: Shape) -> Int {
        output.count * inputs[0].channels * kernel
    }

    /// Memory for a batch.
    public func memory(_ inputs: [Shape], output: Shape, batch: Int) -> LayerMemory {
        convolution(inputs[0]).memory
    }

    /// Forward pass.
    public func forward(_ pass: LayerPass) { convolution(pass.inputShapes[0]).forward(pass) }

    /// Backward pass.
    public func backward(_ pass: LayerPass) { convolution(pass.inputShapes[0]).backward(pass) }

    private func convolution(_ input: Shape) -> DenseConvolution {
        DenseConvolution(
            height: SlidingWindow(length: 1, kernel: 1, stride: 1, dilation: 1, padding: .symmetric(0)),
            width: window(length: input[0]), inputs: input.channels, outputs: channels, bias: bias)
    }
}

extension Layer {
    /// Checks the settings of a window.
    func checkWindow(
        kernel: Int, stride: Int, dilation: Int, padding: Padding, _ node: String
    ) throws(GraphError) {
        try check("kernel", kernel, extentRange, node)
        try check("stride", stride, extentRange, node)
        try check("dilation", dilation, extentRange, node)
        if case .symmetric(let size) = padding { try check("padding", size, 0...65_536, node) }
    }

    /// A bias as PyTorch draws it: uniform in ±1/√fanIn, or zero beside He's weights.
    func biasParameter(_ channels: Int, fanIn: Int, _ initialization: WeightInitialization) -> Parameter {
        let bound = 1 / Float(fanIn).squareRoot()
        return Parameter(
            "bias", [channels],
            initialization: initialization == .uniformFanIn ? .uniform(bound: bound) : .constant(0))
    }
}
