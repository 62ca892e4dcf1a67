extension Header {
    /// The text of the header file, with LF line ends.
    public var text: String {
        var lines: [String] = []
        var record = isMultiSegment ? "\(name)/\(segments.count)" : name
        record += " \(isMultiSegment ? signalCount : signals.count) \(Self.text(frameRate))"
        if counterFrequency != frameRate || baseCounter != 0 {
            record += "/\(Self.text(counterFrequency))"
            if baseCounter != 0 { record += "(\(Self.text(baseCounter)))" }
        }
        if frameCount != nil || baseTime != nil { record += " \(frameCount ?? 0)" }
        if let baseTime {
            record += " \(baseTime)"
            if let baseDate { record += " \(baseDate)" }
        }
        lines.append(record)
        lines += segments.map { "\($0.name) \($0.frameCount)" }
        lines += signals.map { Self.line($0) }
        lines += comments.map { "#" + $0.filter { !$0.isNewline } }
        return lines.map { $0 + "\n" }.joined()
    }

    /// Writes the header file.
    ///
    /// - Parameter path: the record's path, with or without `.hea`.
    public func write(path: String) throws(WFDBError) {
        for word in [name] + signals.flatMap({ [$0.fileName, $0.units] }) + segments.map(\.name) {
            guard !word.isEmpty, !word.contains(where: \.isWhitespace) else {
                throw .unrepresentable(what: "\"\(word)\"", problem: "names and units in a header have no blanks")
            }
        }
        let file = try RecordFile(path: RecordLocation(path).headerPath)
        try file.write(Array(text.utf8))
        try file.close()
    }

    private static func line(_ signal: SignalDescription) -> String {
        var format = "\(signal.format.rawValue)"
        if signal.samplesPerFrame > 1 { format += "x\(signal.samplesPerFrame)" }
        if signal.skew > 0 { format += ":\(signal.skew)" }
        if signal.byteOffset > 0 { format += "+\(signal.byteOffset)" }
        var gain = signal.isCalibrated ? text(signal.gain) : "0"
        if signal.baseline != signal.adcZero { gain += "(\(signal.baseline))" }
        gain += "/\(signal.units)"
        let first = signal.initialValue ?? signal.adcZero
        let checksum = Int16(bitPattern: signal.checksum ?? 0)
        let name = signal.description.filter { !$0.isNewline }
        return "\(signal.fileName) \(format) \(gain) \(signal.adcResolution) \(signal.adcZero) \(first) \(checksum) "
            + "\(signal.blockSize) \(name)"
    }

    /// A number without needless decimals: `360`, `62.4725`.
    private static func text(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
    }
}

extension BaseTime: CustomStringConvertible {
    /// `HH:MM:SS`, with as many decimals as there are.
    public var description: String {
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        var text = "\(two(hour)):\(two(minute)):\(two(second))"
        if microsecond > 0 {
            var decimals = String(1_000_000 + microsecond).dropFirst()
            while decimals.hasSuffix("0") { decimals.removeLast() }
            text += "." + decimals
        }
        return text
    }
}

extension BaseDate: CustomStringConvertible {
    /// `DD/MM/YYYY`.
    public var description: String {
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let digits = String(10_000 + year).dropFirst()
        return "\(two(day))/\(two(month))/\(digits)"
    }
}
