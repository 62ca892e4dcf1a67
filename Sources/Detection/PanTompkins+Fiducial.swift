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

    /// The frame of the R peak near an activity maximum, counted from the stream's origin.
    ///
    /// In the lead that has been the best for some beats (`LeadLevels.fiducialLead`), the highest deflection upwards from the line
    /// before the complex; the deepest one downwards where it is `upward` times as large (a QS complex), or where it alone is sharp.
    @inline(__always)
    func fiducial(near index: Int64) -> Int64 {
        let lead = levels.fiducialLead
        let centre = frame(ofActivity: index) - Int64(filterDelay)
        let early = Int64(Self.fiducialReach.before * sampleRate)
        let late = Int64(Self.fiducialReach.after * sampleRate)
        let before = raw.knownMean(centre - early - late, centre - early - 1, lead: lead)
        let line = before.isFinite ? before : raw.value(max(0, centre), lead: lead)
        let (lowest, highest) = raw.extent(centre - early, centre + late, lead: lead)
        let (up, down) = (max(0, highest - line), max(0, line - lowest))
        guard max(up, down) > 0 else { return max(0, centre) }
        let top = raw.firstIndex(of: highest, centre - early, centre + late, lead: lead) ?? max(0, centre)
        let bottom = raw.firstIndex(of: lowest, centre - early, centre + late, lead: lead) ?? max(0, centre)
        if down > Self.doubtful.lowerBound * up, down < Self.doubtful.upperBound * up {
            let soon = Int64(Self.sharpness * sampleRate)
            let isTopSharp = highest - raw.extent(top, top + soon, lead: lead).lowest > 0.5 * up
            let isBottomSharp = raw.extent(bottom, bottom + soon, lead: lead).highest - lowest > 0.5 * down
            if isTopSharp != isBottomSharp { return isBottomSharp ? bottom : top }
        }
        return down > Self.upward * up ? bottom : top
    }
}
