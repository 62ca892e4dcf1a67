/// An instant in UTC with microseconds, as the events print it: `2026-11-20T22:42:00.000000Z`.
public struct Timestamp: Sendable, Equatable, Comparable, Codable {
    /// Microseconds since 1970-01-01T00:00:00Z (no leap seconds, as POSIX counts).
    public var microseconds: Int64

    /// Makes an instant.
    public init(microseconds: Int64) { self.microseconds = microseconds }

    /// Which of two instants is earlier.
    public static func < (left: Self, right: Self) -> Bool { left.microseconds < right.microseconds }

    /// This instant and some seconds; saturates at the ends of `Int64`.
    public func advanced(bySeconds seconds: Double) -> Self {
        let sum = Double(microseconds) + seconds * 1e6
        guard sum > -9e18, sum < 9e18 else { return self }
        return Self(microseconds: microseconds + Int64((seconds * 1e6).rounded()))
    }

    /// Reads ISO 8601 as this type prints it: date, `T`, time, up to six decimals (or none), `Z`.
    ///
    /// Other offsets than `Z` are not read: the schema knows UTC alone. Years run from 1 to 9999.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes.last == UInt8(ascii: "Z") else { return nil }
        func number(_ range: Range<Int>) -> Int64? {
            var value: Int64 = 0
            for byte in bytes[range] {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                value = value * 10 + Int64(byte - UInt8(ascii: "0"))
            }
            return value
        }
        let marks: [(Int, Character)] = [(4, "-"), (7, "-"), (10, "T"), (13, ":"), (16, ":")]
        guard marks.allSatisfy({ bytes[$0.0] == $0.1.asciiValue }) else { return nil }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
            let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
            year >= 1, (1...12).contains(month), day >= 1, day <= Self.days(month: month, year: year),
            hour < 24, minute < 60, second < 60
        else { return nil }
        var fraction: Int64 = 0
        if bytes.count > 20 {
            let places = bytes.count - 21
            guard bytes[19] == UInt8(ascii: "."), (1...6).contains(places), let digits = number(20..<bytes.count - 1)
            else { return nil }
            fraction = digits
            for _ in places..<6 { fraction *= 10 }
        }
        let days = Self.daysSinceEpoch(year: year, month: month, day: day)
        microseconds = ((days * 24 + hour) * 60 + minute) * 60_000_000 + second * 1_000_000 + fraction
    }

    private static func days(month: Int64, year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days from 1970-01-01 in the proleptic Gregorian calendar, with the year begun in March so that the leap day
    /// comes last (the usual era arithmetic: 146,097 days in 400 years).
    private static func daysSinceEpoch(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}

extension Timestamp: CustomStringConvertible {
    /// ISO 8601 with six decimals and `Z`.
    public var description: String {
        let second: Int64 = 1_000_000
        let day = 86_400 * second
        var days = microseconds / day
        var rest = microseconds % day
        if rest < 0 {
            rest += day
            days -= 1
        }
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let part = (5 * dayOfYear + 2) / 153
        let month = part < 10 ? part + 3 : part - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let clock = [rest / (3600 * second), rest / (60 * second) % 60, rest / second % 60]
        let time = clock.map { Self.padded($0, 2) }.joined(separator: ":")
        let date =
            "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(dayOfYear - (153 * part + 2) / 5 + 1, 2))"
        return "\(date)T\(time).\(Self.padded(rest % second, 6))Z"
    }

    private static func padded(_ value: Int64, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
