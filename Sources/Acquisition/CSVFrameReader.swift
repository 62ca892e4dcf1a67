/// Reads one frame from one line of comma-separated values.
enum CSVFrameReader {
    /// Appends the line's values in mV; `!` and empty fields are `NaN`.
    static func read(_ line: UnsafeBufferPointer<UInt8>, into frames: inout FrameAssembler) -> LineVerdict {
        var offset = 0
        func skipSpace() {
            while offset < line.count, line[offset] == 0x20 || line[offset] == 0x09 { offset += 1 }
        }
        skipSpace()
        // A blank line is a lead that is off where there is one lead, and nothing where there are more.
        if offset == line.count, frames.leadCount > 1 { return .blank }
        for lead in 0..<frames.leadCount {
            skipSpace()
            if offset == line.count || line[offset] == UInt8(ascii: ",") {
                frames.append(.nan)
            } else if line[offset] == UInt8(ascii: "!") {
                frames.append(.nan)
                offset += 1
            } else if let (value, end) = Decimal.parse(line, from: offset, strict: false) {
                frames.append(frames.millivolts(Float(value)))
                offset = end
            } else {
                return .malformed
            }
            skipSpace()
            if lead < frames.leadCount - 1 {
                guard offset < line.count, line[offset] == UInt8(ascii: ",") else { return .malformed }
                offset += 1
            }
        }
        return offset == line.count ? .frames : .malformed
    }
}
