extension Recipe {
    /// Checks that the model is made for the recipe.
    func validate() throws(SynthesisError) {
        let bounds: [(String, Double, ClosedRange<Double>)] = [
            ("duration", duration, 2...604_800), ("sample rate", sampleRate, 50...5000),
            ("lead count", Double(leads.count), 1...32), ("anatomy spread", anatomySpread, 0...1),
            ("heart rate", heartRate, 20...250), ("RR deviation", rrDeviation, 0...0.5),
            ("LF/HF ratio", lfHfRatio, 0...100),
            ("share of atrial premature beats", prematureAtrial, 0...0.5),
            ("share of ventricular premature beats", prematureVentricular, 0...0.5),
            ("share of fusion beats", fusion, 0...0.5),
            ("respiratory amplitude", respiration, 0...5), ("baseline wander", wander, 0...5),
            ("muscle noise", muscle, 0...5), ("mains amplitude", mains, 0...5),
            ("mains frequency", mainsFrequency, 10...400),
        ]
        for (parameter, value, allowed) in bounds where !allowed.contains(value) {
            throw .outOfRange(parameter: parameter, value: value, allowed: allowed)
        }
        let share = prematureAtrial + prematureVentricular + fusion
        guard share <= 0.3 else { throw .tooManyEctopicBeats(share: share) }
        for lead in leads { _ = try LeadProjection.vector(of: lead.projection) }
        for span in rhythms.map({ ($0.start, $0.end) }) + disturbances.map({ ($0.start, $0.end) }) {
            // Written so that NaN fails.
            guard span.0 >= 0, span.1 > span.0, span.0 < duration else {
                throw .episodeOutside(start: span.0, end: span.1, duration: duration)
            }
        }
        for case .some(let lead) in disturbances.map(\.lead) where !leads.indices.contains(lead) {
            throw .noSuchLead(index: lead, leadCount: leads.count)
        }
    }
}
