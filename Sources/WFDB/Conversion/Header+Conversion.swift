extension Header {
    /// For each value of a frame, the signal that it belongs to.
    var columnOwners: [Int] {
        signals.indices.flatMap { Array(repeating: $0, count: signals[$0].samplesPerFrame) }
    }

    /// Gives every signal a format that can be written and a file: signals next to each other share one where formats,
    /// and with FLAC rates, are the same.
    mutating func layOut(format: SignalFormat?) {
        var file = 0
        var inFile = 0
        for index in signals.indices {
            signals[index].format = format ?? signals[index].format.written
            signals[index].skew = 0
            signals[index].byteOffset = 0
            signals[index].blockSize = 0
            let isFLAC = signals[index].format.isCompressed
            if index > 0 {
                let before = signals[index - 1]
                let fits =
                    before.format == signals[index].format
                    && !(isFLAC && (before.samplesPerFrame != signals[index].samplesPerFrame || inFile == 8))
                if !fits {
                    file += 1
                    inFile = 0
                }
            }
            inFile += 1
            signals[index].fileName = file == 0 ? "\(name).dat" : "\(name)_\(file).dat"
        }
    }

    /// Moves base time and date to a later start.
    mutating func moveStart(by seconds: Double) {
        guard let time = baseTime, seconds < 1e9 else { return }
        let day: Int64 = 86_400_000_000
        let start = Int64(time.hour * 3_600 + time.minute * 60 + time.second) * 1_000_000 + Int64(time.microsecond)
        let moved = start + Int64((seconds * 1e6).rounded())
        let ofDay = Int(moved % day)
        baseTime = BaseTime(
            hour: ofDay / 3_600_000_000, minute: ofDay / 60_000_000 % 60, second: ofDay / 1_000_000 % 60,
            microsecond: ofDay % 1_000_000)
        for _ in 0..<(moved / day) { baseDate = baseDate?.next }
    }
}

extension SignalFormat {
    /// The format itself where it can be written, else the smallest that holds its samples.
    var written: SignalFormat {
        switch self {
        case .int16, .int24, .int32, .packed12, .flac8, .flac16, .flac24: self
        case .packed10, .packed10InOrder: .packed12
        case .null, .difference8, .int16BigEndian, .offset8, .offset16: .int16
        }
    }
}

extension BaseDate {
    /// The day after.
    var next: BaseDate {
        let isLeap = year % 4 == 0 && year % 100 != 0 || year % 400 == 0
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        if day < days[max(0, month - 1) % 12] { return BaseDate(year: year, month: month, day: day + 1) }
        if month < 12 { return BaseDate(year: year, month: month + 1, day: 1) }
        return BaseDate(year: year + 1, month: 1, day: 1)
    }
}
