extension PanTompkins {
    var rate: Double { sampleRate / Double(decimation) }

    mutating func search(emit: (RPeak) -> Void, flush: Bool) {
        if isLearning {
            guard flush || activity.count >= Int64(Self.learningTime * rate) else { return }
            learn()
            isLearning = false
        }
        while searched < activity.count {
            let fused = levels.fuse(activity, searched)
            // A maximum one value ago.
            if fused1 > fused2, fused1 >= fused, fused1 > 0.08 {
                maxima.append(Maximum(index: searched - 1, height: fused1, noise: levels.fusedNoise))
            }
            fused2 = fused1
            fused1 = fused
            searched += 1
            decide(emit: emit, flush: false)
        }
        if flush { decide(emit: emit, flush: true) }
    }

    /// First levels: the median of the highest activities of three thirds.
    mutating func learn() {
        let third = max(1, activity.count / 3)
        for lead in 0..<leadCount {
            var peaks = (0..<3).map { activity.peak($0 * third, min(($0 + 1) * third, activity.count) - 1, lead: lead) }
            peaks.sort()
            levels.signal[lead] = max(peaks[1], 0.5 * peaks[2])
        }
        levels.weigh()
    }

    mutating func decide(emit: (RPeak) -> Void, flush: Bool) {
        let wait = Int64(((Self.decisionDelay - 0.07) * sampleRate - Double(filterDelay)) / Double(decimation)) - 1
        let window = Int64(0.12 * rate)
        while let first = maxima.first, flush || first.index + wait < searched {
            maxima.removeFirst()
            // Larger neighbours win.
            if maxima.contains(where: { $0.index - first.index <= window && $0.height > first.height }) { continue }
            // A much larger complex follows: a P wave.
            let near = Int64(0.27 * rate)
            if first.height < 0.5,
                maxima.contains(where: { $0.index - first.index <= near && $0.height > 2.5 * first.height })
            {
                continue
            }
            let since = first.index - rule.lastBeat
            if rule.lastBeat >= 0, since < Int64(0.2 * rate) { continue }
            guard first.height > rule.threshold(at: first.index, noise: first.noise) else { continue }
            rule.accept(first)
            levels.learn(activity, at: first.index, width: Int64(0.04 * rate))
            levels.weigh()
            let frame = fiducial(near: first.index)
            let now = origin + Int64(decimation) * searched - 1
            emit(
                RPeak(
                    frame: origin + frame, decidedAt: max(now, origin + frame), confidence: min(1, first.height),
                    fromSearchBack: false))
        }
    }

    /// The R peak of the raw signal near an activity maximum.
    func fiducial(near index: Int64) -> Int64 {
        let centre = (index + 1) * Int64(decimation) - 1 - Int64(filterDelay)
        var best: Int64 = max(0, centre)
        var lead = 0
        for other in 1..<max(1, leadCount)
        where levels.weight[other] * levels.signal[other] > 2 * levels.weight[lead] * levels.signal[lead] {
            lead = other
        }
        let reach = Int64(0.07 * sampleRate)
        // Local baseline: mean of the window.
        var sum: Float = 0
        var count: Float = 0
        for frame in (centre - 2 * reach)...(centre + 2 * reach) {
            let value = raw.value(frame, lead: lead)
            if value.isFinite {
                sum += value
                count += 1
            }
        }
        guard count > 0 else { return best }
        let mean = sum / count
        var height: Float = -1
        for frame in (centre - reach)...(centre + reach) {
            let value = abs(raw.value(frame, lead: lead) - mean)
            if value.isFinite, value > height {
                height = value
                best = frame
            }
        }
        return best
    }
}
