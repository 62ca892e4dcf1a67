/// The product that a linear layer and a pointwise convolution share: `(rows, Cin)` to `(rows, Cout)`.
///
/// `y = x · w + bias`, `w` `(Cin, Cout)`; parameters 0 and, with a bias, 1 of the pass.
struct RowProduct {
    let inputs: Int
    let outputs: Int
    let bias: Bool

    /// Rows that are worked on at a time.
    private static let block = 256

    private var weightCount: Int { inputs * outputs }
    private var packed: Int { max(Kernel.packedCount(inputs, outputs), Kernel.packedCount(outputs, inputs)) }
    private var partial: Int { weightCount + (bias ? outputs : 0) }

    var memory: LayerMemory {
        LayerMemory(
            shared: packed + LayerPass.gradientGroups * partial,
            scratch: Kernel.packedCount(Self.block, outputs) + outputs + Self.block * max(inputs, outputs) + 16)
    }

    func forward(_ pass: LayerPass, rows: Int) {
        let (x, y, weights) = (pass.inputs[0], pass.output, pass.shared)
        if pass.precision == .bfloat16 {
            pass.packBFloat(inputs, outputs, Kernel.Matrix(pass.parameters[0], row: outputs), into: weights)
            return bfloatProduct(
                pass, rows, x, inputs, packed: weights, into: y, outputs, bias: bias ? pass.parameters[1] : nil)
        }
        pass.pack(inputs, outputs, Kernel.Matrix(pass.parameters[0], row: outputs), into: weights)
        let shift = bias ? pass.parameters[1] : nil
        blocks(pass, rows) { range, _ in
            Kernel.product(
                rows: range.count, columns: outputs, depth: inputs,
                Kernel.Matrix(x + range.lowerBound * inputs, row: inputs), packed: weights,
                into: y + range.lowerBound * outputs, row: outputs, bias: shift)
        }
    }

    func backward(_ pass: LayerPass, rows: Int) {
        let dY = pass.outputGradient
        if let dX = pass.inputGradients[0] {
            // dx = dy · wᵀ
            let weights = pass.shared
            let transposed = Kernel.Matrix(pass.parameters[0], row: 1, column: outputs)
            if pass.precision == .bfloat16 {
                pass.packBFloat(outputs, inputs, transposed, into: weights)
                bfloatProduct(pass, rows, dY, outputs, packed: weights, into: dX, inputs, bias: nil)
            } else {
                pass.pack(outputs, inputs, transposed, into: weights)
                blocks(pass, rows) { range, _ in
                    Kernel.product(
                        rows: range.count, columns: inputs, depth: outputs,
                        Kernel.Matrix(dY + range.lowerBound * outputs, row: outputs), packed: weights,
                        into: dX + range.lowerBound * inputs, row: inputs)
                }
            }
        }
        // dw = xᵀ · dy, dbias = Σ dy
        let x = pass.inputs[0]
        let length = Self.length(rows)
        pass.sumOverGroups(
            samples: (rows + length - 1) / length, first: weightCount, second: bias ? outputs : 0,
            work: rows * weightCount, memory: pass.shared
        ) { groups, partial, worker in
            let scratch = pass.scratch(worker)
            for block in groups {
                let range = block * length..<min(rows, (block + 1) * length)
                let dy = dY + range.lowerBound * outputs
                let rowsOfX = x + range.lowerBound * inputs
                if pass.precision == .bfloat16 {
                    let pairs = scratch + Kernel.packedCount(Self.block, outputs) + outputs
                    BFloatKernel.pair(range.count * inputs, distance: inputs, rowsOfX, into: pairs)
                    BFloatKernel.pack(range.count, outputs, Kernel.Matrix(dy, row: outputs), into: scratch)
                    BFloatKernel.product(
                        rows: inputs, columns: outputs, depth: range.count,
                        BFloatKernel.Pairs(base: BFloatKernel.halves(pairs), row: 2, step: 4 * inputs), packed: scratch,
                        into: partial, row: outputs, accumulate: true)
                } else {
                    Kernel.pack(range.count, outputs, Kernel.Matrix(dy, row: outputs), into: scratch)
                    Kernel.product(
                        rows: inputs, columns: outputs, depth: range.count,
                        Kernel.Matrix(rowsOfX, row: 1, column: inputs), packed: scratch, into: partial, row: outputs,
                        accumulate: true)
                }
                if bias {
                    let sum = scratch + Kernel.packedCount(Self.block, outputs)
                    Kernel.columnSum(range.count, outputs, dy, into: sum)
                    Kernel.addScaled(outputs, 1, sum, partial + weightCount)
                }
            }
        }
    }

    /// `y = x · packed + bias` with rounded factors.
    private func bfloatProduct(
        _ pass: LayerPass, _ rows: Int, _ x: Floats, _ depth: Int, packed: Floats, into y: Floats, _ columns: Int,
        bias: Floats?
    ) {
        blocks(pass, rows) { range, worker in
            let rounded = pass.scratch(worker)
            // An odd last number has a neighbour, which meets a zero.
            rounded[range.count * depth / 2] = 0
            BFloatKernel.round(range.count * depth, x + range.lowerBound * depth, into: rounded)
            BFloatKernel.product(
                rows: range.count, columns: columns, depth: depth,
                BFloatKernel.Pairs(base: BFloatKernel.halves(rounded), row: depth, step: 2), packed: packed,
                into: y + range.lowerBound * columns, row: columns, bias: bias)
        }
    }

    /// Rows per block: eight blocks of a small batch, so that there is work for all threads.
    private static func length(_ rows: Int) -> Int { min(block, max(16, (rows + 7) / 8)) }

    private func blocks(_ pass: LayerPass, _ rows: Int, _ body: (Range<Int>, _ worker: Int) -> Void) {
        let length = Self.length(rows)
        pass.chunks((rows + length - 1) / length, work: rows * weightCount) { block, worker in
            body(block * length..<min(rows, (block + 1) * length), worker)
        }
    }
}
