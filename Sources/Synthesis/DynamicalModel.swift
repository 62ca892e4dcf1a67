import Foundation

/// The dynamical ECG model: a point on a limit cycle drives the heart's dipole.
///
///     ẋ = αx − ωy        ẏ = αy + ωx        α = 1 − √(x² + y²)
///     ḋ = −Σ Aᵢ ω (Δθᵢ / bᵢ²) exp(−Δθᵢ² / 2bᵢ²) − (d − d₀) / τ
///
/// McSharry, Clifford, Tarassenko & Smith, *IEEE Trans. Biomed. Eng.* 50(3):289-294 (2003), equation 1, integrated by the classical
/// Runge-Kutta method of fourth order. The third equation is written as by Sameni, Clifford, Jutten & Shamsollahi (*EURASIP J. Adv.
/// Signal Process.* 2007:43407): for each component of the dipole, and with the factor ω / b², so that Aᵢ is the wave's height in mV at
/// any rate. d₀ is the respiratory baseline, 0.25 Hz, τ is 1 s as in the paper.
///
/// Two extensions carry ectopic beats. Every beat has waves of its own, placed in time (PR, QRS and QT of that kind of beat at that
/// interval) and converted to phase; the phase is unwrapped, so that waves of neighbours may overlap (a premature P on a T wave). A
/// Gaussian has one width on each side of its centre, because ω steps at the R peak. R peaks lie on integration steps, so that
/// ω is constant within each.
struct DynamicalModel: Sendable {
    private struct ActiveWave {
        var centre: Double
        var rise: Double
        var fall: Double
        var dipole: Dipole
    }

    private struct State {
        var x: Double
        var y: Double
        var dipole: Dipole
    }

    private static let relaxation = 1.0
    private static let respirationRate = Tachogram.highFrequency

    private let map: PhaseMap
    private let waves: [[Wave]]
    private let respiration: Double
    private var state: State
    private var stepIndex: Int64 = 0
    /// The beat whose R peak was passed last.
    private var beat: Int
    private var active: [ActiveWave] = []

    /// - Parameters:
    ///   - step: length of an integration step, in s.
    ///   - respiration: amplitude of the respiratory baseline, in mV.
    init(beats: [PlannedBeat], morphology: Morphology, step: Double, respiration: Double) {
        map = PhaseMap(beats: beats, step: step)
        self.respiration = respiration
        let rr = [1.0] + zip(beats.dropFirst(), beats).map { $0.time - $1.time }
        waves = zip(beats, rr).map { beat, rr in
            morphology.waves(of: beat.kind, focus: beat.focus, share: beat.share).map { $0.stretched(rr: rr) }
        }
        beat = map.interval(at: 0, near: 0)
        let phase = map.phase(at: 0, from: beat)
        state = State(x: cos(phase), y: sin(phase), dipole: .zero)
        collectActiveWaves()
        // A record may begin in the middle of a wave.
        state.dipole = active.reduce(.zero) { $0 + Self.height($1, at: phase) * $1.dipole }
    }

    /// The dipole now, in mV.
    var dipole: Dipole { state.dipole }

    /// Takes one step of the fourth-order Runge-Kutta method.
    mutating func advance() {
        let time = Double(stepIndex) * map.step
        let half = map.step / 2
        let k1 = derivative(state, at: time)
        let k2 = derivative(moved(k1, half), at: time + half)
        let k3 = derivative(moved(k2, half), at: time + half)
        let k4 = derivative(moved(k3, map.step), at: time + map.step)
        let sixth = map.step / 6
        state.x += sixth * (k1.x + 2 * k2.x + 2 * k3.x + k4.x)
        state.y += sixth * (k1.y + 2 * k2.y + 2 * k3.y + k4.y)
        state.dipole = state.dipole + sixth * (k1.dipole + 2 * k2.dipole + 2 * k3.dipole + k4.dipole)
        stepIndex += 1
        while beat < map.steps.count - 2, stepIndex >= map.steps[beat + 1] {
            beat += 1
            collectActiveWaves()
        }
    }

    private func moved(_ slope: State, _ step: Double) -> State {
        State(x: state.x + step * slope.x, y: state.y + step * slope.y, dipole: state.dipole + step * slope.dipole)
    }

    private func derivative(_ state: State, at time: Double) -> State {
        let pace = map.pace(of: beat)
        let attraction = 1 - (state.x * state.x + state.y * state.y).squareRoot()
        // The angle is known but for whole turns; the plan says how many.
        let planned = pace * (time - map.time(of: beat))
        let angle = atan2(state.y, state.x)
        let phase = angle + 2 * .pi * ((planned - angle) / (2 * .pi)).rounded()
        var slope = (-1 / Self.relaxation) * state.dipole
        slope.y += respiration * sin(2 * .pi * Self.respirationRate * time) / Self.relaxation
        for wave in active {
            let distance = phase - wave.centre
            let width = distance < 0 ? wave.rise : wave.fall
            guard abs(distance) < 6 * width else { continue }
            let factor = -pace * distance / (width * width) * Self.height(wave, at: phase)
            slope = slope + factor * wave.dipole
        }
        return State(
            x: attraction * state.x - pace * state.y, y: attraction * state.y + pace * state.x, dipole: slope)
    }

    private static func height(_ wave: ActiveWave, at phase: Double) -> Double {
        let distance = phase - wave.centre
        let width = distance < 0 ? wave.rise : wave.fall
        return exp(-distance * distance / (2 * width * width))
    }

    /// Waves that may be felt before the next R peak: of the last two beats and the next two.
    private mutating func collectActiveWaves() {
        active.removeAll(keepingCapacity: true)
        for index in max(beat - 1, 0)...min(beat + 2, waves.count - 1) {
            for wave in waves[index] {
                let time = map.time(of: index) + wave.offset
                let before = map.interval(at: time - wave.rise / 2, near: index)
                let after = map.interval(at: time + wave.fall / 2, near: index)
                active.append(
                    ActiveWave(
                        centre: map.phase(at: time, from: beat), rise: wave.rise * map.pace(of: before),
                        fall: wave.fall * map.pace(of: after), dipole: wave.dipole))
            }
        }
    }
}
