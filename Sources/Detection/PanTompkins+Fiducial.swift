/// Where the R peak is.
extension PanTompkins {
    /// Seconds before and after the activity's centre within which the R peak is sought: a wide complex has it early.
    static let fiducialReach = (before: 0.11, after: 0.05)
    /// How much deeper than it is high a complex must be to be marked at its lowest point.
    static let upward: Float = 2
    /// How much deeper it may be for shape to decide: a small R wave or Q wave beside an ST segment that is as far from the line.
    static let doubtful: ClosedRange<Float> = 0.5...4
    /// Seconds after its peak within which an R, S or QS wave has come back by half; an ST segment takes longer.
    static let sharpness = 0.06
    /// Seconds to each side over which the lead is averaged before its extremes are taken: fast noise would choose among samples.
    static let smoothing = 0.01

    /// Correlation with the patient's usual shape from which a complex is marked where those of that shape are.
    static let alike: Float = 0.9
    /// Seconds to each side of that place within which the point is looked for.
    static let anchorReach = 0.02

    /// The candidate that an activity maximum is.
    ///
    /// A complex of the patient's usual shape is marked at the same point as the others (`FiducialAnchor`), any other by its own
    /// deflections.
    mutating func candidate(at maximum: Maximum) -> Candidate {
        let own = fiducial(near: maximum.index)
        morphology.load(band, centre: maximum.index - bandLead)
        let match = morphology.match(levels)
        let frame = anchored(maximum, match, lead: own.lead) ?? own.frame
        return Candidate(index: maximum.index, height: maximum.height, frame: frame, fiducial: own, match: nil)
    }

    /// Where a complex is marked that matches the usual shape; nil where it does not.
    private func anchored(_ maximum: Maximum, _ match: Morphology.Match, lead: Int) -> Int64? {
        guard match.correlation > Self.alike, morphology.isUsual(match.template) else { return nil }
        let anchor = anchors[match.template]
        let expected = centre(of: match, at: maximum.index) + Int64(anchor.offset.rounded())
        guard anchor.lead == lead, expected >= anchorReach,
            let extent = smoothed(expected - anchorReach, expected + anchorReach, lead: lead)
        else { return nil }
        let point = anchor.isDown ? extent.lowest.index : extent.highest.index
        // On a slope the extreme lies at the edge: the point is hidden.
        return abs(point - expected) < anchorReach ? point : expected
    }

    /// Learns from a beat, which `match` is of and `template` has learnt, where that template's point is.
    mutating func anchor(_ candidate: Candidate, _ match: Morphology.Match, template: Int) {
        // A new shape is learnt where it is, without a shift.
        let isNew = morphology.count[template] == 1
        let centre = centre(of: isNew ? .none : match, at: candidate.index)
        anchors[template].learn(candidate, centre: centre, reach: anchorReach, isNew: isNew)
    }

    private var anchorReach: Int64 { Int64(Self.anchorReach * sampleRate) }

    /// The frame that the centre of a template falls on.
    private func centre(of match: Morphology.Match, at index: Int64) -> Int64 {
        frame(ofActivity: index - bandLead + Int64(match.shift) * morphology.step)
    }

    /// The frame of the R peak near an activity maximum, counted from the stream's origin, by the complex itself.
    ///
    /// In the lead that has been the best for some beats (`LeadLevels.fiducialLead`), smoothed, the highest deflection upwards from
    /// the line before the complex; the deepest one downwards where it is `upward` times as large (a QS complex), or where it alone
    /// is sharp.
    @inline(__always)
    private func fiducial(near index: Int64) -> Fiducial {
        let lead = levels.fiducialLead
        let centre = frame(ofActivity: index) - Int64(filterDelay)
        let early = Int64(Self.fiducialReach.before * sampleRate)
        let late = Int64(Self.fiducialReach.after * sampleRate)
        let before = raw.knownMean(centre - early - late, centre - early - 1, lead: lead)
        let line = before.isFinite ? before : raw.value(max(0, centre), lead: lead)
        let nothing = Fiducial(frame: max(0, centre), lead: lead, isDown: false)
        guard let extent = smoothed(centre - early, centre + late, lead: lead) else { return nothing }
        let (top, bottom) = (extent.highest, extent.lowest)
        let (up, down) = (max(0, top.value - line), max(0, line - bottom.value))
        guard max(up, down) > 0 else { return nothing }
        var isDown = down > Self.upward * up
        if down > Self.doubtful.lowerBound * up, down < Self.doubtful.upperBound * up {
            let soon = Int64(Self.sharpness * sampleRate)
            let afterTop = smoothed(top.index, top.index + soon, lead: lead)?.lowest.value ?? top.value
            let afterBottom = smoothed(bottom.index, bottom.index + soon, lead: lead)?.highest.value ?? bottom.value
            let isTopSharp = top.value - afterTop > 0.5 * up
            let isBottomSharp = afterBottom - bottom.value > 0.5 * down
            if isTopSharp != isBottomSharp { isDown = isBottomSharp }
        }
        return Fiducial(frame: isDown ? bottom.index : top.index, lead: lead, isDown: isDown)
    }

    private func smoothed(_ first: Int64, _ last: Int64, lead: Int) -> SmoothedExtent? {
        SmoothedExtent(raw, first, last, reach: Int64(Self.smoothing * sampleRate), lead: lead)
    }
}
