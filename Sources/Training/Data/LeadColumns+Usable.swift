public import Scoring
import Signal
public import WFDB

extension LeadColumns {
    /// The leads of a record as the stages take them: at most twelve, at 100 to 1000 Hz, one sample of each in a frame.
    ///
    /// - Parameters:
    ///   - path: names the record in errors.
    ///   - lead: the only signal to look at, by its number in the header; all leads where nil.
    /// - Throws: `TrainingError.record` where the record has no such leads.
    public static func usable(
        of signals: [SignalDescription], frameRate: Double, path: String, lead: Int? = nil
    ) throws(TrainingError) -> LeadColumns {
        let most = StreamFormat.supportedLeadCounts.upperBound
        guard let leads = LeadColumns(of: signals, most: most, lead: lead) else {
            throw .record(path, reason: lead.map { "it has no signal \($0)" } ?? "it has no signals")
        }
        guard leads.samplesPerFrame == 1 else {
            throw .record(path, reason: "its leads have several samples per frame; convert it to one rate")
        }
        guard StreamFormat.supportedRates.contains(frameRate) else {
            throw .record(path, reason: "\(frameRate) Hz: the stages take 100 to 1000 Hz; convert it to such a rate")
        }
        return leads
    }
}

extension Waveform {
    /// Values of some leads in mV, frame by frame, `NaN` where there is none.
    public func physical(_ frames: Range<Int>, of leads: LeadColumns) -> [Float] {
        var values: [Float] = []
        leads.gather(physical(frames), into: &values)
        return values
    }
}
