extension RecordReader {
    /// The signals of a multi-segment record: its layout segment's, or those of the first segment that has any.
    static func layout(of header: Header, location: RecordLocation) throws(WFDBError) -> [SignalDescription] {
        guard let first = header.segments.first(where: { !$0.isNull }) else { return [] }
        let segment = try Header(path: location.path(of: first.name))
        guard !segment.isMultiSegment else {
            throw .mismatchedSegment(segment: first.name, problem: "segments of segments are not allowed")
        }
        return segment.signals
    }

    /// Opens one segment and finds the place of its signals in the record's frame.
    static func segment(
        _ name: String, frames: Int64, of header: Header, location: RecordLocation, signals: [SignalDescription],
        columns: [Int], valuesPerFrame: Int
    ) throws(WFDBError) -> SegmentReader {
        let path = try location.path(of: name)
        var segment = try Header(path: path)
        guard !segment.isMultiSegment else {
            throw .mismatchedSegment(segment: name, problem: "segments of segments are not allowed")
        }
        guard segment.frameRate == header.frameRate else {
            throw .mismatchedSegment(
                segment: name, problem: "has \(segment.frameRate) Hz, its record \(header.frameRate) Hz")
        }
        if segment.frameCount == nil { segment.frameCount = frames }
        guard let length = segment.frameCount, length >= frames else {
            throw .mismatchedSegment(
                segment: name, problem: "has \(segment.frameCount ?? 0) frames, its record says \(frames)")
        }
        var places: [Int?] = []
        var taken: Set<Int> = []
        for (index, signal) in segment.signals.enumerated() {
            let match: Int?
            if header.hasVariableLayout {
                match = signals.indices.first { signals[$0].description == signal.description && !taken.contains($0) }
            } else {
                match = index < signals.count ? index : nil
            }
            guard let match else {
                places.append(nil)
                continue
            }
            guard signals[match].samplesPerFrame == signal.samplesPerFrame else {
                throw .mismatchedSegment(
                    segment: name,
                    problem: "\(signal.description) has \(signal.samplesPerFrame) samples per frame, "
                        + "in the record \(signals[match].samplesPerFrame)")
            }
            let sameUnits =
                signals[match].units == signal.units || signals[match].isVoltage && signal.isVoltage
            guard sameUnits else {
                throw .mismatchedSegment(
                    segment: name,
                    problem: "\(signal.description) is in \(signal.units), in the record in \(signals[match].units)")
            }
            taken.insert(match)
            places.append(columns[match])
        }
        return try SegmentReader(
            header: segment, location: RecordLocation(path), columns: places, valuesPerFrame: valuesPerFrame)
    }
}
