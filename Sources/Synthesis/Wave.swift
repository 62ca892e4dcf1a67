/// One Gaussian wave of a heartbeat: P, Q, R, S, T, a pacemaker's spike.
struct Wave: Sendable, Equatable {
    /// Peak, in s after the beat's R peak (negative: before it).
    var offset: Double
    /// Standard deviation of the rising flank, in s.
    var rise: Double
    /// Standard deviation of the falling flank, in s.
    var fall: Double
    /// Direction and height, in mV.
    var dipole: Dipole
    /// Whether offset and flanks stretch with the square root of the RR interval, as Bazett's QT does.
    var stretchesWithRate = false

    init(at offset: Double, width: Double, _ dipole: Dipole) {
        self.init(at: offset, rise: width, fall: width, dipole)
    }

    init(at offset: Double, rise: Double, fall: Double, _ dipole: Dipole, stretchesWithRate: Bool = false) {
        self.offset = offset
        self.rise = rise
        self.fall = fall
        self.dipole = dipole
        self.stretchesWithRate = stretchesWithRate
    }

    /// The wave with another height.
    func scaled(by factor: Double) -> Wave {
        var wave = self
        wave.dipole = factor * dipole
        return wave
    }

    /// The wave of a heart that lies otherwise.
    func turned(axis: Double, rotation: Double) -> Wave {
        var wave = self
        wave.dipole = dipole.turned(axis: axis, rotation: rotation)
        return wave
    }

    /// The wave at an RR interval in s: repolarisation follows the rate, depolarisation does not.
    func stretched(rr: Double) -> Wave {
        guard stretchesWithRate else { return self }
        let factor = min(max(rr, 0.36), 1.44).squareRoot()
        var wave = self
        wave.offset *= factor
        wave.rise *= factor
        wave.fall *= factor
        return wave
    }
}
