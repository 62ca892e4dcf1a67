#if canImport(Glibc)
    import Glibc
#endif

/// The patient's beat shapes so far, and what a new beat looks like beside them.
struct ShapeContext: Sendable, Codable {
    private let window: BeatWindow
    private(set) var bank: TemplateBank
    private var amplitudes: [SlidingQuantiles]
    private var widths: [SlidingQuantiles]
    private var previous: [Float] = []
    private var atria: AtrialActivity
    private var ventricles: VentricularActivity

    init(window: BeatWindow) {
        self.window = window
        bank = TemplateBank(window: window)
        amplitudes = Array(repeating: SlidingQuantiles(capacity: 64), count: LeadSelection.count)
        widths = amplitudes
        atria = AtrialActivity(window: window)
        ventricles = VentricularActivity(window: window)
    }

    /// After a gap the last beat is not the one before.
    mutating func forgetPrevious() {
        previous.removeAll(keepingCapacity: true)
        bank.forgetNewest()
    }

    /// Writes the shape part of a context vector; `beat` and `template` are (leads, length), `distance` is in samples since
    /// the R peak before, nil where that is not known.
    func describe(
        _ beat: [Float], template: [Float], match: TemplateBank.Match, present: [Bool], distance: Int?,
        into context: inout [Float]
    ) {
        atria.describe(isolated(beat, distance: distance), into: &context)
        ventricles.describe(beat, present: present, into: &context)
        if match.family != nil {
            context[.templateKnown] = 1
            context[.familyCorrelation] = match.correlation
            context[.familyShare] = match.share
            context[.familyPrematurity] = min(max(match.prematurity, -1.5), 1.5)
            context[.familyIsTemplate] = match.isTemplate ? 1 : 0
        }
        let qrs = window.samples(from: -0.12, to: 0.18)
        beat.withUnsafeBufferPointer { beat in
            guard let samples = beat.baseAddress else { return }
            if previous.count == beat.count {
                previous.withUnsafeBufferPointer { previous in
                    guard let before = previous.baseAddress else { return }
                    var sums = CorrelationSums()
                    for lead in 0..<LeadSelection.count {
                        let row = lead * window.length + qrs.lowerBound
                        sums.add(samples + row, before + row, count: qrs.count)
                    }
                    context[.previousCorrelation] = sums.correlation
                }
            }
            template.withUnsafeBufferPointer { template in
                for lead in 0..<LeadSelection.count where present[lead] {
                    let row = lead * window.length..<(lead + 1) * window.length
                    describe(
                        lead: lead, beat: UnsafeBufferPointer(rebasing: beat[row]),
                        template: match.family == nil ? nil : UnsafeBufferPointer(rebasing: template[row]),
                        into: &context)
                }
            }
        }
    }

    private func isolated(_ beat: [Float], distance: Int?) -> [Float] {
        atria.isolated(beat, before: distance == nil ? nil : bank.newestMean, distance: distance ?? 0)
    }

    private func describe(
        lead: Int, beat: UnsafeBufferPointer<Float>, template: UnsafeBufferPointer<Float>?, into context: inout [Float]
    ) {
        let qrs = window.samples(from: -0.12, to: 0.18)
        let p = window.samples(from: -0.28, to: -0.08)
        let t = window.samples(from: 0.16, to: 0.48)
        let first = lead == 0
        context[first ? .leadPresent0 : .leadPresent1] = 1
        let amplitude = Morphology.peakToPeak(beat[qrs])
        let width = Morphology.slopeWidth(beat[qrs])
        context[first ? .absoluteWidth0 : .absoluteWidth1] = min(width / Float(window.rate) * 10, 3)
        if amplitude > 0 {
            let pRatio = Morphology.peakToPeak(beat[p]) / amplitude
            let tRatio = Morphology.peakToPeak(beat[t]) / amplitude
            context[first ? .pAmplitude0 : .pAmplitude1] = min(pRatio, 2)
            context[first ? .tAmplitude0 : .tAmplitude1] = min(tRatio, 2)
            if let median = amplitudes[lead].median {
                write(logf(amplitude) - median, first ? .amplitude0 : .amplitude1)
            }
        }
        if width > 0, let median = widths[lead].median { write(logf(width) - median, first ? .width0 : .width1) }
        guard let template, let a = beat.baseAddress, let b = template.baseAddress else { return }
        func correlation(_ zone: Range<Int>) -> Float {
            Morphology.correlation(a + zone.lowerBound, b + zone.lowerBound, count: zone.count)
        }
        context[first ? .qrsCorrelation0 : .qrsCorrelation1] = correlation(qrs)
        context[first ? .pCorrelation0 : .pCorrelation1] = correlation(p)
        context[first ? .tCorrelation0 : .tCorrelation1] = correlation(t)
        var difference: Float = 1e-4
        var energy: Float = 1e-4
        for index in p.lowerBound..<window.length {
            difference += (a[index] - b[index]) * (a[index] - b[index])
            energy += b[index] * b[index]
        }
        write(0.5 * logf(difference / energy), first ? .differenceEnergy0 : .differenceEnergy1)

        func write(_ value: Float, _ feature: ContextFeature) { context[feature] = min(max(value, -2), 2) }
    }

    /// Takes a beat that has been described for the last time.
    mutating func learn(
        _ beat: [Float], match: TemplateBank.Match, prematurity: Float, isEarly: Bool, present: [Bool],
        distance: Int?
    ) {
        guard present.contains(true) else {
            bank.forgetNewest()
            return
        }
        if !isEarly, match.isTemplate, match.correlation >= TemplateBank.membership, distance != nil {
            atria.learn(isolated(beat, distance: distance))
            ventricles.learn(beat, present: present)
        }
        beat.withUnsafeBufferPointer { bank.learn($0, match: match, prematurity: prematurity, present: present) }
        let qrs = window.samples(from: -0.12, to: 0.18)
        beat.withUnsafeBufferPointer { beat in
            for lead in 0..<LeadSelection.count where present[lead] {
                let row = UnsafeBufferPointer(rebasing: beat[lead * window.length..<(lead + 1) * window.length])
                let amplitude = Morphology.peakToPeak(row[qrs])
                let width = Morphology.slopeWidth(row[qrs])
                if amplitude > 0 { amplitudes[lead].append(logf(amplitude)) }
                if width > 0 { widths[lead].append(logf(width)) }
            }
        }
        if previous.count == beat.count {
            for index in beat.indices { previous[index] = beat[index] }
        } else {
            previous = beat
        }
    }
}
