/// Convolution over a picture: `(H, W, Cin)` to `(H', W', Cout)`; dense, or pointwise with a kernel of 1.
///
/// `y[h, w, o] = bias[o] + Σ x[h·s − before + kₕ, w·s − before + k_w, i] · w[kₕ, k_w, i, o]`, as PyTorch's `Conv2d`.
/// Parameters: `weight` `(Cout, Cin, Kh, Kw)` in files, `(Kh, Kw, Cin, Cout)` in the engine; `bias` `(Cout)`.
public struct Conv2d: Layer {
    /// Channels of the result.
    public let channels: Int
    /// Taps.
    public let kernel: Extent2D
    /// Steps.
    public let stride: Extent2D
    /// What is added at the borders.
    public let padding: Padding
    /// Whether it has a bias (a batch norm after it makes it idle).
    public let bias: Bool
    /// How weights are drawn.
    public let initialization: WeightInitialization

    /// Describes a convolution with different settings along both axes.
    public init(
        _ channels: Int, kernel: Extent2D, stride: Extent2D = Extent2D(1), padding: Padding = .same, bias: Bool = true,
        initialization: WeightInitialization = .uniformFanIn
    ) {
        self.channels = channels
        self.kernel = kernel
        self.stride = stride
        self.padding = padding
        self.bias = bias
        self.initialization = initialization
    }

    /// Describes a convolution with a square kernel.
    public init(
        _ channels: Int, kernel: Int, stride: Int = 1, padding: Padding = .same, bias: Bool = true,
        initialization: WeightInitialization = .uniformFanIn
    ) {
        self.init(
            channels, kernel: Extent2D(kernel), stride: Extent2D(stride), padding: padding, bias: bias,
            initialization: initialization)
    }

    /// How the kernel moves along rows and along columns.
    public func windows(_ input: Shape) -> ImageWindow {
        imageWindows(input, kernel: kernel, stride: stride, padding: padding)
    }

    /// The result for inputs of these shapes.
    public func outputShape(_ inputs: [Shape], node: String) throws(GraphError) -> Shape {
        let input = try single(inputs, rank: 3, "(H, W, C)", node)
        try check("channels", channels, extentRange, node)
        let (height, width) = try checkedImageWindows(input, kernel: kernel, stride: stride, padding: padding, node)
        return [height, width, channels]
    }

    /// What it learns and keeps.
    public func parameters(_ inputs: [Shape]) -> [Parameter] {
        let input = inputs[0].channels
        let taps = kernel.height * kernel.width
        let weight = Parameter(
            "weight", [channels, input, kernel.height, kernel.width], permutation: [2, 3, 1, 0], decays: true,
            initialization: initialization.resolved(fanIn: input * taps, fanOut: channels * taps))
        return [weight] + (bias ? [biasParameter(channels, fanIn: input * taps, initialization)] : [])
    }

    /// Cost of one sample.
    public func multiplyAccumulates(_ inputs: [Shape], output: Shape) -> Int {
        output.count * inputs[0].channels * kernel.height * kernel.width
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
        let window = windows(input)
        return DenseConvolution(
            height: window.height, width: window.width, inputs: input.channels, outputs: channels, bias: bias)
    }
}

func imageWindows(_ input: Shape, kernel: Extent2D, stride: Extent2D, padding: Padding) -> ImageWindow {
    ImageWindow(
        height: SlidingWindow(
            length: input[0], kernel: kernel.height, stride: stride.height, dilation: 1, padding: padding),
        width: SlidingWindow(
            length: input[1], kernel: kernel.width, stride: stride.width, dilation: 1, padding: padding))
}

extension Layer {
    /// Positions along rows and columns, after all settings have been checked.
    func checkedImageWindows(
        _ input: Shape, kernel: Extent2D, stride: Extent2D, padding: Padding, _ node: String
    ) throws(GraphError) -> (height: Int, width: Int) {
        try checkWindow(kernel: kernel.height, stride: stride.height, dilation: 1, padding: padding, node)
        try checkWindow(kernel: kernel.width, stride: stride.width, dilation: 1, padding: padding, node)
        let window = imageWindows(input, kernel: kernel, stride: stride, padding: padding)
        guard window.height.count > 0, window.width.count > 0 else {
            throw .shape(node: node, found: [input], reason: "the kernel is larger than the picture")
        }
        return (window.height.count, window.width.count)
    }
}
