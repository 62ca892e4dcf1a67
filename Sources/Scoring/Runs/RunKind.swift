/// Which ectopic beats make a run.
public enum RunKind: String, Sendable, CaseIterable, Codable {
    /// Ventricular ectopic and fusion beats; ventricular flutter or fibrillation is a run of the greatest length.
    case ventricular
    /// Supraventricular ectopic beats; all beats in atrial flutter or fibrillation count as such, and an episode is a
    /// run of the greatest length.
    case supraventricular
}
