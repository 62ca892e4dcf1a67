extension SignalGroup {
    /// Files and skews of one record: with `largestStaging`, what a hostile header can make a reader allocate.
    private static let largestGroupCount = 256
    /// Samples in the frames of all files of one record.
    private static let largestStaging = 1 << 22

    /// Opens the signal files of a record and sorts its signals by file and skew.
    static func open(
        header: Header, location: RecordLocation, columns: [Int?]
    ) throws(WFDBError) -> [SignalGroup] {
        var groups: [SignalGroup] = []
        var first = 0
        let signals = header.signals
        while first < signals.count {
            var end = first + 1
            while end < signals.count, signals[end].fileName == signals[first].fileName { end += 1 }
            if signals[first].fileName != "~", signals[first].format != .null {
                groups += try open(
                    header: header, range: first..<end, location: location, columns: columns)
            }
            first = end
            guard groups.count <= largestGroupCount,
                groups.reduce(0, { $0 + $1.samplesPerFrame }) <= largestStaging
            else {
                throw .malformedHeader(
                    name: header.name, line: 1, problem: "more signal files and skews than any record has")
            }
        }
        return groups
    }

    /// The groups of one file: one for each skew that its signals have.
    private static func open(
        header: Header, range: Range<Int>, location: RecordLocation, columns: [Int?]
    ) throws(WFDBError) -> [SignalGroup] {
        let signals = header.signals
        let lead = signals[range.lowerBound]
        for signal in signals[range] where signal.format != lead.format {
            throw .malformedHeader(
                name: header.name, line: range.lowerBound + 2,
                problem: "the signals of \(lead.fileName) have different formats")
        }
        let path = try location.path(of: lead.fileName)
        var offset = 0
        var membersBySkew: [Int: [Member]] = [:]
        for index in range {
            let signal = signals[index]
            let member = Member(
                signal: index, offset: offset, samplesPerFrame: signal.samplesPerFrame,
                missingValue: signal.format.missingValue, gain: signal.gain / signal.millivoltsPerUnit,
                baseline: Double(signal.baseline), column: columns[index])
            membersBySkew[signal.skew, default: []].append(member)
            offset += signal.samplesPerFrame
        }
        var groups: [SignalGroup] = []
        for (skew, members) in membersBySkew.sorted(by: { $0.key < $1.key }) {
            let source = try source(path: path, signals: Array(signals[range]))
            groups.append(
                SignalGroup(path: path, source: source, samplesPerFrame: offset, skew: skew, members: members))
        }
        return groups
    }

    private static func source(path: String, signals: [SignalDescription]) throws(WFDBError) -> any SampleSource {
        let lead = signals[0]
        let file = try FileBytes(path: path)
        if lead.format == .difference8 {
            return DifferenceSource(
                file: file, byteOffset: lead.byteOffset,
                signals: signals.map {
                    (Int32(clamping: $0.initialValue ?? $0.adcZero), $0.samplesPerFrame)
                })
        }
        if lead.format.isCompressed {
            guard signals.count <= 8, signals.allSatisfy({ $0.samplesPerFrame == lead.samplesPerFrame }) else {
                throw .unsupportedFormat(
                    lead.format, reason: "has at most 8 signals in a file, all with equal samples per frame")
            }
            return try FLACSource(
                file: file, format: lead.format, byteOffset: lead.byteOffset, channels: signals.count,
                samplesPerFrame: lead.samplesPerFrame)
        }
        guard let block = lead.format.block else {
            throw .unsupportedFormat(lead.format, reason: "has no samples")
        }
        return BlockSource(file: file, format: lead.format, block: block, byteOffset: lead.byteOffset)
    }
}
