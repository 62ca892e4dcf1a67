internal import CKernels

extension PlanStep {
    /// Operations that move or gather positions.
    func executePositions(_ run: PlanRun) {
        let (positions, channels) = (inputShape.positions, inputShape.channels)
        switch operation {
        case .copy(let channel):
            let (x, y) = (input.base(run), output.base(run) + channel)
            for sample in 0..<output.samples(run) {
                for position in 0..<positions {
                    (y + sample * output.stride + position * output.pitch).update(
                        from: x + sample * input.stride + position * input.pitch, count: channels)
                }
            }
        case .pool(let pooling, let image):
            var window = image.kernelWindow(channels: channels)
            let (x, y) = (input.base(run), output.base(run))
            for sample in 0..<output.samples(run) {
                let (x, y) = (x + sample * input.stride, y + sample * output.stride)
                switch pooling {
                case .maximum: ck_max_pool(&window, x, y, Int64(output.pitch))
                case .average: ck_average_pool(&window, x, y)
                }
            }
        case .globalPool(let statistic):
            eachSample(run) { x, y in globalPool(statistic, positions, channels, x, y) }
        case .channelPool: eachSample(run) { x, y in ck_row_mean_max(Int64(positions), Int64(channels), x, y) }
        case .sumPositions: eachSample(run) { x, y in Kernel.columnSum(positions, channels, x, into: y) }
        default: preconditionFailure("not an operation on positions")
        }
    }

    private func eachSample(_ run: PlanRun, _ body: (_ input: Floats, _ output: Floats) -> Void) {
        let (x, y) = (input.base(run), output.base(run))
        for sample in 0..<output.samples(run) { body(x + sample * input.stride, y + sample * output.stride) }
    }

    private func globalPool(
        _ statistic: GlobalPool.Statistic, _ positions: Int, _ channels: Int, _ x: Floats, _ y: Floats
    ) {
        var y = y
        if statistic != .maximum {
            Kernel.columnSum(positions, channels, x, into: y)
            let share = 1 / Float(positions)
            for c in 0..<channels { y[c] *= share }
            y += channels
        }
        if statistic != .average { ck_column_max(Int64(positions), Int64(channels), x, y) }
    }
}
