/// What a recorder adds to one lead: wander, muscle noise, hum, electrodes that come off.
struct LeadNoise: Sendable {
    private let lead: Int
    private let wander: BaselineWander
    private var muscle: MuscleNoise
    private let hum: MainsHum
    private let muscleDeviation: Double
    private let disturbances: [Disturbance]

    /// Voltage of a saturated amplifier, in mV; files clip it to their range.
    static let rail = 50.0

    init(recipe: Recipe, lead: Int) {
        self.lead = lead
        let seed = recipe.seed
        var wanderSource = RandomStream(seed: seed, purpose: "wander \(lead)")
        wander = BaselineWander(deviation: recipe.wander, random: &wanderSource)
        muscle = MuscleNoise(
            sampleRate: recipe.sampleRate, random: RandomStream(seed: seed, purpose: "muscle \(lead)"))
        var humSource = RandomStream(seed: seed, purpose: "mains \(lead)")
        hum = MainsHum(
            amplitude: recipe.mainsFrequency < recipe.sampleRate / 2 ? recipe.mains : 0,
            frequency: recipe.mainsFrequency, sampleRate: recipe.sampleRate, random: &humSource)
        muscleDeviation = recipe.muscle
        disturbances = recipe.disturbances.filter { $0.lead == nil || $0.lead == lead }
    }

    /// What the recorder shows for a clean value at a time in s; in mV, NaN where it knows that the lead is off.
    mutating func recorded(_ clean: Double, at time: Double) -> Float {
        // Drawn in any case, so that a disturbance changes nothing after it.
        let noise = muscle.next(at: time)
        switch disturbances.first(where: { $0.start <= time && time < $0.end })?.kind {
        case .off: return .nan
        case .saturated: return Float(Self.rail)
        case .flat: return Float(hum.value(at: time) + 0.005 * noise)
        case .movement:
            return Float(clean + wander.value(at: time) + max(10 * muscleDeviation, 0.3) * noise + hum.value(at: time))
        case nil: return Float(clean + wander.value(at: time) + muscleDeviation * noise + hum.value(at: time))
        }
    }
}
