internal import CKernels

extension PlanStep {
    /// Operations on every element, channel by channel or position by position.
    func executeElements(_ run: PlanRun) {
        let channels = outputShape.channels
        let positions = outputShape.positions
        switch operation {
        case .affine(let scale, let shift, let activation):
            eachRun(run) { samples, x, _, y in
                ck_affine(
                    Int64(samples * positions), Int64(channels), x, run.constants + scale, run.constants + shift,
                    activation, y)
            }
        case .activation(let function):
            eachRun(run) { samples, x, _, y in Kernel.activate(samples * outputShape.count, x, function, into: y) }
        case .add(let function):
            eachRun(run) { samples, x, z, y in
                guard let z else { return }
                let count = samples * outputShape.count
                ck_add(Int64(count), x, z, function.kernel ?? Int32(CK_NONE.rawValue), y)
                if function.kernel == nil { Kernel.activate(count, y, function, into: y) }
            }
        case .gate(let broadcast): gate(broadcast, run)
        case .softmax:
            eachRun(run) { samples, x, _, y in
                for row in 0..<samples * positions { softmax(channels, x + row * channels, into: y + row * channels) }
            }
        case .layerNorm(let weight, let bias, let epsilon):
            eachRun(run) { samples, x, _, y in
                for row in 0..<samples * positions {
                    normalize(
                        channels, x + row * channels, run.constants + weight, run.constants + bias, epsilon,
                        into: y + row * channels)
                }
            }
        case .trees(let layer, let features, let thresholds, let leaves):
            let width = inputShape.channels
            eachRun(run) { samples, x, _, y in
                for row in 0..<samples * positions {
                    layer.sum(
                        x + row * width, features: run.constants + features, thresholds: run.constants + thresholds,
                        leaves: run.constants + leaves, into: y + row * channels)
                }
            }
        default: preconditionFailure("not an operation on elements")
        }
    }

    private func gate(_ broadcast: Multiply.Broadcast, _ run: PlanRun) {
        guard let gates = second else { return }
        let (x, z, y) = (input.base(run), gates.base(run), output.base(run))
        let (positions, channels) = (Int64(outputShape.positions), Int64(outputShape.channels))
        for sample in 0..<output.samples(run) {
            let (x, z, y) = (x + sample * input.stride, z + sample * gates.stride, y + sample * output.stride)
            switch broadcast {
            case .elements: ck_multiply(positions * channels, x, z, y)
            case .channels: ck_affine(positions, channels, x, z, nil, Int32(CK_NONE.rawValue), y)
            case .positions: ck_scale_rows(positions, channels, x, z, y)
            }
        }
    }
}

private func normalize(
    _ channels: Int, _ x: Floats, _ weight: UnsafePointer<Float>, _ bias: UnsafePointer<Float>, _ epsilon: Float,
    into y: Floats
) {
    var sum: Float = 0
    for c in 0..<channels { sum += x[c] }
    let mean = sum / Float(channels)
    var squares: Float = 0
    for c in 0..<channels { squares += (x[c] - mean) * (x[c] - mean) }
    let inverse = 1 / (squares / Float(channels) + epsilon).squareRoot()
    for c in 0..<channels { y[c] = (x[c] - mean) * inverse * weight[c] + bias[c] }
}
