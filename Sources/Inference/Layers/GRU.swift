/// Gated recurrent unit along a sequence: `(T, F)` to `(T, H)`, every step from the past only.
///
/// Cho et al. 2014, as PyTorch has it: `r = σ(Wᵣx + bᵣ + Uᵣh + cᵣ)`, `z = σ(W_z x + b_z + U_z h + c_z)`, `n = tanh(Wₙx + bₙ + r ∘ (Uₙh + cₙ))`,
/// `h' = (1 − z) ∘ n + z ∘ h`. A second input `(H)` is the state before the first step (zero without it), so that a
/// graph with `T` = 1 runs one step of a stream with the same weights.
/// Parameters: `weight_ih_l0` `(3H, F)`, `weight_hh_l0` `(3H, H)`, transposed in the engine; `bias_ih_l0`, `bias_hh_l0` `(3H)`; the
/// gates in the order r, z, n.
public struct GRU: Layer {
    /// H.
    public let features: Int

    /// Describes it.
    public init(_ features: Int) { self.features = features }

    /// The result for inputs of these shapes.
    public func outputShape(_ inputs: [Shape], node: String) throws(GraphError) -> Shape {
        try check("features", features, extentRange, node)
        guard inputs.count == 1 || inputs.count == 2 else {
            throw .inputCount(node: node, expected: "1 or 2", found: inputs.count)
        }
        guard inputs[0].rank == 2 else { throw .shape(node: node, found: inputs, reason: "it needs (T, F)") }
        guard inputs.count == 1 || inputs[1] == [features] else {
            throw .shape(node: node, found: inputs, reason: "the state must be (\(features))")
        }
        return [inputs[0][0], features]
    }

    /// What it learns and keeps.
    public func parameters(_ inputs: [Shape]) -> [Parameter] {
        let start = Initialization.uniform(bound: 1 / Float(features).squareRoot())
        return [
            Parameter(
                "weight_ih_l0", [3 * features, inputs[0].channels], permutation: [1, 0], decays: true,
                initialization: start),
            Parameter(
                "weight_hh_l0", [3 * features, features], permutation: [1, 0], decays: true, initialization: start),
            Parameter("bias_ih_l0", [3 * features], initialization: start),
            Parameter("bias_hh_l0", [3 * features], initialization: start),
        ]
    }

    /// Cost of one sample.
    public func multiplyAccumulates(_ inputs: [Shape], output: Shape) -> Int {
        inputs[0][0] * 3 * features * (inputs[0].channels + features)
    }

    /// Memory for a batch.
    public func memory(_ inputs: [Shape], output: Shape, batch: Int) -> LayerMemory {
        let width = 3 * features
        let (steps, channels) = (inputs[0][0], inputs[0].channels)
        let packed = max(
            Kernel.packedCount(channels, width) + Kernel.packedCount(features, width),
            Kernel.packedCount(width, channels) + Kernel.packedCount(width, features))
        return LayerMemory(
            saved: batch * steps * 4 * features,
            shared: packed + 2 * batch * steps * width + LayerPass.gradientGroups * (channels + features) * width,
            scratch: max(Self.chunk * (width + 2 * features), Kernel.packedCount(steps, width)), readsOutput: true)
    }

    /// Samples that go through the steps together.
    private static let chunk = 8

    /// Memory of a pass.
    private struct Places {
        let input, state, rows: Floats

        /// Packed weights of the inputs `(a, b)` and of the state `(c, d)`, then rows.
        init(_ pass: LayerPass, _ a: Int, _ b: Int, _ c: Int, _ d: Int) {
            input = pass.shared
            state = input + Kernel.packedCount(a, b)
            rows = state + Kernel.packedCount(c, d)
        }
    }

    /// The state before a step: where it lies for the first sample of a chunk, and how far apart those of samples are.
    private func before(_ pass: LayerPass, _ step: Int, _ first: Int, zeros: Floats) -> (Floats, Int) {
        let steps = pass.shape[0]
        if step > 0 { return (pass.output + (first * steps + step - 1) * features, steps * features) }
        return pass.inputs.count == 2 ? (pass.inputs[1] + first * features, features) : (zeros, features)
    }

    /// Forward pass.
    public func forward(_ pass: LayerPass) {
        let (steps, channels, width) = (pass.shape[0], pass.inputShapes[0].channels, 3 * features)
        let places = Places(pass, channels, width, features, width)
        pass.pack(channels, width, Kernel.Matrix(pass.parameters[0], row: width), into: places.input)
        pass.pack(features, width, Kernel.Matrix(pass.parameters[1], row: width), into: places.state)
        let chunks = (pass.batch + Self.chunk - 1) / Self.chunk
        pass.chunks(chunks, work: pass.batch * steps * width * (channels + features)) { chunk, worker in
            let samples = chunk * Self.chunk..<min(pass.batch, (chunk + 1) * Self.chunk)
            let first = samples.lowerBound
            Kernel.product(
                rows: samples.count * steps, columns: width, depth: channels,
                Kernel.Matrix(pass.inputs[0] + first * steps * channels, row: channels), packed: places.input,
                into: places.rows + first * steps * width, row: width, bias: pass.parameters[2])
            let fromState = pass.scratch(worker)
            let zeros = fromState + Self.chunk * width
            zeros.update(repeating: 0, count: Self.chunk * features)
            for step in 0..<steps {
                let (h, stride) = before(pass, step, first, zeros: zeros)
                Kernel.product(
                    rows: samples.count, columns: width, depth: features, Kernel.Matrix(h, row: stride),
                    packed: places.state, into: fromState, row: width, bias: pass.parameters[3])
                for b in samples {
                    let row = b * steps + step
                    advance(
                        fromInput: places.rows + row * width, fromState: fromState + (b - first) * width,
                        h + (b - first) * stride, gates: pass.saved + row * 4 * features,
                        into: pass.output + row * features)
                }
            }
        }
    }

    /// One step of one sample; leaves r, z, n and the state's part of n in `gates`.
    private func advance(fromInput: Floats, fromState: Floats, _ h: Floats, gates: Floats, into next: Floats) {
        let (r, z, n, part) = (gates, gates + features, gates + 2 * features, gates + 3 * features)
        for j in 0..<2 * features { gates[j] = fromInput[j] + fromState[j] }
        Kernel.activate(2 * features, gates, .sigmoid, into: gates)
        for j in 0..<features {
            part[j] = fromState[2 * features + j]
            n[j] = fromInput[2 * features + j] + r[j] * part[j]
        }
        Kernel.activate(features, n, .tanh, into: n)
        for j in 0..<features { next[j] = n[j] + z[j] * (h[j] - n[j]) }
    }

    /// Backward pass.
    public func backward(_ pass: LayerPass) {
        let (steps, channels, width) = (pass.shape[0], pass.inputShapes[0].channels, 3 * features)
        let places = Places(pass, width, channels, width, features)
        pass.pack(width, channels, Kernel.Matrix(pass.parameters[0], row: 1, column: width), into: places.input)
        pass.pack(width, features, Kernel.Matrix(pass.parameters[1], row: 1, column: width), into: places.state)
        let rows = pass.batch * steps
        let (dInput, dState) = (places.rows, places.rows + rows * width)
        let chunks = (pass.batch + Self.chunk - 1) / Self.chunk
        pass.chunks(chunks, work: rows * width * (channels + features)) { chunk, worker in
            let samples = chunk * Self.chunk..<min(pass.batch, (chunk + 1) * Self.chunk)
            let first = samples.lowerBound
            let carried = pass.scratch(worker)
            let zeros = carried + Self.chunk * features
            carried.update(repeating: 0, count: 2 * Self.chunk * features)
            for step in (0..<steps).reversed() {
                let (h, stride) = before(pass, step, first, zeros: zeros)
                for b in samples {
                    let row = b * steps + step
                    retreat(
                        pass.outputGradient + row * features, carried + (b - first) * features,
                        h + (b - first) * stride, gates: pass.saved + row * 4 * features,
                        dInput: dInput + row * width, dState: dState + row * width)
                }
                Kernel.product(
                    rows: samples.count, columns: features, depth: width,
                    Kernel.Matrix(dState + (first * steps + step) * width, row: steps * width), packed: places.state,
                    into: carried, row: features, accumulate: true)
            }
            if pass.inputs.count == 2, let dInitial = pass.inputGradients[1] {
                (dInitial + first * features).update(from: carried, count: samples.count * features)
            }
            if let dX = pass.inputGradients[0] {
                Kernel.product(
                    rows: samples.count * steps, columns: channels, depth: width,
                    Kernel.Matrix(dInput + first * steps * width, row: width), packed: places.input,
                    into: dX + first * steps * channels, row: channels)
            }
        }
        addWeightGradients(pass, dInput, dState, memory: dState + rows * width)
    }

    /// One step back of one sample: `carried` is what later steps owe to its result, and then to the state before it.
    private func retreat(
        _ dY: Floats, _ carried: Floats, _ h: Floats, gates: Floats, dInput: Floats, dState: Floats
    ) {
        let (r, z, n, part) = (gates, gates + features, gates + 2 * features, gates + 3 * features)
        for j in 0..<features {
            let dh = dY[j] + carried[j]
            let dn = dh * (1 - z[j]) * (1 - n[j] * n[j])
            let dr = dn * part[j] * r[j] * (1 - r[j])
            let dz = dh * (h[j] - n[j]) * z[j] * (1 - z[j])
            (dInput[j], dState[j]) = (dr, dr)
            (dInput[features + j], dState[features + j]) = (dz, dz)
            (dInput[2 * features + j], dState[2 * features + j]) = (dn, dn * r[j])
            carried[j] = dh * z[j]
        }
    }

    private func addWeightGradients(_ pass: LayerPass, _ dInput: Floats, _ dState: Floats, memory: Floats) {
        let (steps, channels, width) = (pass.shape[0], pass.inputShapes[0].channels, 3 * features)
        pass.sumOverGroups(
            samples: pass.batch, first: channels * width, second: features * width,
            work: pass.batch * steps * width * (channels + features), memory: memory
        ) { samples, partial, worker in
            let packed = pass.scratch(worker)
            for b in samples {
                let row = b * steps
                Kernel.pack(steps, width, Kernel.Matrix(dInput + row * width, row: width), into: packed)
                Kernel.product(
                    rows: channels, columns: width, depth: steps,
                    Kernel.Matrix(pass.inputs[0] + row * channels, row: 1, column: channels), packed: packed,
                    into: partial, row: width, accumulate: true)
                let ofState = partial + channels * width
                if steps > 1 {
                    Kernel.pack(steps - 1, width, Kernel.Matrix(dState + (row + 1) * width, row: width), into: packed)
                    Kernel.product(
                        rows: features, columns: width, depth: steps - 1,
                        Kernel.Matrix(pass.output + row * features, row: 1, column: features), packed: packed,
                        into: ofState, row: width, accumulate: true)
                }
                if pass.inputs.count == 2 {
                    Kernel.pack(1, width, Kernel.Matrix(dState + row * width, row: width), into: packed)
                    Kernel.product(
                        rows: features, columns: width, depth: 1,
                        Kernel.Matrix(pass.inputs[1] + b * features, row: 1, column: features), packed: packed,
                        into: ofState, row: width, accumulate: true)
                }
            }
        }
        Kernel.columnSum(pass.batch * steps, width, dInput, into: pass.parameterGradients[2])
        Kernel.columnSum(pass.batch * steps, width, dState, into: pass.parameterGradients[3])
    }
}
