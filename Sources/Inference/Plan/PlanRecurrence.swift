internal import CKernels

/// A gated recurrent unit of a plan: the inputs of all steps as one product, then step after step.
struct PlanRecurrence {
    let steps: Int
    let channels: Int
    let features: Int
    /// Packed weights and biases among the constants.
    let inputWeights: Int
    let stateWeights: Int
    let inputBias: Int
    let stateBias: Int

    func execute(_ step: PlanStep, _ run: PlanRun) {
        let (samples, width) = (step.output.samples(run), 3 * features)
        let fromInput = run.arena + step.scratch
        let fromState = fromInput + samples * steps * width
        let zeros = fromState + samples * width
        zeros.update(repeating: 0, count: samples * features)
        Kernel.product(
            groups: samples, rows: steps, columns: width, segments: 1, depth: channels,
            Kernel.Matrix(step.input.base(run), row: step.input.pitch), group: step.input.stride, segment: 0,
            packed: run.constants + inputWeights, into: fromInput, group: steps * width, row: width,
            bias: run.constants + inputBias)
        let output = step.output.base(run)
        var before = step.second?.base(run) ?? zeros
        var beforeStride = step.second?.stride ?? features
        for time in 0..<steps {
            Kernel.product(
                rows: samples, columns: width, depth: features, Kernel.Matrix(before, row: beforeStride),
                packed: run.constants + stateWeights, into: fromState, row: width, bias: run.constants + stateBias)
            let next = output + time * features
            for sample in 0..<samples {
                advance(
                    fromInput + (sample * steps + time) * width, fromState + sample * width,
                    before + sample * beforeStride, into: next + sample * step.output.stride)
            }
            before = next
            beforeStride = step.output.stride
        }
    }

    /// One step of one sample; `x` becomes the gates r, z, n.
    private func advance(_ x: Floats, _ h: Floats, _ before: Floats, into next: Floats) {
        let sigmoid = Int32(CK_SIGMOID.rawValue)
        ck_add(Int64(2 * features), x, h, sigmoid, x)
        let (r, z, n) = (x, x + features, x + 2 * features)
        for j in 0..<features { n[j] += r[j] * h[2 * features + j] }
        ck_activate(Int64(features), n, Int32(CK_TANH.rawValue), n)
        for j in 0..<features { next[j] = n[j] + z[j] * (before[j] - n[j]) }
    }
}
