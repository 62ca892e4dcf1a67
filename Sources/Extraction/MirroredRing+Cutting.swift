extension MirroredRing {
    /// Peak-to-peak voltage below which a lead counts as silent, in mV (a tenth of the smallest QRS complex that IEC
    /// 60601-2-27 asks a monitor to see).
    static let silence: Float = 0.015
    /// Share of missing samples from which a lead counts as absent.
    static let tolerableLoss = 0.2

    /// Copies the window whose R peak is at `center`, and says of every lead whether it gives signal there.
    func cut(_ window: BeatWindow, around center: Int64) -> WindowCut {
        let length = window.length
        let start = center - Int64(window.before)
        let first = min(max(firstFrame, start), start + Int64(length))
        let last = max(min(endFrame, start + Int64(length)), first)
        let held = Int(first - start)..<Int(last - start)
        var cut = WindowCut(leadCount: leadCount, length: length)
        for lead in 0..<leadCount where !held.isEmpty {
            var low = Float.infinity
            var high = -Float.infinity
            var found = 0
            withWindow(lead: lead, from: first, count: held.count) { values in
                for (offset, value) in values.enumerated() where value.isFinite {
                    cut.samples[lead * length + held.lowerBound + offset] = value
                    low = min(low, value)
                    high = max(high, value)
                    found += 1
                }
            }
            // What lies before the stream's first sample is not the lead's fault.
            let expected = max(held.count, length / 2)
            if found > 0, high - low >= Self.silence,
                Double(expected - found) <= Self.tolerableLoss * Double(expected)
            {
                cut.leads[lead] = cut.samples.withUnsafeBufferPointer {
                    let row = $0[lead * length + held.lowerBound..<lead * length + held.upperBound]
                    return WindowCut.Lead(found: Float(found) / Float(length), cleanness: Morphology.cleanness(row))
                }
            } else {
                cut.leaveOut(lead)
            }
        }
        return cut
    }
}
