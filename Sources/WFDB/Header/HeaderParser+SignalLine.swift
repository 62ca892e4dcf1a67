extension HeaderParser {
    /// Parses a signal line: file, format, gain, resolution, zero, initial value, checksum, block size and name.
    ///
    /// The format field is `FORMAT[xSPF][:SKEW][+OFFSET]`, the gain field `GAIN[(BASELINE)][/UNITS]`.
    mutating func parseSignal(
        _ scanner: inout FieldScanner, line: Int, index: Int, previous: SignalDescription?
    ) throws(WFDBError) -> SignalDescription {
        guard let fileName = scanner.word() else { throw malformed(line, "a signal needs a file name") }
        scanner.skipBlanks()
        guard let code = scanner.integer() else { throw malformed(line, "signal \(index) has no format") }
        guard let format = Int(exactly: code).flatMap(SignalFormat.init(rawValue:)) else {
            throw .unknownFormat(name: name, line: line, format: Int(clamping: code))
        }
        var signal = SignalDescription(
            fileName: fileName, format: format, description: "record \(name), signal \(index)")
        try parseLayout(&scanner, line: line, into: &signal)
        scanner.skipBlanks()
        guard !scanner.isAtEnd else {
            signal.isCalibrated = false
            return signal
        }
        let hasBaseline = parseGain(&scanner, line: line, into: &signal)
        if let bits = integerField(&scanner, line: line, "ADC resolution", in: 0...32), bits > 0 {
            signal.adcResolution = Int(bits)
        }
        let int32 = Int64(Int32.min)...Int64(Int32.max)
        if let zero = integerField(&scanner, line: line, "ADC zero", in: int32) { signal.adcZero = Int(zero) }
        if !hasBaseline { signal.baseline = signal.adcZero }
        signal.initialValue = integerField(&scanner, line: line, "initial value", in: int32).map { Int($0) }
        signal.checksum = integerField(&scanner, line: line, "checksum", in: -32_768...65_535)
            .map { UInt16(truncatingIfNeeded: $0) }
        if let block = integerField(&scanner, line: line, "block size", in: 0...int32.upperBound) {
            signal.blockSize = Int(block)
        }
        let description = scanner.rest()
        if !description.isEmpty { signal.description = description }
        return signal
    }

    private mutating func parseLayout(
        _ scanner: inout FieldScanner, line: Int, into signal: inout SignalDescription
    ) throws(WFDBError) {
        if scanner.take("x") {
            guard let count = scanner.integer(), (1...Int64(Limit.samplesPerFrame)).contains(count) else {
                throw malformed(line, "samples per frame must be 1 to \(Limit.samplesPerFrame)")
            }
            signal.samplesPerFrame = Int(count)
        }
        if scanner.take(":") {
            guard let skew = scanner.integer(), (0...Int64(Int32.max)).contains(skew) else {
                throw malformed(line, "the skew must be 0 or a positive number of frames")
            }
            signal.skew = Int(skew)
        }
        if scanner.take("+") {
            guard let offset = scanner.integer(), (0..<1 << 48).contains(offset) else {
                throw malformed(line, "the byte offset must be 0 or a positive number")
            }
            signal.byteOffset = offset
        }
        if let junk = scanner.text(while: { $0 != 0x20 && $0 != 0x09 }) {
            throw malformed(line, "\"\(junk)\" in the format field")
        }
    }

    /// True where the field has a baseline.
    private mutating func parseGain(
        _ scanner: inout FieldScanner, line: Int, into signal: inout SignalDescription
    ) -> Bool {
        var hasBaseline = false
        if let gain = scanner.number(), gain == 0 || Limit.gains.contains(abs(gain)) {
            signal.isCalibrated = gain != 0
            signal.gain = gain == 0 ? SignalDescription.defaultGain : gain
        } else {
            signal.isCalibrated = false
            warn(line, "the gain is no sensible number: \(SignalDescription.defaultGain) assumed")
        }
        if scanner.take("(") {
            // Some writers give the baseline decimals.
            if let baseline = scanner.number(), abs(baseline) <= 0x7FFF_FFFF, scanner.take(")") {
                signal.baseline = Int(baseline.rounded())
                hasBaseline = true
            } else {
                warn(line, "the baseline cannot be read: the ADC zero is taken")
            }
        }
        if scanner.take("/"), let units = scanner.text(while: { $0 != 0x20 && $0 != 0x09 }) {
            signal.units = units
        } else if let junk = scanner.text(while: { $0 != 0x20 && $0 != 0x09 }) {
            warn(line, "\"\(junk)\" in the gain field is ignored")
        }
        return hasBaseline
    }

    /// The next integer of the line; nil at its end and, with a warning, where it is none or out of range.
    private mutating func integerField(
        _ scanner: inout FieldScanner, line: Int, _ what: String, in range: ClosedRange<Int64>
    ) -> Int64? {
        scanner.skipBlanks()
        guard !scanner.isAtEnd else { return nil }
        guard let value = scanner.integer() else {
            warn(line, "there is no number for the \(what): taken as not given")
            return nil
        }
        guard range.contains(value) else {
            warn(line, "\(what) \(value) is out of range: taken as not given")
            return nil
        }
        return value
    }
}
