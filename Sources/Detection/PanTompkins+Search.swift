import Foundation

/// The search for maxima of the fused activity, and the decision which of them are beats.
extension PanTompkins {
    /// The frame that an activity index ends at.
    func frame(ofActivity index: Int64) -> Int64 { (index + 1) * Int64(decimation) - 1 }

    /// Walks over the activity that has come in.
    mutating func search(emit: (WeighedCandidate) -> Void, flush: Bool) {
        if isLearning {
            let needed = Int64(Self.learningTime * rate)
            guard flush || activity.count >= needed else { return }
            learn(through: min(needed, activity.count))
        }
        while searched < activity.count {
            advance(to: min(horizon, activity.count))
            if !maxima.isEmpty { promote(flush: false) }
            if !candidates.isEmpty { decide(emit: emit, flush: false) }
            if searched == doubt.end { settleDoubt() }
            if searched - waitingSince > patience { listenAgain() }
        }
        guard flush else { return }
        promote(flush: true)
        decide(emit: emit, flush: true)
    }

    /// Hears the noise and the first levels of all values before `count`.
    private mutating func learn(through count: Int64) {
        isLearning = false
        frontier = count
        startLevels(from: 0, to: count)
        levels.listen(activity, 0, count - 1)
        levels.weigh()
    }

    /// First levels: of every lead the median of the highest activities of three thirds of the time, so that one
    /// artefact does not set them; none where nothing was heard.
    private mutating func startLevels(from first: Int64, to end: Int64) {
        let third = max(1, (end - first) / 3)
        for lead in 0..<leadCount {
            var peaks = (Int64(0)..<3).map { place in
                let start = first + place * third
                return activity.peak(start, min(start + third, end) - 1, lead: lead)
            }
            peaks.sort()
            let level = max(peaks[1], 0.5 * peaks[2])
            if level > Self.smallestSignal { levels.start(lead, at: level) }
        }
    }

    /// Where the search must pause at the latest: nothing but maxima comes before.
    @inline(__always)
    private var horizon: Int64 {
        // A maximum that is yet to be found is promoted no earlier than this.
        var horizon = searched + separation
        if let first = maxima.first { horizon = min(horizon, first.index + separation + 1) }
        for candidate in candidates { horizon = min(horizon, (candidate.frame + wait + 1) / Int64(decimation)) }
        if searched < doubt.end { horizon = min(horizon, doubt.end) }
        if searched < frontier {
            horizon = min(horizon, frontier)
        } else {
            horizon = min(horizon, searched + Int64(levels.stretch))
        }
        return max(searched + 1, min(horizon, waitingSince + patience + 1))
    }

    /// Fuses the activity before `end` and keeps the maxima that it completes.
    private mutating func advance(to end: Int64) {
        if searched == frontier {
            levels.listen(activity, searched, end - 1)
            frontier = end
        }
        let (first, number) = (searched, Int(end - searched))
        stretch.withUnsafeMutableBufferPointer { stretch in
            let values = UnsafeMutableBufferPointer(rebasing: stretch[..<number])
            levels.fuse(activity, from: first, into: values)
            fused.append(UnsafeBufferPointer(values))
            var (before, last) = (fused2, fused1)
            for place in 0..<number {
                let value = values[place]
                if last > before, last >= value, last > Self.smallestHeight {
                    maxima.append(Maximum(index: first + Int64(place) - 1, height: last))
                }
                before = last
                last = value
            }
            (fused2, fused1) = (before, last)
        }
        searched = end
    }

    /// Makes candidates of the maxima that nothing larger stands beside.
    private mutating func promote(flush: Bool) {
        let window = separation
        while let first = maxima.first, flush || first.index + window < searched {
            maxima.removeFirst()
            if first.height < lastMaximum.height, first.index - lastMaximum.index <= window { continue }
            if maxima.contains(where: { $0.index - first.index <= window && $0.height > first.height }) { continue }
            lastMaximum = first
            candidates.append(candidate(at: first))
        }
    }

    /// Decides on the candidates whose time has come.
    private mutating func decide(emit: (WeighedCandidate) -> Void, flush: Bool) {
        let wait = wait
        let next = frame(ofActivity: searched)
        while !candidates.isEmpty, flush || candidates.contains(where: { $0.frame + wait < next }) {
            var candidate = candidates.removeFirst()
            guard
                rhythm.lastIndex < 0
                    || rhythm.sinceLast(candidate.index) >= Self.refractoryTime
                        && candidate.frame - rhythm.lastFrame >= closest
            else { continue }
            let match = compare(candidate)
            candidate.match = match
            guard let found = weighEvidence(for: candidate) else { continue }
            let evidence = found.evidence
            var weighed = WeighedCandidate(frame: origin + candidate.frame, measures: found.measures, peak: nil)
            let threshold = Evidence.threshold(noise: levels.fusedNoise)
            // Among strangers noise asks for more, not less.
            guard evidence > (estrangement > 0 ? -threshold : threshold), !isStep(candidate) else {
                emit(weighed)
                continue
            }
            estrangement = max(0, estrangement - 1)
            rhythm.accept(candidate, evidence: evidence, frequency: found.frequency)
            waitingSince = max(waitingSince, candidate.index)
            morphology.load(band, centre: candidate.index - bandLead)
            anchor(candidate, match, template: morphology.learn(match))
            levels.learn(activity, at: candidate.index, width: Int64(0.04 * rate))
            let now = flush ? max(raw.count - 1, candidate.frame) : frame(ofActivity: frontier - 1)
            weighed.peak = RPeak(
                frame: weighed.frame, decidedAt: origin + now, confidence: 1 / (1 + exp(-evidence)),
                fromSearchBack: Double(now - candidate.frame) > Self.decisionDelay * sampleRate,
                faintLeads: levels.faint, pacing: pacing?.judge(raw, peak: candidate.frame))
            emit(weighed)
        }
    }

    /// How many activity values without a beat pass before the levels are doubted.
    private var patience: Int64 { Int64((max(1.66 * rhythm.mean, 1.5) + Self.decisionDelay) * rate) }

    /// Too long without a beat: lowers the levels to what was heard since, and listens to that time once more.
    private mutating func listenAgain() {
        guard levels.areKnown, estrangement == 0 else { return learnAgain() }
        let first = max(waitingSince + Int64(0.5 * rate), searched - Int64(Self.searchBackTime * rate))
        waitingSince = searched
        var isLower = false
        for lead in 0..<leadCount {
            let peak = activity.peak(first, searched - 1, lead: lead)
            if peak > Self.smallestSignal, peak < 0.7 * levels.leads[lead].signal {
                levels.lower(lead, to: peak)
                isLower = true
            }
        }
        // Nothing looked like a beat for long: another patient, other electrodes.
        if searched - rhythm.lastIndex > Int64(Self.memoryTime * rate) {
            morphology.forget()
            estrangement = Self.estrangedBeats
        }
        guard isLower else { return }
        levels.weigh()
        doubt = Doubt(start: first, end: searched)
        rewind(to: max(first, rhythm.lastIndex + Int64(Self.refractoryTime * rate)))
    }

    /// There were no leads so far, or nothing like the patient for long: takes the first levels from the last seconds, and
    /// listens to these.
    private mutating func learnAgain() {
        waitingSince = searched
        let first = max(0, searched - Int64(Self.learningTime * rate))
        startLevels(from: first, to: searched)
        guard levels.areKnown else { return }
        levels.weigh()
        rewind(to: first)
    }

    /// The time was listened to again: where it held no beats even so, the levels were right, and this is a pause.
    private mutating func settleDoubt() {
        let isConfirmed = rhythm.lastIndex < doubt.start
        let end = doubt.end
        doubt = Doubt(start: -1, end: -1)
        guard isConfirmed else { return }
        levels.restore()
        rewind(to: max(0, end - Int64((Self.decisionDelay + Self.separation) * rate)))
    }

    private mutating func rewind(to index: Int64) {
        maxima.removeAll(keepingCapacity: true)
        candidates.removeAll(keepingCapacity: true)
        searched = index
        fused.rewind(to: searched)
        fused1 = 0
        fused2 = 0
        lastMaximum.height = 0
    }
}
