internal import CKernels

/// A convolution over time of a plan, multiplied in the frequency domain.
struct PlanFourier {
    let tiling: FourierTiling
    let window: SlidingWindow
    let inputs: Int
    let outputs: Int
    /// Matrices, spectra of the weights and bias among the constants.
    let forward: Int
    let inverse: Int
    let spectra: Int
    let bias: Int
    let activation: Int32

    func execute(_ step: PlanStep, _ run: PlanRun) {
        // The parts of the scratch memory, each at a multiple of 16 floats.
        let spectrum = run.arena + step.scratch
        let result = spectrum + (tiling.tiles * tiling.points * inputs + 15) / 16 * 16
        let packed = result + (tiling.tiles * tiling.frequencies * 2 * outputs + 15) / 16 * 16
        step.clearPadding(run)
        for sample in 0..<step.output.samples(run) {
            let x = step.input.base(run) + sample * step.input.stride - window.before * inputs
            transform(x, into: spectrum, packed, run)
            multiply(spectrum, into: result, run)
            invert(result, packed, step, run, sample)
        }
    }

    /// Spectra of all tiles: (points, tiles, inputs).
    private func transform(_ x: Floats, into spectrum: Floats, _ packed: Floats, _ run: PlanRun) {
        let points = tiling.points
        for tile in 0..<tiling.tiles {
            let from = x + tiling.start(tile, count: window.count) * inputs
            Kernel.pack(points, inputs, Kernel.Matrix(from, row: inputs), into: packed)
            Kernel.product(
                rows: points, columns: inputs, depth: points, Kernel.Matrix(run.constants + forward, row: points),
                packed: packed, into: spectrum + tile * inputs, row: tiling.tiles * inputs)
        }
    }

    /// Every frequency of all tiles by the weights' spectrum: (frequencies, tiles, real and imaginary outputs).
    private func multiply(_ spectrum: Floats, into result: Floats, _ run: PlanRun) {
        let size = Kernel.packedCount(2 * inputs, 2 * outputs)
        let imaginary = (tiling.frequencies - 1) * tiling.tiles * inputs
        for f in 0..<tiling.frequencies {
            let isReal = f == 0 || f == tiling.frequencies - 1
            Kernel.product(
                groups: 1, rows: tiling.tiles, columns: isReal ? outputs : 2 * outputs, segments: isReal ? 1 : 2,
                depth: inputs, Kernel.Matrix(spectrum + f * tiling.tiles * inputs, row: inputs), group: 0,
                segment: imaginary, packed: run.constants + spectra + f * size,
                into: result + f * tiling.tiles * 2 * outputs, group: 0, row: 2 * outputs)
        }
    }

    /// Tile by tile back to time, with bias, residual and activation.
    private func invert(_ result: Floats, _ packed: Floats, _ step: PlanStep, _ run: PlanRun, _ sample: Int) {
        var arguments = ck_gemm_arguments()
        arguments.groups = 1
        arguments.rows = Int64(tiling.hop)
        arguments.columns = Int64(outputs)
        arguments.segments = 1
        arguments.depth = Int64(tiling.points)
        arguments.a = run.constants + inverse
        arguments.a_row = Int64(tiling.points)
        arguments.a_depth = 1
        arguments.b = UnsafePointer(packed)
        arguments.bias = run.constants + bias
        arguments.activation = activation
        arguments.c_row = Int64(step.output.pitch)
        arguments.residual_row = Int64(step.second?.pitch ?? 0)
        for tile in 0..<tiling.tiles {
            pack(result + tile * 2 * outputs, into: packed)
            let start = tiling.start(tile, count: window.count)
            arguments.c = step.output.base(run) + sample * step.output.stride + start * step.output.pitch
            arguments.residual = step.second.map {
                UnsafePointer($0.base(run) + sample * $0.stride + start * $0.pitch)
            }
            ck_gemm(&arguments)
        }
    }

    /// One tile's spectrum into panels: real parts of all frequencies, then imaginary parts of those between.
    private func pack(_ tile: Floats, into packed: Floats) {
        let row = tiling.tiles * 2 * outputs
        let (panel, real) = (Kernel.panel, tiling.frequencies)
        for first in stride(from: 0, to: outputs, by: panel) {
            let to = packed + first * tiling.points
            for f in 0..<real { (to + f * panel).update(from: tile + f * row + first, count: panel) }
            for f in 1..<real - 1 {
                (to + (real + f - 1) * panel).update(from: tile + f * row + outputs + first, count: panel)
            }
        }
    }
}
