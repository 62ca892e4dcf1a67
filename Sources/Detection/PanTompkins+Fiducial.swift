/// Where the R peak is.
extension PanTompkins {
    /// Seconds before and after the activity's centre within which the R peak is sought: a wide complex has it early.
    static let fiducialReach = (before: 0.11, after: 0.05)
    /// How much deeper than it is high a complex must be to be marked at its lowest point.
    static let upward: Float = 2
    /// Another lead than the first is looked at where its share is so many times as large.
    static let preference: Float = 3

    /// The frame of the R peak near an activity maximum, counted from the stream's origin.
    ///
    /// In the best lead, the highest deflection upwards from the line before the complex; the deepest one downwards where it
    /// is `upward` times as large (a QS complex).
    @inline(__always)
    func fiducial(near index: Int64) -> Int64 {
        var lead = 0
        for other in 1..<max(1, leadCount) where levels.leads[other].share > Self.preference * levels.leads[lead].share
        {
            lead = other
        }
        let centre = frame(ofActivity: index) - Int64(filterDelay)
        let early = Int64(Self.fiducialReach.before * sampleRate)
        let late = Int64(Self.fiducialReach.after * sampleRate)
        let before = raw.knownMean(centre - early - late, centre - early - 1, lead: lead)
        let line = before.isFinite ? before : raw.value(max(0, centre), lead: lead)
        let (lowest, highest) = raw.extent(centre - early, centre + late, lead: lead)
        let (up, down) = (max(0, highest - line), max(0, line - lowest))
        guard max(up, down) > 0 else { return max(0, centre) }
        let peak = down > Self.upward * up ? lowest : highest
        return raw.firstIndex(of: peak, centre - early, centre + late, lead: lead) ?? max(0, centre)
    }
}
