/// The ECG leads among a record's signals, and where they stand in its frames.
///
///     let leads = LeadColumns(of: reader.signals, most: 12)
///     while try reader.read(into: &frames, maxFrames: 4096) > 0 { leads?.gather(frames, into: &values) }
///
/// Leads are the signals that are voltages with as many samples per frame as the first of these; pressures, respiration and
/// what has another rate are left out. Where no signal is a voltage, all count as millivolts.
public struct LeadColumns: Sendable {
    /// The leads' indices among the signals.
    public let signals: [Int]
    /// The leads' names; `ECG1` and so on where the header gives none.
    public let names: [String]
    /// Indices of the signals that are left out.
    public let leftOut: [Int]
    /// False where no signal is a voltage.
    public let areVoltages: Bool
    /// Samples of every lead in a frame of the record, which follow one another.
    public let samplesPerFrame: Int
    /// Every lead's first value in a frame.
    public let columns: [Int]
    private let valuesPerFrame: Int

    /// Chooses at most `most` leads, or the signal `lead` alone, whatever it is; nil where there is none.
    public init?(of signals: [SignalDescription], most: Int, lead: Int? = nil) {
        let voltages = signals.indices.filter { signals[$0].isVoltage }
        areVoltages = !voltages.isEmpty
        let candidates =
            lead.map { signals.indices.contains($0) ? [$0] : [] }
            ?? (voltages.isEmpty ? Array(signals.indices) : voltages)
        guard let first = candidates.first else { return nil }
        let samplesPerFrame = signals[first].samplesPerFrame
        let chosen = Array(candidates.filter { signals[$0].samplesPerFrame == samplesPerFrame }.prefix(most))
        self.samplesPerFrame = samplesPerFrame
        self.signals = chosen
        leftOut = signals.indices.filter { !chosen.contains($0) }
        names = chosen.enumerated().map { signals[$1].description.isEmpty ? "ECG\($0 + 1)" : signals[$1].description }
        var starts: [Int] = []
        var next = 0
        for signal in signals {
            starts.append(next)
            next += signal.samplesPerFrame
        }
        columns = chosen.map { starts[$0] }
        valuesPerFrame = next
    }

    /// Takes the leads' values, shape (samples, leads), out of whole frames.
    public func gather(_ frames: [Float], into leads: inout [Float]) {
        guard valuesPerFrame > columns.count * samplesPerFrame || samplesPerFrame > 1 else {
            leads = frames
            return
        }
        let count = frames.count / valuesPerFrame * samplesPerFrame * columns.count
        if leads.count != count { leads = Array(repeating: 0, count: count) }
        leads.withUnsafeMutableBufferPointer { leads in
            frames.withUnsafeBufferPointer { frames in
                for (lead, column) in columns.enumerated() {
                    for sample in 0..<samplesPerFrame {
                        var place = sample * columns.count + lead
                        var source = column + sample
                        while source < frames.count {
                            leads[place] = frames[source]
                            place &+= samplesPerFrame &* columns.count
                            source &+= valuesPerFrame
                        }
                    }
                }
            }
        }
    }
}
