/// Where a value of a plan lies in the arena.
struct PlanPlace {
    /// First float of the first sample.
    var offset = 0
    /// Floats from one sample to the next.
    var stride = 0
    /// Floats from one position to the next: more than the channels where the value is a part of a concatenation.
    var pitch = 0
    /// Samples for one sample of the batch.
    var repeats = 1
    /// Whether it holds the whole batch, not only a tile.
    var isFull = false
    /// Zeros before and after each sample's positions, in positions.
    var padding = (before: 0, after: 0)

    /// The first sample of the tile at hand.
    @inline(__always)
    func base(_ run: PlanRun) -> Floats { run.arena + offset + (isFull ? run.first * repeats * stride : 0) }

    /// Samples in the tile at hand.
    @inline(__always)
    func samples(_ run: PlanRun) -> Int { run.count * repeats }

    /// Whether all samples lie one after the other without a gap.
    func isDense(_ shape: Shape) -> Bool { stride == shape.count && pitch == shape.channels }
}

/// What a step sees of one run: memory, weights, and the tile of the batch.
struct PlanRun {
    let arena: Floats
    let constants: UnsafePointer<Float>
    var first: Int
    var count: Int
}
