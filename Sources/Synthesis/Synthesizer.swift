public import Signal
public import WFDB

/// Synthesises an ECG, block by block, with its reference annotations.
///
///     var synthesizer = try Synthesizer(recipe)
///     while let block = synthesizer.next(frames: 4096) { write(block) }
///     let reference = synthesizer.annotations
///
/// The chain is `RhythmPlan` (when and what the heart beats), `DynamicalModel` (the dipole that it makes), `LeadProjection` (what
/// leads see of it), `LeadNoise` (what recorders add). A beat is annotated at the sample where the noise-free first lead is farthest
/// from its value before the QRS complex: exact by construction. The output does not depend on the lengths of the blocks.
public struct Synthesizer: Sendable {
    /// What is synthesised.
    public let recipe: Recipe
    /// Number of frames of the record.
    public let frameCount: Int64
    /// Frames so far.
    public private(set) var position: Int64 = 0

    private var model: DynamicalModel
    private let atria: FibrillatoryWaves
    private let projections: [Dipole]
    private var noises: [LeadNoise]
    private var finder: ReferencePeaks
    private let stepsPerFrame: Int

    /// Prepares the synthesis.
    public init(_ recipe: Recipe) throws(SynthesisError) {
        try recipe.validate()
        self.recipe = recipe
        frameCount = Int64((recipe.duration * recipe.sampleRate).rounded())
        // 500 steps a second keep the error of the phase under 1e-9 of a turn.
        stepsPerFrame = max(1, Int((500 / recipe.sampleRate).rounded(.up)))
        let step = 1 / (recipe.sampleRate * Double(stepsPerFrame))
        let plan = RhythmPlan(recipe: recipe)
        var patient = RandomStream(seed: recipe.seed, purpose: "anatomy")
        let anatomy = Anatomy(spread: recipe.anatomySpread, random: &patient)
        model = DynamicalModel(
            beats: plan.beats, morphology: Morphology(anatomy: anatomy, sampleRate: recipe.sampleRate), step: step,
            respiration: recipe.respiration)
        atria = FibrillatoryWaves(recipe: recipe)
        var vectors: [Dipole] = []
        for lead in recipe.leads { vectors.append(try LeadProjection.vector(of: lead.projection)) }
        projections = vectors
        noises = recipe.leads.indices.map { LeadNoise(recipe: recipe, lead: $0) }
        finder = ReferencePeaks(beats: plan.beats, sampleRate: recipe.sampleRate, frameCount: frameCount)
    }

    /// The next frames, in mV, NaN where a lead is off; fewer at the end, nil after it.
    public mutating func next(frames: Int) -> SampleBlock? {
        let count = Int(min(Int64(max(frames, 1)), frameCount - position))
        guard count > 0 else { return nil }
        var values: [Float] = []
        values.reserveCapacity(count * projections.count)
        for index in 0..<count {
            let time = Double(position + Int64(index)) / recipe.sampleRate
            let dipole = model.dipole + atria.dipole(at: time)
            for lead in projections.indices {
                let clean = projections[lead].dot(dipole)
                if lead == 0 { finder.consume(projections[0].dot(model.dipole)) }
                values.append(noises[lead].recorded(clean, at: time))
            }
            for _ in 0..<stepsPerFrame { model.advance() }
        }
        defer { position += Int64(count) }
        return SampleBlock(firstFrame: position, leadCount: projections.count, values: values)
    }

    /// Reference annotations of the frames so far, in order: beats, rhythm changes, signal quality.
    public var annotations: [Annotation] {
        let quality = SignalQuality.annotations(of: recipe).filter { $0.sample < position }
        return (finder.annotations + quality).enumerated().sorted {
            ($0.element.sample, $0.offset) < ($1.element.sample, $1.offset)
        }.map(\.element)
    }
}
