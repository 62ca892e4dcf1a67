/// How a synthetic patient differs from the textbook: electrical axis, rotation, size of the voltages.
struct Anatomy: Sendable, Equatable {
    /// Turn of the electrical axis in the frontal plane, in radians.
    var axis = 0.0
    /// Turn about the long axis of the body, in radians.
    var rotation = 0.0
    /// Factor on every voltage.
    var size = 1.0

    static let textbook = Anatomy()

    /// Draws a patient.
    ///
    /// - Parameter spread: 0 for the textbook, 1 for axes that scatter by 20 degrees and voltages by a quarter (SD).
    init(spread: Double, random: inout RandomStream) {
        axis = spread * 0.35 * min(max(random.gaussian(), -2), 2)
        rotation = spread * 0.35 * min(max(random.gaussian(), -2), 2)
        size = 1 + spread * 0.25 * min(max(random.gaussian(), -2), 2)
    }

    private init() {}
}
