import ArgumentParser
import Synthesis
import WFDB

/// What the heart does.
struct HeartOptions: ParsableArguments {
    @Option(help: "Decides everything random.")
    var seed: UInt64 = 1
    @Option(help: "Length, in s.")
    var duration = 60.0
    @Option(help: "Sinus rate, in beats a minute.")
    var heartRate = 70.0
    @Option(help: "Standard deviation of sinus RR intervals, in s.")
    var rrDeviation = 0.03
    @Option(help: "Power of RR variability at 0.1 Hz over that at 0.25 Hz.")
    var lfHf = 0.5
    @Option(help: "How far the patient is from the textbook: axis and size of the voltages, 0...1.")
    var anatomy = 0.3
    @Option(help: "Share of atrial premature beats (A).")
    var atrial = 0.0
    @Option(help: "Share of ventricular premature beats (V).")
    var ventricular = 0.0
    @Option(help: "Share of fusion beats (F).")
    var fusion = 0.0
    @Flag(help: "Ventricular beats come from two foci.")
    var multifocal = false
    @Option(name: .long, parsing: .singleValue, help: "Atrial fibrillation.")
    var fibrillation: [Span] = []
    @Option(name: .long, parsing: .singleValue, help: "Every second beat ventricular.")
    var bigeminy: [Span] = []
    @Option(name: .long, parsing: .singleValue, help: "Ventricular tachycardia.")
    var tachycardia: [Span] = []
    @Option(name: .long, parsing: .singleValue, help: "A ventricular pacemaker (/).")
    var paced: [Span] = []
    @Option(name: .long, parsing: .singleValue, help: "No heartbeat.")
    var pause: [Span] = []

    func recipe() -> Recipe {
        var recipe = Recipe()
        recipe.seed = seed
        recipe.duration = duration
        recipe.heartRate = heartRate
        recipe.rrDeviation = rrDeviation
        recipe.lfHfRatio = lfHf
        recipe.anatomySpread = anatomy
        recipe.prematureAtrial = atrial
        recipe.prematureVentricular = ventricular
        recipe.fusion = fusion
        recipe.multifocal = multifocal
        let kinds: [(RhythmEpisode.Kind, [Span])] = [
            (.pause, pause), (.fibrillation, fibrillation), (.bigeminy, bigeminy),
            (.ventricularTachycardia, tachycardia),
            (.paced, paced),
        ]
        recipe.rhythms = kinds.flatMap { kind, spans in
            spans.map { RhythmEpisode(kind, from: $0.start, to: $0.end) }
        }
        return recipe
    }
}

/// What the recorder does.
struct RecorderOptions: ParsableArguments {
    @Option(help: "Frames a second.")
    var rate = 360.0
    @Option(
        help: ArgumentHelp(
            "Leads, separated by commas: MLII, V1 … or NAME=LEAD for another name in the header (=V1 for none).",
            valueName: "leads"))
    var leads = "MLII,V1"
    @Option(help: "Signal format: 16, 24, 32, 212 or 516.")
    var format = 212
    @Option(help: "ADC units per mV.")
    var gain = 200.0
    @Option(help: "ADC value of 0 mV.")
    var baseline = 0
    @Option(help: "Bits of the ADC (default: those of the format).")
    var resolution: Int?
    @Option(help: "Respiratory baseline of the model, amplitude in mV.")
    var respiration = 0.05
    @Option(help: "Baseline wander, standard deviation in mV.")
    var wander = 0.0
    @Option(help: "Muscle noise, standard deviation in mV.")
    var muscle = 0.0
    @Option(help: "Mains hum, amplitude in mV.")
    var mains = 0.0
    @Option(help: "Mains frequency, in Hz.")
    var mainsFrequency = 50.0
    @Option(name: .long, parsing: .singleValue, help: "Lead off, and the recorder knows: values are missing.")
    var off: [Span] = []
    @Option(name: .long, parsing: .singleValue, help: "Lead off, and the recorder does not know: a flat line.")
    var flat: [Span] = []
    @Option(name: .long, parsing: .singleValue, help: "The amplifier is saturated.")
    var saturated: [Span] = []
    @Option(name: .long, parsing: .singleValue, help: "Muscle noise ten times as strong.")
    var movement: [Span] = []

    func applied(to heart: Recipe) throws -> Recipe {
        var recipe = heart
        recipe.sampleRate = rate
        recipe.leads = leads.split(separator: ",", omittingEmptySubsequences: false).map { lead in
            guard let equals = lead.firstIndex(of: "=") else { return Recipe.Lead(String(lead)) }
            return Recipe.Lead(String(lead[..<equals]), showing: String(lead[lead.index(after: equals)...]))
        }
        recipe.respiration = respiration
        recipe.wander = wander
        recipe.muscle = muscle
        recipe.mains = mains
        recipe.mainsFrequency = mainsFrequency
        let kinds: [(Disturbance.Kind, [Span])] = [
            (.off, off), (.flat, flat), (.saturated, saturated), (.movement, movement),
        ]
        recipe.disturbances = kinds.flatMap { kind, spans in
            spans.map { Disturbance(kind, lead: $0.lead, from: $0.start, to: $0.end) }
        }
        return recipe
    }

    func layout() throws -> RecordLayout {
        guard let signalFormat = SignalFormat(rawValue: format), [16, 24, 32, 212, 516].contains(format) else {
            throw ValidationError("--format is \(format); records are written in 16, 24, 32, 212 or 516")
        }
        guard (1...1e6).contains(gain) else {
            throw ValidationError("--gain is \(gain); it must lie between 1 and 1000000")
        }
        if let resolution, !(4...signalFormat.bits).contains(resolution) {
            throw ValidationError(
                "--resolution is \(resolution); format \(format) holds 4 to \(signalFormat.bits) bits")
        }
        let layout = RecordLayout(format: signalFormat, gain: gain, baseline: baseline, adcResolution: resolution)
        let reach = 1 << (layout.adcResolution - 1) - 1
        guard (1 - reach...reach - 1).contains(baseline) else {
            throw ValidationError(
                "--baseline is \(baseline); an ADC of \(layout.adcResolution) bits reaches from -\(reach) to \(reach)")
        }
        return layout
    }
}

/// A stretch of a record on the command line: `60-100`, or `1@60-100` for lead 1.
struct Span: ExpressibleByArgument {
    var lead: Int?
    var start: Double
    var end: Double

    init?(argument: String) {
        let parts = argument.split(separator: "@", omittingEmptySubsequences: false)
        guard let range = parts.last, parts.count <= 2 else { return nil }
        let bounds = range.split(separator: "-", omittingEmptySubsequences: false)
        guard bounds.count == 2, let start = Double(bounds[0]), let end = Double(bounds[1]), start.isFinite,
            end.isFinite
        else { return nil }
        if parts.count == 2 {
            guard let lead = Int(parts[0]) else { return nil }
            self.lead = lead
        }
        self.start = start
        self.end = end
    }

    var defaultValueDescription: String { "\(start)-\(end)" }
}
