/// A local maximum of the fused activity.
struct Maximum: Sendable, Codable {
    var index: Int64
    var height: Float
    var noise: Float
}

/// Decides which maxima are beats.
struct DecisionRule: Sendable, Codable {
    let rate: Double
    var lastBeat: Int64 = -1
    var lastHeight: Float = 1
    var meanRR: Double = 0.8
    var beatCount = 0
    var noisePeak: Float = 0.1

    init(rate: Double) { self.rate = rate }

    func threshold(at index: Int64, noise: Float) -> Float {
        let floor = min(0.6, max(2 * noise, 0.1))
        guard lastBeat >= 0 else { return max(0.4, floor) }
        let since = Double(index - lastBeat) / rate
        let phase = since / meanRR
        var base: Float
        if since < 0.36 {
            base = max(0.5 * min(lastHeight, 1.5), 0.4)
        } else if phase < 0.6 {
            base = 0.4
        } else {
            base = max(0.2, 0.4 - 0.25 * Float(phase - 0.6))
        }
        base = max(base, min(0.8, floor + 0.0))
        return base
    }

    mutating func accept(_ maximum: Maximum) {
        if lastBeat >= 0 {
            let rr = Double(maximum.index - lastBeat) / rate
            if rr < 2.0 { meanRR += 0.125 * (min(max(rr, 0.6 * meanRR), 1.5 * meanRR) - meanRR) }
        }
        lastBeat = maximum.index
        lastHeight = maximum.height
        beatCount += 1
    }
}
