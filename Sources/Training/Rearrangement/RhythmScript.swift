/// Atria that no sinus node leads.
enum AtrialDisorder: Equatable {
    case fibrillation
    /// Flutter, of which a number of cycles pass from beat to beat.
    case flutter(cycles: Int)
}

/// A beat that a script asks for.
struct ScriptedBeat: Equatable {
    /// What starts it.
    enum Origin: Equatable {
        /// The sinus node, or fibrillating atria.
        case conducted
        /// A focus of the atria, too early.
        case atrial
        /// A focus of the ventricles, by its number.
        case ventricular(Int)
    }

    /// What starts it.
    var origin: Origin
    /// Seconds since the beat before.
    var interval: Double
    /// Factor of the P wave; 0 without one.
    var wave: Double = 1
    /// Seconds by which the P wave comes earlier than before the patient's conducted beats.
    var waveLead: Double = 0
    /// Seconds before its own R peak where one would have followed a P wave that was not conducted.
    var blockedWave: Double?
    /// What the atria do from the beat before to this one instead of a P wave.
    var disorder: AtrialDisorder?
}

/// Decides which beat comes next, and when.
protocol RhythmScript {
    /// Interval of the beats that lead it, in s: what ventricular beats are early against.
    var interval: Double { get }
    mutating func next() -> ScriptedBeat
}
