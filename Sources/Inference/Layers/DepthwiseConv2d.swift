/// Convolution of every channel of a picture with its own kernel: `(H, W, C)` to `(H', W', C)`.
///
/// PyTorch's `Conv2d` with `groups` equal to the channels. Parameters: `weight` `(C, 1, Kh, Kw)` in files, `(Kh, Kw, 1, C)`
/// in the engine; `bias` `(C)`.
public struct DepthwiseConv2d: Layer {
    /// Taps.
    public let kernel: Extent2D
    /// Steps.
    public let stride: Extent2D
    /// What is added at the borders.
    public let padding: Padding
    /// Whether it has a bias.
    public let bias: Bool
    /// How weights are drawn.
    public let initialization: WeightInitialization

    /// Describes a convolution with a square kernel.
    public init(
        kernel: Int, stride: Int = 1, padding: Padding = .same, bias: Bool = true,
        initialization: WeightInitialization = .uniformFanIn
    ) {
        self.kernel = Extent2D(kernel)
        self.stride = Extent2D(stride)
        self.padding = padding
        self.bias = bias
        self.initialization = initialization
    }

    /// How the kernel moves along rows and along columns.
    public func windows(_ input: Shape) -> (height: SlidingWindow, width: SlidingWindow) {
        imageWindows(input, kernel: kernel, stride: stride, padding: padding)
    }

    /// The result for inputs of these shapes.
    public func outputShape(_ inputs: [Shape], node: String) throws(GraphError) -> Shape {
        let input = try single(inputs, rank: 3, "(H, W, C)", node)
        let (height, width) = try checkedImageWindows(input, kernel: kernel, stride: stride, padding: padding, node)
        return [height, width, input.channels]
    }

    /// What it learns and keeps.
    public func parameters(_ inputs: [Shape]) -> [Parameter] {
        let channels = inputs[0].channels
        let taps = kernel.height * kernel.width
        let weight = Parameter(
            "weight", [channels, 1, kernel.height, kernel.width], permutation: [2, 3, 1, 0], decays: true,
            initialization: initialization.resolved(fanIn: taps, fanOut: taps))
        return [weight] + (bias ? [biasParameter(channels, fanIn: taps, initialization)] : [])
    }

    /// Cost of one sample.
    public func multiplyAccumulates(_ inputs: [Shape], output: Shape) -> Int {
        output.count * kernel.height * kernel.width
    }
}
