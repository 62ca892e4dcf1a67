extension HeaderParser {
    /// The fields of a record line.
    struct RecordLine {
        var name: String
        var segmentCount: Int?
        var signalCount: Int
        var frameRate = Header.defaultFrameRate
        var counterFrequency = Header.defaultFrameRate
        var baseCounter = 0.0
        var frameCount: Int64?
        var baseTime: BaseTime?
        var baseDate: BaseDate?
    }

    /// Parses the record line: name and segments, signals, rates, length, time and date.
    ///
    /// The name field is `NAME[/SEGMENTS]`, the rate field `RATE[/COUNTER[(BASE)]]`.
    mutating func parseRecordLine(_ scanner: inout FieldScanner, line: Int) throws(WFDBError) -> RecordLine {
        guard let nameField = scanner.word() else { throw malformed(line, "there is no record name") }
        let (recordName, segmentCount) = try parseName(nameField, line: line)
        scanner.skipBlanks()
        guard let count = scanner.integer() else { throw malformed(line, "there is no number of signals") }
        guard (0...Int64(Limit.signals)).contains(count) else {
            throw malformed(line, "\(count) signals; 0 to \(Limit.signals) are accepted")
        }
        var record = RecordLine(name: recordName, segmentCount: segmentCount, signalCount: Int(count))
        scanner.skipBlanks()
        guard !scanner.isAtEnd else { return record }
        parseRates(&scanner, line: line, into: &record)
        scanner.skipBlanks()
        guard !scanner.isAtEnd else { return record }
        if let frames = scanner.integer(), frames >= 0, frames < 1 << 48 {
            record.frameCount = frames == 0 ? nil : frames
        } else {
            let field = scanner.word() ?? ""
            warn(line, "\"\(field)\" is no length in frames: taken as unknown")
        }
        parseTimeAndDate(&scanner, line: line, into: &record)
        return record
    }

    private mutating func parseName(_ field: String, line: Int) throws(WFDBError) -> (String, Int?) {
        var recordName = field
        var segmentCount: Int?
        if let slash = field.lastIndex(of: "/") {
            guard let count = Int(field[field.index(after: slash)...]), (1...Limit.segments).contains(count) else {
                throw malformed(line, "\"\(field)\" does not end in a number of segments from 1 to \(Limit.segments)")
            }
            recordName = String(field[..<slash])
            segmentCount = count
        }
        let isPlain = recordName.utf8.allSatisfy {
            switch $0 {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x2D: true
            default: false
            }
        }
        if !isPlain {
            warn(line, "record name \"\(recordName)\" has characters other than letters, digits, _ and -")
        }
        return (recordName, segmentCount)
    }

    private mutating func parseRates(_ scanner: inout FieldScanner, line: Int, into record: inout RecordLine) {
        if let rate = scanner.number(), Limit.frameRates.contains(rate) {
            record.frameRate = rate
        } else {
            warn(line, "the frame rate is no sensible number: \(Header.defaultFrameRate) Hz assumed")
        }
        record.counterFrequency = record.frameRate
        if scanner.take("/") {
            if let frequency = scanner.number(), Limit.frameRates.contains(frequency) {
                record.counterFrequency = frequency
            } else {
                warn(line, "the counter frequency is no sensible number: the frame rate assumed")
            }
        }
        if scanner.take("(") {
            if let base = scanner.number(), scanner.take(")") {
                record.baseCounter = base
            } else {
                warn(line, "the base counter value cannot be read: 0 assumed")
            }
        }
        if let junk = scanner.text(while: { $0 != 0x20 && $0 != 0x09 }) {
            warn(line, "\"\(junk)\" after the frame rate is ignored")
        }
    }

    private mutating func parseTimeAndDate(_ scanner: inout FieldScanner, line: Int, into record: inout RecordLine) {
        guard let first = scanner.word() else { return }
        if let time = BaseTime(first) {
            record.baseTime = time
            guard let second = scanner.word() else { return }
            if let date = BaseDate(second) ?? BaseDate(monthName: second) {
                record.baseDate = date
            } else {
                warn(line, "\"\(second)\" is no date DD/MM/YYYY: taken as unknown")
            }
        } else if let date = BaseDate(first) ?? BaseDate(monthName: first) {
            // Records of CinC 2020 have the date before the time, and in words.
            record.baseDate = date
            let second = scanner.word()
            record.baseTime = second.flatMap { BaseTime($0) }
            warn(line, "base date \"\(first)\" stands where the base time belongs: both read as meant")
        } else {
            warn(line, "\"\(first)\" is no time HH:MM:SS: base time and date taken as unknown")
        }
        let rest = scanner.rest()
        if !rest.isEmpty { warn(line, "\"\(rest)\" at the end is ignored") }
    }
}

extension BaseDate {
    /// Reads `05-May-2020`, which some headers have; nil where it is something else.
    init?(monthName text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
        guard parts.count == 3, let month = months.firstIndex(of: parts[1].lowercased()) else { return nil }
        self.init("\(parts[0])/\(month + 1)/\(parts[2])")
    }
}
