/// Input that could not be used, counted by reason: expected in the field, never silent.
public struct Rejections: Sendable, Equatable, Codable {
    /// Why input was rejected.
    public enum Reason: String, Sendable, CaseIterable, Codable {
        /// A line that is not a frame of the stream's encoding and lead count.
        case malformedLine = "malformed_line"
        /// A line longer than ``LineSplitter/limit`` bytes.
        case oversizedLine = "oversized_line"
        /// The stream ended inside a frame or line.
        case partialFrame = "partial_frame"
        /// An infinite value, or one that no ECG amplifier gives (beyond ±10,000 mV): taken as missing.
        case implausibleValue = "implausible_value"
        /// A frame whose sample number has passed already.
        case outOfOrder = "out_of_order"
    }

    private var counts = [Int64](repeating: 0, count: Reason.allCases.count)

    /// Makes a count of nothing.
    public init() {}

    /// Number of rejections for one reason.
    public subscript(reason: Reason) -> Int64 { counts[Self.index(reason)] }

    /// Number of all rejections.
    public var total: Int64 { counts.reduce(0, +) }

    /// The reasons that occurred, with their numbers.
    public var byReason: [(reason: Reason, count: Int64)] {
        zip(Reason.allCases, counts).filter { $0.1 > 0 }.map { (reason: $0.0, count: $0.1) }
    }

    /// Counts one more.
    public mutating func count(_ reason: Reason) { counts[Self.index(reason)] += 1 }

    /// Adds the counts of another part of the same stream.
    public mutating func add(_ other: Self) {
        for index in counts.indices { counts[index] += other.counts[index] }
    }

    private static func index(_ reason: Reason) -> Int {
        switch reason {
        case .malformedLine: 0
        case .oversizedLine: 1
        case .partialFrame: 2
        case .implausibleValue: 3
        case .outOfOrder: 4
        }
    }
}
