extension Beat {
    /// Number of leads that give signal around the R peak.
    public var presentLeads: Int {
        [ContextFeature.leadPresent0, .leadPresent1].count { context[$0] > 0 }
    }

    /// The same with what is known of lead 1 in the place of lead 0, where lead 1 alone gives signal.
    ///
    /// A stream of one lead has it in lead 0 (`LeadSelection`).
    public var onFirstLead: Beat {
        guard context[.leadPresent0] == 0, context[.leadPresent1] > 0 else { return self }
        var moved = self
        let length = window.count / LeadSelection.count
        for sample in 0..<length {
            moved.window.swapAt(sample, length + sample)
            moved.template.swapAt(sample, length + sample)
        }
        for (first, second) in ContextFeature.leadPairs { moved.context.swapAt(first, second) }
        return moved
    }
}

extension ContextFeature {
    /// Places of the same measure of lead 0 and of lead 1 in a context vector.
    public static let leadPairs: [(Int, Int)] = [
        (.qrsCorrelation0, .qrsCorrelation1), (.pCorrelation0, .pCorrelation1), (.tCorrelation0, .tCorrelation1),
        (.differenceEnergy0, .differenceEnergy1), (.amplitude0, .amplitude1), (.width0, .width1),
        (.absoluteWidth0, .absoluteWidth1), (.pAmplitude0, .pAmplitude1), (.tAmplitude0, .tAmplitude1),
        (.leadPresent0, .leadPresent1),
    ].map { (first: ContextFeature, second: ContextFeature) in (first.index, second.index) }
}
