/// Steps of the line: an electrode that moves, an amplifier that is switched.
extension PanTompkins {
    /// A step keeps at least this part of its range...
    private static let kept: Float = 0.8
    /// ...this long, in seconds after its centre (a QRS complex is over before it begins, and no ST segment stays level with
    /// the R peak until the second).
    private static let levels = (early: 0.09...0.14, late: 0.22...0.29)
    /// The two may differ by this part: more is baseline wander.
    private static let drift: Float = 0.3
    /// A lead whose own height is less has no say.
    private static let leastHeight: Float = 0.3

    /// Whether what stands at a candidate is a step and not a complex, in every lead that shows anything.
    @inline(__always)
    func isStep(_ candidate: Candidate) -> Bool {
        let centre = frame(ofActivity: candidate.index) - Int64(filterDelay)
        var steps = 0
        for lead in 0..<leadCount where levels.leads[lead].share > 0.05 {
            let height = activity.peak(candidate.index - 3, candidate.index + 3, lead: lead) / levels.leads[lead].signal
            guard height > Self.leastHeight else { continue }
            guard isStep(at: centre, lead: lead) else { return false }
            steps += 1
        }
        return steps > 0
    }

    @inline(__always)
    private func isStep(at centre: Int64, lead: Int) -> Bool {
        let before = mean(centre, -0.14 ... -0.09, lead)
        let early = mean(centre, Self.levels.early, lead)
        let late = mean(centre, Self.levels.late, lead)
        let reach = Int64(0.09 * sampleRate)
        let extent = raw.extent(centre - reach, centre + reach, lead: lead)
        let least = Self.kept * (extent.highest - extent.lowest)
        guard least > 0 else { return false }
        let (first, second) = (early - before, late - before)
        // A drifting line is further off at the later time.
        let isLevel = abs(second - first) < Self.drift * abs(first)
        return abs(first) > least && abs(second) > least && (first > 0) == (second > 0) && isLevel
    }

    /// Mean of a lead over seconds around a frame; `NaN` where nothing is known.
    @inline(__always)
    private func mean(_ centre: Int64, _ seconds: ClosedRange<Double>, _ lead: Int) -> Float {
        raw.knownMean(
            centre + Int64(seconds.lowerBound * sampleRate), centre + Int64(seconds.upperBound * sampleRate),
            lead: lead)
    }
}
