/// Time of day at which a record begins, to the microsecond.
public struct BaseTime: Sendable, Equatable {
    /// 0...23.
    public var hour: Int
    /// 0...59.
    public var minute: Int
    /// 0...59.
    public var second: Int
    /// 0...999,999.
    public var microsecond: Int

    /// Makes a time of day.
    public init(hour: Int, minute: Int, second: Int, microsecond: Int = 0) {
        self.hour = hour
        self.minute = minute
        self.second = second
        self.microsecond = microsecond
    }

    /// Reads `HH:MM:SS`, `MM:SS` or `SS`, the seconds with or without decimals; nil where it is none of them.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (1...3).contains(parts.count), let last = parts.last else { return nil }
        let decimals = last.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let second = Self.number(decimals[0]), second < 60 else { return nil }
        var microsecond = 0
        if decimals.count == 2 {
            let digits = decimals[1].prefix(6)
            guard decimals[1].utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }) else { return nil }
            microsecond = Int(digits + String(repeating: "0", count: 6 - digits.count)) ?? 0
        }
        let upper = parts.dropLast().map { Self.number($0) }
        guard !upper.contains(nil) else { return nil }
        let values = upper.compactMap { $0 }
        let minute = values.last ?? 0
        let hour = values.count == 2 ? values[0] : 0
        guard minute < 60, hour < 24 else { return nil }
        self.init(hour: hour, minute: minute, second: second, microsecond: microsecond)
    }

    private static func number(_ text: some StringProtocol) -> Int? {
        guard (1...2).contains(text.utf8.count), text.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }) else { return nil }
        return Int(text)
    }
}

/// Date on which a record begins.
public struct BaseDate: Sendable, Equatable {
    /// Year.
    public var year: Int
    /// 1...12.
    public var month: Int
    /// 1...31.
    public var day: Int

    /// Makes a date.
    public init(year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// Reads `DD/MM/YYYY`; nil where it is something else.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 3, let day = parts[0], let month = parts[1], let year = parts[2],
            (1...31).contains(day), (1...12).contains(month), (0...9999).contains(year)
        else { return nil }
        self.init(year: year, month: month, day: day)
    }
}
