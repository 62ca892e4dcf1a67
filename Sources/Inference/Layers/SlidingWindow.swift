import CKernels

/// What a convolution or pooling adds around an axis.
public enum Padding: Sendable, Equatable {
    /// So much that the result has ⌈length/stride⌉ positions; an odd remainder goes to the end, as PyTorch's `same`.
    case same
    /// The same number on both sides: PyTorch's `padding=n`.
    case symmetric(Int)
    /// All before the first position, so that no result looks ahead.
    case causal
}

/// A window that slides along one axis: how many positions it has, and what it covers at each.
///
/// Position `o` covers the inputs `o * stride - before + k * dilation` for `k` in `0..<kernel`; those outside of
/// `0..<length` are padding.
public struct SlidingWindow: Sendable, Equatable {
    /// Extent of the axis.
    public let length: Int
    /// Taps.
    public let kernel: Int
    /// Step from one position to the next.
    public let stride: Int
    /// Distance of taps.
    public let dilation: Int
    /// Padding before the first input.
    public let before: Int
    /// Padding after the last input (some of it may be out of every window's reach).
    public let after: Int
    /// Number of positions; below 1 if the window does not fit.
    public let count: Int

    init(length: Int, kernel: Int, stride: Int, dilation: Int, padding: Padding) {
        self.length = length
        self.kernel = kernel
        self.stride = stride
        self.dilation = dilation
        let reach = dilation * (kernel - 1) + 1
        switch padding {
        case .same:
            count = (length + stride - 1) / stride
            let total = max((count - 1) * stride + reach - length, 0)
            before = total / 2
            after = total - before
        case .symmetric(let size):
            before = size
            after = size
            let free = length + 2 * size - reach
            count = free < 0 ? 0 : free / stride + 1
        case .causal:
            before = reach - 1
            after = 0
            count = (length - 1) / stride + 1
        }
    }

    /// Extent with the padding.
    public var paddedLength: Int { before + length + after }
}

/// The windows along the rows and along the columns of a picture.
public struct ImageWindow: Sendable, Equatable {
    /// Along the rows.
    public let height: SlidingWindow
    /// Along the columns.
    public let width: SlidingWindow

    /// As the kernels want it, for one sample.
    func kernelWindow(channels: Int) -> ck_window {
        ck_window(
            batch: 1, height: Int64(height.length), width: Int64(width.length), channels: Int64(channels),
            kernel_h: Int64(height.kernel), kernel_w: Int64(width.kernel), stride_h: Int64(height.stride),
            stride_w: Int64(width.stride), pad_top: Int64(height.before), pad_left: Int64(width.before),
            out_height: Int64(height.count), out_width: Int64(width.count))
    }
}

/// A pair of settings, along height and width.
public struct Extent2D: Sendable, Equatable {
    /// Along the rows.
    public let height: Int
    /// Along the columns.
    public let width: Int

    /// Different along both axes.
    public init(_ height: Int, _ width: Int) {
        self.height = height
        self.width = width
    }

    /// The same along both axes.
    public init(_ both: Int) { self.init(both, both) }
}
