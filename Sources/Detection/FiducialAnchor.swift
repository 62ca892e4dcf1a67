/// The point at which complexes of one shape (a template of `Morphology`) are marked.
///
/// Of a complex whose R and S waves are about as large, or in noise, now the one would be marked and now the other, and RR
/// intervals stray by the time between them. What most complexes of a shape are marked at holds for all of them.
struct FiducialAnchor: Sendable, Codable {
    /// The lead that it holds for; -1 where nothing is known.
    private(set) var lead = -1
    /// Whether it is the deepest point.
    private(set) var isDown = false
    /// Mean of frames after the template's centre.
    private(set) var offset: Float = 0
    /// Share of the last beats that would be marked there by their own deflections.
    private var agreement: Float = 1

    /// Share of the beats below which the point is wrong, and weight of the newest beat in it.
    private static let (leastAgreement, newest): (Float, Float) = (0.3, 0.1)
    /// Weight of the newest beat in the offset: a template may move by and by.
    private static let newestOffset: Float = 0.125

    /// Takes a beat of the shape.
    ///
    /// - Parameters:
    ///   - centre: The frame that the template's centre falls on.
    ///   - reach: Frames by which two marks of the same point may differ.
    ///   - isNew: Whether it is the first beat of the shape.
    mutating func learn(_ beat: Candidate, centre: Int64, reach: Int64, isNew: Bool) {
        let own = beat.fiducial
        agreement += Self.newest * ((abs(own.frame - beat.frame) <= reach ? 1 : 0) - agreement)
        if isNew || lead != own.lead || agreement < Self.leastAgreement {
            (lead, isDown, offset, agreement) = (own.lead, own.isDown, Float(own.frame - centre), 1)
        } else {
            offset += Self.newestOffset * (Float(beat.frame - centre) - offset)
        }
    }
}
