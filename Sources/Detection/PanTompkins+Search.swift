import Foundation

/// The search for maxima of the fused activity, and the decision which of them are beats.
extension PanTompkins {
    /// Activity values a second.
    var rate: Double { sampleRate / Double(decimation) }

    /// The frame that an activity index ends at.
    func frame(ofActivity index: Int64) -> Int64 { (index + 1) * Int64(decimation) - 1 }

    /// Walks over the activity that has come in.
    mutating func search(emit: (WeighedCandidate) -> Void, flush: Bool) {
        if isLearning {
            let needed = Int64(Self.learningTime * rate)
            guard flush || activity.count >= needed else { return }
            learn(from: min(needed, activity.count))
        }
        while searched < activity.count {
            step()
            if !maxima.isEmpty { promote(flush: false) }
            if !candidates.isEmpty { decide(emit: emit, flush: false) }
            if searched == doubt.end { settleDoubt() }
            if searched - waitingSince > patience { listenAgain() }
        }
        guard flush else { return }
        promote(flush: true)
        decide(emit: emit, flush: true)
    }

    /// First levels: of every lead the median of the highest activities of three thirds of the learning time, so that one
    /// artefact does not set them.
    private mutating func learn(from count: Int64) {
        isLearning = false
        frontier = count
        let third = max(1, count / 3)
        for lead in 0..<leadCount {
            var peaks = (0..<3).map { activity.peak($0 * third, min(($0 + 1) * third, count) - 1, lead: lead) }
            peaks.sort()
            levels.start(lead, at: max(peaks[1], 0.5 * peaks[2]))
        }
        for index in 0..<count { levels.listen(activity, index) }
        levels.weigh()
    }

    /// Fuses one value and keeps the maximum that it completes.
    @inline(__always)
    private mutating func step() {
        if searched == frontier {
            levels.listen(activity, searched)
            frontier += 1
        }
        let value = levels.fuse(activity, searched)
        fused.put(value, lead: 0)
        fused.advance()
        if fused1 > fused2, fused1 >= value, fused1 > Self.smallestHeight {
            maxima.append(Maximum(index: searched - 1, height: fused1))
        }
        fused2 = fused1
        fused1 = value
        searched += 1
    }

    /// Makes candidates of the maxima that nothing larger stands beside.
    private mutating func promote(flush: Bool) {
        let window = Int64(Self.separation * rate)
        while let first = maxima.first, flush || first.index + window < searched {
            maxima.removeFirst()
            if first.height < lastMaximum.height, first.index - lastMaximum.index <= window { continue }
            if maxima.contains(where: { $0.index - first.index <= window && $0.height > first.height }) { continue }
            lastMaximum = first
            candidates.append(
                Candidate(index: first.index, height: first.height, frame: fiducial(near: first.index), match: nil))
        }
    }

    /// Decides on the candidates whose time has come.
    private mutating func decide(emit: (WeighedCandidate) -> Void, flush: Bool) {
        let wait = Int64(Self.decisionDelay * sampleRate)
        let next = frame(ofActivity: searched)
        while !candidates.isEmpty, flush || candidates.contains(where: { $0.frame + wait < next }) {
            var candidate = candidates.removeFirst()
            guard rhythm.lastIndex < 0 || rhythm.sinceLast(candidate.index) >= Self.refractoryTime,
                candidate.frame > rhythm.lastFrame
            else { continue }
            let match = compare(candidate)
            candidate.match = match
            guard let (measures, evidence) = weighEvidence(for: candidate) else { continue }
            var weighed = WeighedCandidate(frame: origin + candidate.frame, measures: measures, peak: nil)
            guard evidence > Evidence.threshold(noise: levels.fusedNoise), !isStep(candidate) else {
                emit(weighed)
                continue
            }
            rhythm.accept(candidate, evidence: evidence, frequency: frequency(at: candidate.index))
            waitingSince = max(waitingSince, candidate.index)
            morphology.load(band, centre: candidate.index - bandLead)
            morphology.learn(match)
            levels.learn(activity, at: candidate.index, width: Int64(0.04 * rate))
            let now = flush ? max(raw.count - 1, candidate.frame) : frame(ofActivity: frontier - 1)
            weighed.peak = RPeak(
                frame: weighed.frame, decidedAt: origin + now, confidence: 1 / (1 + exp(-evidence)),
                fromSearchBack: Double(now - candidate.frame) > Self.decisionDelay * sampleRate,
                pacing: pacing.judge(raw, peak: candidate.frame))
            emit(weighed)
        }
    }

    /// The integration delays the activity's peak behind the band-passed complex.
    var bandLead: Int64 { Int64((QRSFilterBank.integration * rate).rounded()) + 1 }

    /// How many activity values without a beat pass before the levels are doubted.
    private var patience: Int64 { Int64((max(1.66 * rhythm.mean, 1.5) + Self.decisionDelay) * rate) }

    /// Too long without a beat: lowers the levels to what was heard since, and listens to that time once more.
    private mutating func listenAgain() {
        let first = max(waitingSince + Int64(0.5 * rate), searched - Int64(Self.searchBackTime * rate))
        waitingSince = searched
        var isLower = false
        for lead in 0..<leadCount {
            let peak = activity.peak(first, searched - 1, lead: lead)
            if peak > Self.smallestSignal, peak < 0.7 * levels.signal[lead] {
                levels.lower(lead, to: peak)
                isLower = true
            }
        }
        // Nothing looked like a beat for long: another patient, other electrodes.
        if searched - rhythm.lastIndex > Int64(Self.memoryTime * rate) { morphology.forget() }
        guard isLower else { return }
        levels.weigh()
        doubt = Doubt(start: first, end: searched)
        rewind(to: max(first, rhythm.lastIndex + Int64(Self.refractoryTime * rate)))
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
