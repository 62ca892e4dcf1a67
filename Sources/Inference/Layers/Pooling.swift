import CKernels

/// What a pooling window or a global pooling takes.
public enum PoolingKind: String, Sendable, Codable {
    /// The largest value.
    case maximum
    /// The mean.
    case average
}

/// Maximum or mean in a window along time: `(L, C)` to `(L', C)`.
///
/// Padding is no value: it never is the maximum and does not
/// count in the mean (PyTorch's `count_include_pad=False`).
public struct Pool1d: Layer {
    /// Maximum or mean.
    public let pooling: PoolingKind
    /// Window.
    public let kernel: Int
    /// Step.
    public let stride: Int
    /// What is added at the ends.
    public let padding: Padding

    /// Describes it.
    public init(_ pooling: PoolingKind, kernel: Int, stride: Int = 1, padding: Padding = .same) {
        self.pooling = pooling
        self.kernel = kernel
        self.stride = stride
        self.padding = padding
    }

    /// How the window moves over inputs of a length.
    public func window(length: Int) -> SlidingWindow {
        SlidingWindow(length: length, kernel: kernel, stride: stride, dilation: 1, padding: padding)
    }

    /// The result for inputs of these shapes.
    public func outputShape(_ inputs: [Shape], node: String) throws(GraphError) -> Shape {
        let input = try single(inputs, rank: 2, "(L, C)", node)
        try checkWindow(kernel: kernel, stride: stride, dilation: 1, padding: padding, node)
        try checkPoolPadding(kernel, padding, node)
        let count = window(length: input[0]).count
        guard count > 0 else {
            throw .shape(node: node, found: inputs, reason: "the window of \(kernel) is longer than the input")
        }
        return [count, input.channels]
    }

    /// Memory for a batch.
    public func memory(_ inputs: [Shape], output: Shape, batch: Int) -> LayerMemory {
        LayerMemory(readsInputs: pooling == .maximum, readsOutput: pooling == .maximum)
    }

    /// Forward pass.
    public func forward(_ pass: LayerPass) { pass.poolForward(pooling, imageWindow(pass.inputShapes[0])) }

    /// Backward pass.
    public func backward(_ pass: LayerPass) { pass.poolBackward(pooling, imageWindow(pass.inputShapes[0])) }

    private func imageWindow(_ input: Shape) -> ImageWindow {
        ImageWindow(
            height: SlidingWindow(length: 1, kernel: 1, stride: 1, dilation: 1, padding: .symmetric(0)),
            width: window(length: input[0]))
    }
}

/// Maximum or mean in a window of a picture: `(H, W, C)` to `(H', W', C)`.
///
/// Padding is no value, as in `Pool1d`.
public struct Pool2d: Layer {
    /// Maximum or mean.
    public let pooling: PoolingKind
    /// Window.
    public let kernel: Extent2D
    /// Steps.
    public let stride: Extent2D
    /// What is added at the borders.
    public let padding: Padding

    /// Describes a square window.
    public init(_ pooling: PoolingKind, kernel: Int, stride: Int, padding: Padding = .symmetric(0)) {
        self.pooling = pooling
        self.kernel = Extent2D(kernel)
        self.stride = Extent2D(stride)
        self.padding = padding
    }

    /// How the window moves along rows and along columns.
    public func windows(_ input: Shape) -> ImageWindow {
        imageWindows(input, kernel: kernel, stride: stride, padding: padding)
    }

    /// The result for inputs of these shapes.
    public func outputShape(_ inputs: [Shape], node: String) throws(GraphError) -> Shape {
        let input = try single(inputs, rank: 3, "(H, W, C)", node)
        let (height, width) = try checkedImageWindows(input, kernel: kernel, stride: stride, padding: padding, node)
        try checkPoolPadding(min(kernel.height, kernel.width), padding, node)
        return [height, width, input.channels]
    }

    /// Memory for a batch.
    public func memory(_ inputs: [Shape], output: Shape, batch: Int) -> LayerMemory {
        LayerMemory(readsInputs: pooling == .maximum, readsOutput: pooling == .maximum)
    }

    /// Forward pass.
    public func forward(_ pass: LayerPass) { pass.poolForward(pooling, windows(pass.inputShapes[0])) }

    /// Backward pass.
    public func backward(_ pass: LayerPass) { pass.poolBackward(pooling, windows(pass.inputShapes[0])) }
}

extension Layer {
    /// Every window must hold at least one value.
    func checkPoolPadding(_ kernel: Int, _ padding: Padding, _ node: String) throws(GraphError) {
        if case .symmetric(let size) = padding { try check("padding", size, 0...(kernel / 2), node) }
    }
}

extension LayerPass {
    fileprivate func poolForward(_ pooling: PoolingKind, _ image: ImageWindow) {
        let (channels, count, input) = (shape.channels, shape.count, inputShapes[0].count)
        var window = image.kernelWindow(channels: channels)
        chunks(batch, work: batch * count * image.height.kernel * image.width.kernel) { b, _ in
            switch pooling {
            case .maximum: ck_max_pool(&window, inputs[0] + b * input, output + b * count, Int64(channels))
            case .average: ck_average_pool(&window, inputs[0] + b * input, output + b * count)
            }
        }
    }

    fileprivate func poolBackward(_ pooling: PoolingKind, _ image: ImageWindow) {
        guard let dX = inputGradients[0] else { return }
        let (channels, count, input) = (shape.channels, shape.count, inputShapes[0].count)
        var window = image.kernelWindow(channels: channels)
        chunks(batch, work: batch * count * image.height.kernel * image.width.kernel) { b, _ in
            let (dx, dy) = (dX + b * input, outputGradient + b * count)
            dx.update(repeating: 0, count: input)
            switch pooling {
            case .maximum: ck_max_pool_backward(&window, inputs[0] + b * input, output + b * count, dy, dx)
            case .average: ck_average_pool_backward(&window, dy, dx)
            }
        }
    }
}
