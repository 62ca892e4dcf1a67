internal import CKernels

/// A convolution or linear layer of a plan: one strided product.
struct PlanProduct {
    /// Nil for a product over rows.
    let window: ImageWindow?
    let inputChannels: Int
    let columns: Int
    /// Packed weights and bias among the constants.
    let weights: Int
    let bias: Int
    let activation: Int32
    /// Whether the input has to be copied to get its padding.
    let copies: Bool

    func execute(_ step: PlanStep, _ run: PlanRun) {
        var arguments = ck_gemm_arguments()
        arguments.b = run.constants + weights
        arguments.bias = run.constants + bias
        arguments.columns = Int64(columns)
        arguments.activation = activation
        arguments.c_row = Int64(step.output.pitch)
        arguments.residual_row = Int64(step.second?.pitch ?? 0)
        guard let window else { return rows(step, run, &arguments) }
        step.clearPadding(run)
        if window.isTime, !copies { return time(window, step, run, &arguments) }
        for sample in 0..<step.output.samples(run) {
            image(window, step, run, sample, &arguments)
        }
    }

    /// Every position of every sample is a row.
    private func rows(_ step: PlanStep, _ run: PlanRun, _ arguments: inout ck_gemm_arguments) {
        let samples = step.output.samples(run)
        let positions = step.outputShape.positions
        step.clearPadding(run)
        arguments.segments = 1
        arguments.depth = Int64(inputChannels)
        arguments.a_depth = 1
        arguments.a = UnsafePointer(step.input.base(run))
        arguments.a_row = Int64(step.input.pitch)
        arguments.c = step.output.base(run)
        arguments.residual = step.second.map { UnsafePointer($0.base(run)) }
        if step.input.stride == positions * step.input.pitch, step.output.stride == positions * step.output.pitch,
            step.second.map({ $0.stride == positions * $0.pitch }) ?? true
        {
            arguments.groups = 1
            arguments.rows = Int64(samples * positions)
        } else {
            groups(samples, positions, step, &arguments)
            arguments.a_group = Int64(step.input.stride)
        }
        ck_gemm(&arguments)
    }

    /// Windows over a row that has its padding: rows of a matrix that overlap.
    private func time(
        _ window: ImageWindow, _ step: PlanStep, _ run: PlanRun, _ arguments: inout ck_gemm_arguments
    ) {
        setTime(window.width, &arguments)
        arguments.a = UnsafePointer(step.input.base(run) - window.width.before * inputChannels)
        arguments.a_group = Int64(step.input.stride)
        arguments.c = step.output.base(run)
        arguments.residual = step.second.map { UnsafePointer($0.base(run)) }
        groups(step.output.samples(run), window.width.count, step, &arguments)
        ck_gemm(&arguments)
    }

    private func setTime(_ window: SlidingWindow, _ arguments: inout ck_gemm_arguments) {
        arguments.a_row = Int64(window.stride * inputChannels)
        arguments.a_depth = 1
        if window.dilation == 1 {
            arguments.segments = 1
            arguments.depth = Int64(window.kernel * inputChannels)
        } else {
            arguments.segments = Int64(window.kernel)
            arguments.a_segment = Int64(window.dilation * inputChannels)
            arguments.depth = Int64(inputChannels)
        }
    }

    /// One sample of a picture; the groups are the rows of the result.
    private func image(
        _ window: ImageWindow, _ step: PlanStep, _ run: PlanRun, _ sample: Int, _ arguments: inout ck_gemm_arguments
    ) {
        let source = step.input.base(run) + sample * step.input.stride
        let line = window.width.paddedLength * inputChannels
        let padded = copies ? run.arena + step.scratch : source
        if copies { copy(window, source, into: padded) }
        if window.isTime {
            setTime(window.width, &arguments)
        } else {
            arguments.segments = Int64(window.height.kernel)
            arguments.a_segment = Int64(line)
            arguments.depth = Int64(window.width.kernel * inputChannels)
            arguments.a_depth = 1
            arguments.a_row = Int64(window.width.stride * inputChannels)
        }
        arguments.a = UnsafePointer(padded)
        arguments.a_group = Int64(window.height.stride * line)
        arguments.groups = Int64(window.height.count)
        arguments.rows = Int64(window.width.count)
        arguments.c = step.output.base(run) + sample * step.output.stride
        arguments.c_group = Int64(window.width.count * step.output.pitch)
        if let residual = step.second {
            arguments.residual = UnsafePointer(residual.base(run) + sample * residual.stride)
            arguments.residual_group = Int64(window.width.count * residual.pitch)
        }
        ck_gemm(&arguments)
    }

    private func groups(_ samples: Int, _ rows: Int, _ step: PlanStep, _ arguments: inout ck_gemm_arguments) {
        arguments.groups = Int64(samples)
        arguments.rows = Int64(rows)
        arguments.c_group = Int64(step.output.stride)
        arguments.residual_group = Int64(step.second?.stride ?? 0)
    }

    private func copy(_ window: ImageWindow, _ source: Floats, into padded: Floats) {
        let line = window.width.paddedLength * inputChannels
        let inside = window.width.length * inputChannels
        let before = window.width.before * inputChannels
        padded.update(repeating: 0, count: window.height.paddedLength * line)
        for row in 0..<window.height.length {
            (padded + (window.height.before + row) * line + before).update(from: source + row * inside, count: inside)
        }
    }
}

/// A depthwise convolution of a plan.
struct PlanDepthwise {
    let window: ImageWindow
    let weights: Int
    let bias: Int
    let activation: Int32

    func execute(_ step: PlanStep, _ run: PlanRun) {
        step.eachRun(run) { samples, x, _, y in
            var kernel = window.kernelWindow(channels: step.inputShape.channels)
            kernel.batch = Int64(samples)
            ck_depthwise(&kernel, x, run.constants + weights, run.constants + bias, activation, y)
        }
    }
}
