import CKernels

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
    public func windows(_ input: Shape) -> ImageWindow {
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

    /// Memory for a batch.
    public func memory(_ inputs: [Shape], output: Shape, batch: Int) -> LayerMemory {
        let count = (kernel.height * kernel.width + (bias ? 1 : 0)) * output.channels
        return LayerMemory(shared: LayerPass.gradientGroups * count, scratch: output.channels)
    }

    /// Forward pass.
    public func forward(_ pass: LayerPass) {
        let input = pass.inputShapes[0]
        var window = windows(input).kernelWindow(channels: input.channels)
        pass.chunks(pass.batch, work: pass.batch * pass.shape.count * kernel.height * kernel.width) { b, _ in
            ck_depthwise(
                &window, pass.inputs[0] + b * input.count, pass.parameters[0], bias ? pass.parameters[1] : nil,
                Int32(CK_NONE.rawValue), pass.output + b * pass.shape.count)
        }
    }

    /// Backward pass.
    public func backward(_ pass: LayerPass) {
        let input = pass.inputShapes[0]
        let channels = input.channels
        let taps = kernel.height * kernel.width
        var window = windows(input).kernelWindow(channels: channels)
        pass.sumOverGroups(
            samples: pass.batch, first: taps * channels, second: bias ? channels : 0,
            work: pass.batch * pass.shape.count * taps, memory: pass.shared
        ) { samples, partial, worker in
            for b in samples {
                let dy = pass.outputGradient + b * pass.shape.count
                ck_depthwise_backward_weights(&window, pass.inputs[0] + b * input.count, dy, partial)
                if bias {
                    Kernel.columnSum(pass.shape.positions, channels, dy, into: pass.scratch(worker))
                    Kernel.addScaled(channels, 1, pass.scratch(worker), partial + taps * channels)
                }
                if let dX = pass.inputGradients[0] {
                    (dX + b * input.count).update(repeating: 0, count: input.count)
                    ck_depthwise_backward_input(&window, dy, pass.parameters[0], dX + b * input.count)
                }
            }
        }
    }
}
