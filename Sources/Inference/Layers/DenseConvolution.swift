/// The convolution that `Conv1d` (of height 1) and `Conv2d` share: `(H, W, Cin)` to `(H', W', Cout)`.
///
/// A product without a copy of the windows: in a padded picture the taps of one kernel row lie one after the other, so that a
/// position's windows are rows of a matrix that overlap. Parameters 0, `(Kh, Kw, Cin, Cout)`, and, with a bias, 1 of the pass.
struct DenseConvolution {
    let height: SlidingWindow
    let width: SlidingWindow
    let inputs: Int
    let outputs: Int
    let bias: Bool

    private var taps: Int { height.kernel * width.kernel }
    private var depth: Int { taps * inputs }
    private var positions: Int { height.count * width.count }
    private var inputCount: Int { height.length * width.length * inputs }
    private var outputCount: Int { positions * outputs }
    private var weightCount: Int { depth * outputs }

    /// A product over rows: kernel 1, stride 1, no padding.
    private var rowProduct: RowProduct? {
        let plain = [height, width].allSatisfy {
            $0.kernel == 1 && $0.stride == 1 && $0.paddedLength == $0.length
        }
        return plain ? RowProduct(inputs: inputs, outputs: outputs, bias: bias) : nil
    }

    /// The transposed convolution that takes the gradient back: a convolution of the gradient, spread by the stride and padded.
    private var spread: (height: Int, width: Int) {
        (height.length + height.reach - 1, width.length + width.reach - 1)
    }

    var memory: LayerMemory {
        if let rowProduct { return rowProduct.memory }
        return LayerMemory(
            shared: max(
                Kernel.packedCount(depth, outputs),
                Kernel.packedCount(taps * outputs, inputs) + weightCount
                    + LayerPass.gradientGroups * (weightCount + (bias ? outputs : 0))),
            scratch: 2 * pictureMemory + Kernel.packedCount(positions, outputs) + outputs)
    }

    private var paddedCount: Int { height.paddedLength * width.paddedLength * inputs }
    private var spreadCount: Int { spread.height * spread.width * outputs }

    /// Floats for one sample, padded or spread; a thread has two such places, the second for rounded numbers.
    private var pictureMemory: Int { max(paddedCount, spreadCount) + 16 }

    func forward(_ pass: LayerPass) {
        if let rowProduct { return rowProduct.forward(pass, rows: pass.batch * positions) }
        let weights = pass.shared
        packKernel(pass, Kernel.Matrix(pass.parameters[0], row: outputs), height, width, inputs, outputs, into: weights)
        pass.chunks(pass.batch, work: pass.batch * positions * weightCount) { sample, worker in
            let padded = pass.scratch(worker)
            pad(pass.inputs[0] + sample * inputCount, into: padded)
            multiply(
                pass, padded, paddedCount, rowLength: width.paddedLength, channels: inputs, height, width,
                packed: weights, columns: outputs, into: pass.output + sample * outputCount,
                bias: bias ? pass.parameters[1] : nil)
        }
    }

    func backward(_ pass: LayerPass) {
        if let rowProduct { return rowProduct.backward(pass, rows: pass.batch * positions) }
        let packed = pass.shared
        if pass.inputGradients[0] != nil { packTurned(pass, into: packed) }
        pass.sumOverGroups(
            samples: pass.batch, first: weightCount, second: bias ? outputs : 0,
            work: pass.batch * positions * weightCount,
            memory: packed + Kernel.packedCount(taps * outputs, inputs) + weightCount
        ) { samples, partial, worker in
            for sample in samples {
                let dy = pass.outputGradient + sample * outputCount
                let scratch = pass.scratch(worker)
                if let dX = pass.inputGradients[0] {
                    backwardInput(pass, dy, packed: packed, scratch: scratch, into: dX + sample * inputCount)
                }
                pad(pass.inputs[0] + sample * inputCount, into: scratch)
                addWeightGradient(pass, padded: scratch, dy, into: partial)
            }
        }
    }

    /// `y = windows(padded) · packed + bias` for one sample.
    private func multiply(
        _ pass: LayerPass, _ padded: Floats, _ count: Int, rowLength: Int, channels: Int, _ vertical: SlidingWindow,
        _ horizontal: SlidingWindow,
        packed: Floats, columns: Int, into y: Floats, bias: Floats?
    ) {
        let row = rowLength * channels
        let isDense = horizontal.dilation == 1
        if pass.precision == .bfloat16 {
            let rounded = padded + pictureMemory
            // An odd last number has a neighbour, which meets a zero.
            rounded[count / 2] = 0
            BFloatKernel.round(count, padded, into: rounded)
            let pairs = BFloatKernel.Pairs(
                base: BFloatKernel.halves(rounded), group: vertical.stride * row, row: horizontal.stride * channels,
                segment: isDense ? row : horizontal.dilation * channels, step: 2)
            return BFloatKernel.product(
                groups: vertical.count, rows: horizontal.count, columns: columns,
                segments: isDense ? vertical.kernel : horizontal.kernel,
                depth: isDense ? horizontal.kernel * channels : channels, pairs, packed: packed, into: y,
                group: horizontal.count * columns, row: columns, bias: bias)
        }
        Kernel.product(
            groups: vertical.count, rows: horizontal.count, columns: columns,
            segments: isDense ? vertical.kernel : horizontal.kernel,
            depth: isDense ? horizontal.kernel * channels : channels,
            Kernel.Matrix(padded, row: horizontal.stride * channels), group: vertical.stride * row,
            segment: isDense ? row : horizontal.dilation * channels, packed: packed, into: y,
            group: horizontal.count * columns, row: columns, bias: bias)
    }

    /// dx of one sample: the gradient, spread by the stride, convolved with the turned kernel.
    private func backwardInput(_ pass: LayerPass, _ dy: Floats, packed: Floats, scratch: Floats, into dx: Floats) {
        let (rows, columns) = spread
        scratch.update(repeating: 0, count: rows * columns * outputs)
        let (top, left) = (height.reach - 1 - height.before, width.reach - 1 - width.before)
        for i in 0..<height.count {
            let row = i * height.stride + top
            guard row >= 0, row < rows else { continue }
            for j in 0..<width.count {
                let column = j * width.stride + left
                guard column >= 0, column < columns else { continue }
                (scratch + (row * columns + column) * outputs).update(
                    from: dy + (i * width.count + j) * outputs, count: outputs)
            }
        }
        multiply(
            pass, scratch, spreadCount, rowLength: columns, channels: outputs, height.turned, width.turned,
            packed: packed, columns: inputs, into: dx, bias: nil)
    }

    /// dw += windows(padded)ᵀ · dy, dbias += Σ dy for one sample.
    private func addWeightGradient(_ pass: LayerPass, padded: Floats, _ dy: Floats, into partial: Floats) {
        let scratch = padded + 2 * pictureMemory
        let pairs = padded + pictureMemory
        let gradient = Kernel.Matrix(dy, row: outputs)
        let step = width.stride * inputs
        if pass.precision == .bfloat16 {
            BFloatKernel.pair(paddedCount, distance: step, padded, into: pairs)
            BFloatKernel.pack(segments: height.count, width.count, outputs, gradient, into: scratch)
        } else {
            Kernel.pack(positions, outputs, gradient, into: scratch)
        }
        let row = width.paddedLength * inputs
        let isDense = width.dilation == 1
        // One product for each kernel row, or for each tap where taps do not lie side by side.
        for part in 0..<(isDense ? height.kernel : width.kernel) {
            let rows = isDense ? width.kernel * inputs : inputs
            let start = part * (isDense ? row : width.dilation * inputs)
            let to = partial + part * rows * outputs
            if pass.precision == .bfloat16 {
                let a = BFloatKernel.Pairs(
                    base: BFloatKernel.halves(pairs + start), row: 2, segment: 2 * height.stride * row, step: 4 * step)
                BFloatKernel.product(
                    rows: rows, columns: outputs, segments: height.count, depth: width.count, a, packed: scratch,
                    into: to, row: outputs, accumulate: true)
            } else {
                Kernel.product(
                    groups: 1, rows: rows, columns: outputs, segments: height.count, depth: width.count,
                    Kernel.Matrix(padded + start, row: 1, column: step), group: 0, segment: height.stride * row,
                    packed: scratch, into: to, group: 0, row: outputs, accumulate: true)
            }
        }
        if bias {
            let sum = scratch + Kernel.packedCount(positions, outputs)
            Kernel.columnSum(positions, outputs, dy, into: sum)
            Kernel.addScaled(outputs, 1, sum, partial + weightCount)
        }
    }

    /// A kernel's taps below each other, packed for `multiply`.
    private func packKernel(
        _ pass: LayerPass, _ matrix: Kernel.Matrix, _ vertical: SlidingWindow, _ horizontal: SlidingWindow,
        _ channels: Int, _ columns: Int, into packed: Floats
    ) {
        guard pass.precision == .bfloat16 else { return pass.pack(taps * channels, columns, matrix, into: packed) }
        let isDense = horizontal.dilation == 1
        pass.packBFloat(
            segments: isDense ? vertical.kernel : horizontal.kernel,
            isDense ? horizontal.kernel * channels : channels, columns, matrix, into: packed)
    }

    /// The kernel turned by half a turn, inputs and outputs exchanged: `(Kh·Kw·Cout, Cin)`, packed.
    private func packTurned(_ pass: LayerPass, into packed: Floats) {
        let weights = pass.parameters[0]
        let turned = packed + Kernel.packedCount(taps * outputs, inputs)
        pass.chunks(taps, work: weightCount) { tap, _ in
            let from = weights + (taps - 1 - tap) * inputs * outputs
            let to = turned + tap * outputs * inputs
            for o in 0..<outputs {
                for i in 0..<inputs { to[o * inputs + i] = from[i * outputs + o] }
            }
        }
        packKernel(pass, Kernel.Matrix(turned, row: inputs), height, width, outputs, inputs, into: packed)
    }

    /// Copies one sample between borders of zeros.
    private func pad(_ x: Floats, into padded: Floats) {
        let row = width.paddedLength * inputs
        let (left, middle) = (width.before * inputs, width.length * inputs)
        padded.update(repeating: 0, count: height.before * row)
        for i in 0..<height.length {
            let to = padded + (height.before + i) * row
            to.update(repeating: 0, count: left)
            (to + left).update(from: x + i * middle, count: middle)
            (to + left + middle).update(repeating: 0, count: row - left - middle)
        }
        (padded + (height.before + height.length) * row).update(repeating: 0, count: height.after * row)
    }
}

extension SlidingWindow {
    /// Inputs from the first tap to the last.
    var reach: Int { dilation * (kernel - 1) + 1 }

    /// The window of the transposed convolution over the gradient spread by the stride: one position for each input.
    fileprivate var turned: SlidingWindow {
        SlidingWindow(
            length: length + reach - 1, kernel: kernel, stride: 1, dilation: dilation, padding: .symmetric(0))
    }
}
