/// A signal that does not hold what its header says about it.
public struct IntegrityFinding: Sendable, Equatable, CustomStringConvertible {
    /// What was compared.
    public enum Kind: Sendable, Equatable {
        /// The sum of all samples modulo 65,536.
        case checksum(expected: UInt16, found: UInt16)
        /// The first sample.
        case initialValue(expected: Int, found: Int)
    }

    /// Record or segment.
    public var segment: String
    /// Index of the signal in that header.
    public var signal: Int
    /// What differs.
    public var kind: Kind

    /// The message for people.
    public var description: String {
        switch kind {
        case .checksum(let expected, let found):
            "\(segment), signal \(signal): checksum \(Int16(bitPattern: found)) instead of "
                + "\(Int16(bitPattern: expected))"
        case .initialValue(let expected, let found):
            "\(segment), signal \(signal): first sample \(found) instead of \(expected)"
        }
    }
}

extension SegmentReader {
    /// Compares what was read with what the header promises; empty where not everything was read in order.
    ///
    /// A checksum of 0 often means that nobody counted, and is not compared.
    func findings() -> [IntegrityFinding] {
        guard isSequential, position == frameCount ?? position else { return [] }
        var findings: [IntegrityFinding] = []
        for group in groups {
            for member in group.members {
                let signal = header.signals[member.signal]
                if let expected = signal.initialValue, let found = member.firstValue, expected != Int(found),
                    signal.format != .difference8, found != member.missingValue
                {
                    findings.append(
                        .init(
                            segment: header.name, signal: member.signal,
                            kind: .initialValue(expected: expected, found: Int(found))))
                }
                if let expected = signal.checksum, expected != 0, expected != member.sum {
                    findings.append(
                        .init(
                            segment: header.name, signal: member.signal,
                            kind: .checksum(expected: expected, found: member.sum)))
                }
            }
        }
        return findings.sorted { $0.signal < $1.signal }
    }
}
