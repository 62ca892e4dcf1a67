import Dispatch

/// Tells every few seconds how far a pass is, how fast it goes and when it ends.
struct Pace {
    private let total: Int
    private let start = DispatchTime.now().uptimeNanoseconds
    private var told: UInt64
    private var batches = 0
    private var beats = 0
    private var losses: (sum: Double, count: Int) = (0, 0)

    init(total: Int) {
        self.total = total
        told = start
    }

    /// Counts a batch; a line when five seconds have passed since the last one.
    mutating func line(loss: Float, beats: Int) -> String? {
        batches += 1
        self.beats += beats
        losses.sum += Double(loss)
        losses.count += 1
        let now = DispatchTime.now().uptimeNanoseconds
        guard now - told >= 5_000_000_000 || batches == total else { return nil }
        told = now
        let elapsed = Double(now - start) / 1e9
        let left = elapsed / Double(batches) * Double(total - batches)
        let mean = losses.sum / Double(losses.count)
        losses = (0, 0)
        return
            "\(batches)/\(total) loss \((mean * 10_000).rounded() / 10_000) \(Int(Double(self.beats) / elapsed)) beats/s, "
            + "\(Int(left.rounded())) s left"
    }
}
