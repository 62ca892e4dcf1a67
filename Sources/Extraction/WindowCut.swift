/// The window of one beat as it was cut out of the stream, lead by lead.
struct WindowCut: Sendable {
    /// What a lead gives that is there.
    struct Lead: Sendable {
        /// Share of the window's samples that the stream gave.
        var found: Float
        /// How far its QRS complexes stand above its fast noise, 0 to 1 (`Morphology.cleanness`).
        var cleanness: Float
    }

    /// (leads, length) row-major; zeros for what is missing.
    var samples: [Float]
    /// One value per lead; nil where it gives nothing, and zeros stand in `samples`.
    var leads: [Lead?]

    /// A window of zeros, without any lead.
    init(leadCount: Int, length: Int) {
        samples = [Float](repeating: 0, count: leadCount * length)
        leads = Array(repeating: nil, count: leadCount)
    }

    /// Whether each lead gives signal.
    var present: [Bool] { leads.map { $0 != nil } }

    /// Quality of the best lead, 0 to 1: the share of samples that it gave times how clean they are.
    var quality: Float { leads.reduce(0) { best, lead in lead.map { max(best, $0.found * $0.cleanness) } ?? best } }

    /// Takes a lead for one that gives nothing.
    mutating func leaveOut(_ lead: Int) {
        leads[lead] = nil
        let length = samples.count / leads.count
        for index in lead * length..<(lead + 1) * length { samples[index] = 0 }
    }

    /// Leaves out a lead that is lost in noise while another is not: experts on one good lead are right more often than those who
    /// see a good and a bad one.
    ///
    /// Lost is a lead whose fast noise nearly hides the complexes (26 dB of their height over it and less, as with muscle noise at
    /// 0 dB by the count of `nst`), where the other stands far above its own, and one in which the detector heard next to nothing
    /// (`faint`, one value per lead).
    mutating func leaveOutLost(faint: [Bool]) {
        let whole = leads
        for lead in leads.indices {
            guard let own = whole[lead] else { continue }
            let isLost = whole.indices.contains { other in
                guard other != lead, let better = whole[other] else { return false }
                return own.cleanness < 0.1 && better.cleanness > own.cleanness + 0.4
                    || faint[lead] && !faint[other] && better.cleanness > 0.3
            }
            if isLost { leaveOut(lead) }
        }
    }
}
