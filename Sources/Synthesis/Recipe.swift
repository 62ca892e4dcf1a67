/// Everything that decides a synthetic record: the same recipe gives the same samples and annotations.
///
///     var recipe = Recipe()
///     recipe.duration = 120
///     recipe.prematureVentricular = 0.05
///     recipe.rhythms = [RhythmEpisode(.fibrillation, from: 60, to: 100)]
public struct Recipe: Sendable, Codable, Equatable {
    /// Decides everything random.
    public var seed: UInt64 = 1
    /// Length, in s.
    public var duration = 60.0
    /// Frames a second.
    public var sampleRate = 360.0
    /// Leads, in the order of the frames.
    public var leads = [Lead("MLII"), Lead("V1")]
    /// How far this patient is from the textbook, 0...1 (`Anatomy`).
    public var anatomySpread = 0.3

    /// Sinus rate, in beats a minute.
    public var heartRate = 70.0
    /// Standard deviation of sinus RR intervals, in s.
    public var rrDeviation = 0.03
    /// Power of the tachogram's peak at 0.1 Hz over that at 0.25 Hz.
    public var lfHfRatio = 0.5

    /// Share of beats that are atrial premature.
    public var prematureAtrial = 0.0
    /// Share of beats that are ventricular premature.
    public var prematureVentricular = 0.0
    /// Share of beats that are fusions of a ventricular and a sinus beat.
    public var fusion = 0.0
    /// Whether ventricular beats come from two foci rather than one.
    public var multifocal = false
    /// Stretches of another rhythm.
    public var rhythms: [RhythmEpisode] = []

    /// Amplitude of the respiratory baseline of the dynamical model, in mV.
    public var respiration = 0.05
    /// Standard deviation of baseline wander from electrodes, in mV.
    public var wander = 0.0
    /// Standard deviation of muscle noise, in mV.
    public var muscle = 0.0
    /// Amplitude of mains hum, in mV.
    public var mains = 0.0
    /// Mains frequency, in Hz.
    public var mainsFrequency = 50.0
    /// Stretches in which a lead is off or disturbed.
    public var disturbances: [Disturbance] = []

    /// The defaults.
    public init() {}

    /// A lead of the record.
    public struct Lead: Sendable, Codable, Equatable {
        /// Name in the header; may be empty.
        public var name: String
        /// The standard lead that it shows.
        public var projection: String

        /// Makes a lead that is called what it shows, or something else.
        public init(_ name: String, showing projection: String? = nil) {
            self.name = name
            self.projection = projection ?? name
        }
    }
}
