/// How a convolution over time is cut into tiles that are multiplied in the frequency domain (overlap-save).
///
/// A tile of `points` samples gives `hop = points - kernel + 1` results. Its real Fourier transform is one small matrix
/// product, so are the multiplications of each frequency (all tiles by the weights' spectrum) and the way back; for the long
/// kernels of InceptionTime the three together take a third of the multiplications of the direct sum, in the same precision.
struct FourierTiling: Equatable {
    /// Samples of a tile: even.
    let points: Int
    /// Results of a tile.
    let hop: Int
    /// Tiles of one signal; the last ends where the signal ends and repeats some results of the one before.
    let tiles: Int

    /// Frequencies from zero to half the rate, both included.
    var frequencies: Int { points / 2 + 1 }

    private static let candidates = [16, 24, 32, 48, 64, 96, 128, 192]

    /// The best tiling of a convolution, or nil if the direct sum is cheaper or the shapes do not fit the kernels.
    init?(_ window: ImageWindow, inputs: Int, outputs: Int) {
        let time = window.width
        guard window.isTime, time.stride == 1, time.dilation == 1, inputs.isMultiple(of: 8),
            outputs.isMultiple(of: 16)
        else { return nil }
        let direct = Double(time.count * time.kernel * inputs * outputs)
        var best: (cost: Double, points: Int)?
        for points in Self.candidates where points > time.kernel && points - time.kernel + 1 <= time.count {
            let hop = points - time.kernel + 1
            let tiles = (time.count + hop - 1) / hop
            let transforms = tiles * points * (points * inputs + hop * outputs)
            let products = tiles * (points / 2 + 1) * 4 * inputs * outputs
            // Small products run at some four fifths of the speed of one large product.
            let cost = 1.25 * Double(transforms + products)
            if cost < best?.cost ?? direct { best = (cost, points) }
        }
        guard let best else { return nil }
        points = best.points
        hop = points - time.kernel + 1
        tiles = (time.count + hop - 1) / hop
    }

    /// First result of a tile.
    func start(_ tile: Int, count: Int) -> Int { min(tile * hop, count - hop) }

    /// Floats of memory for one signal: spectra of the input, spectra of the result, one packed tile.
    func scratchCount(inputs: Int, outputs: Int) -> Int {
        tiles * (points * inputs + frequencies * 2 * outputs)
            + Kernel.packedCount(points, max(inputs, outputs)) + 48
    }
}
