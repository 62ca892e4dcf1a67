internal import Conditioning
internal import Publication
internal import Signal

/// Looks at every lead four times a second and reports when its state has changed for good.
///
/// A lead that comes off is reported when two looks agree, one that is noisy or good again when eight do, so that a
/// burst of muscle noise is no event. After a start or gap the first second is not looked at: nothing is settled there.
struct LeadWatch: Sendable, Codable {
    private let interval: Int64
    private var quality: LeadQuality
    private var reported: [LeadReport.State]
    private var candidates: [Candidate]
    private var blindUntil: Int64 = 0
    /// The frame after the last one before the next look; pieces of signal must not reach beyond.
    private(set) var nextLook: Int64 = 0

    private struct Candidate: Sendable, Codable {
        var state: LeadReport.State
        var since: Int64
        var looks: Int
    }

    init(sampleRate: Double, leadCount: Int) {
        interval = Int64((sampleRate / 4).rounded())
        quality = LeadQuality(sampleRate: sampleRate, leadCount: leadCount)
        reported = Array(repeating: .good, count: leadCount)
        candidates = Array(repeating: Candidate(state: .good, since: 0, looks: 0), count: leadCount)
        reset(at: 0)
    }

    /// Forgets the signal, not what was reported of the leads.
    mutating func reset(at frame: Int64) {
        quality.reset()
        nextLook = frame + interval
        blindUntil = frame + 4 * interval
        for lead in candidates.indices { candidates[lead].looks = 0 }
    }

    mutating func consume(_ piece: SampleBlock, report: (LeadReport) -> Void) {
        quality.consume(piece)
        guard piece.endFrame >= nextLook else { return }
        nextLook += interval
        guard piece.endFrame >= blindUntil else { return }
        for lead in reported.indices { look(at: lead, frame: piece.endFrame - 1, report) }
    }

    private mutating func look(at lead: Int, frame: Int64, _ report: (LeadReport) -> Void) {
        let state: LeadReport.State =
            switch quality.state(ofLead: lead) {
            case .good: .good
            case .off: .off
            case .saturated: .saturated
            case .noisy: .noisy
            }
        guard state != reported[lead] else {
            candidates[lead].looks = 0
            return
        }
        if candidates[lead].looks == 0 || candidates[lead].state != state {
            candidates[lead] = Candidate(state: state, since: frame, looks: 0)
        }
        candidates[lead].looks += 1
        let needed = state == .off || state == .saturated ? 2 : 8
        guard candidates[lead].looks >= needed else { return }
        reported[lead] = state
        report(LeadReport(lead: lead, state: state, sample: candidates[lead].since))
        candidates[lead].looks = 0
    }
}
