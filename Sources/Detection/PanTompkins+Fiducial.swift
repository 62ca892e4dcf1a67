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
    func fiducial(near index: Int64) -> Int64 {
        var lead = 0
        for other in 1..<max(1, leadCount) where levels.share[other] > Self.preference * levels.share[lead] {
            lead = other
        }
        let centre = frame(ofActivity: index) - Int64(filterDelay)
        let early = Int64(Self.fiducialReach.before * sampleRate)
        let late = Int64(Self.fiducialReach.after * sampleRate)
        var sum: Float = 0
        var count: Float = 0
        for frame in (centre - early - late)..<(centre - early) {
            let value = raw.value(frame, lead: lead)
            if value.isFinite {
                sum += value
                count += 1
            }
        }
        let line = count > 0 ? sum / count : raw.value(max(0, centre), lead: lead)
        var up: (height: Float, frame: Int64) = (0, centre)
        var down: (height: Float, frame: Int64) = (0, centre)
        for frame in (centre - early)...(centre + late) {
            let value = raw.value(frame, lead: lead) - line
            if value > up.height { up = (value, frame) }
            if -value > down.height { down = (-value, frame) }
        }
        return max(0, down.height > Self.upward * up.height ? down.frame : up.frame)
    }
}
