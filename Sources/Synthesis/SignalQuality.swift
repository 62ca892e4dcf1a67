import WFDB

/// Signal-quality annotations of a recipe's disturbances.
///
/// As in `annot(5)` for `~`: bit i of the subtype says that signal i (0...3) is noisy, bit 4 + i that it is unreadable.
enum SignalQuality {
    static func annotations(of recipe: Recipe) -> [Annotation] {
        let leads = recipe.leads.indices.prefix(4)
        let times = Set(recipe.disturbances.flatMap { [$0.start, min($0.end, recipe.duration)] }).sorted()
        return times.map { time in
            var bits: UInt8 = 0
            for disturbance in recipe.disturbances where disturbance.start <= time && time < disturbance.end {
                for lead in leads where disturbance.lead == nil || disturbance.lead == lead {
                    bits |= 1 << UInt8(lead)
                    if disturbance.kind != .movement { bits |= 1 << UInt8(lead + 4) }
                }
            }
            return Annotation(
                sample: Int64((time * recipe.sampleRate).rounded()), code: .noise, subtype: Int8(bitPattern: bits))
        }
    }
}
