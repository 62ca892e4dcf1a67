public import WFDB

/// A run-by-run comparison of two annotators of one record, as ANSI/AAMI EC57 describes and WFDB's `rxr` counts it.
///
/// For sensitivity, every run of the reference is looked up in the test: the window reaches from 150 ms before its
/// first beat to 150 ms after its last, and the longest run of the test inside of it counts. For positive
/// predictivity, the roles change. A run that the end of the test period cuts is not counted.
public struct RunComparison: Sendable, Equatable, Codable {
    /// Which beats make a run.
    public let kind: RunKind
    /// The runs of the reference and what the test had there.
    public let sensitivity: RunMatrix
    /// The runs of the test and what the reference had there.
    public let predictivity: RunMatrix

    /// Compares two annotators.
    ///
    /// - Parameters:
    ///   - reference: The annotations taken as true, in order of time.
    ///   - test: The annotations under test, in order of time.
    ///   - period: Which part of the record counts, and the match window.
    ///   - kind: Which beats make a run.
    public init(reference: [Annotation], test: [Annotation], period: ComparisonPeriod, kind: RunKind) {
        self.kind = kind
        var sensitivity = RunMatrix()
        var search = LongestRunSearch(test, kind: kind)
        RunWalk(period: period, kind: kind).run(over: reference) { length, begin, end in
            sensitivity[length, search.longest(from: begin, to: end)] += 1
        }
        self.sensitivity = sensitivity
        var predictivity = RunMatrix()
        search = LongestRunSearch(reference, kind: kind)
        RunWalk(period: period, kind: kind).run(over: test) { length, begin, end in
            predictivity[search.longest(from: begin, to: end), length] += 1
        }
        self.predictivity = predictivity
    }

    /// Which lengths go together in the statistics.
    public enum Length: Sendable, CaseIterable {
        /// Two beats.
        case couplet
        /// Three to five beats.
        case short
        /// More than five beats.
        case long

        var range: ClosedRange<Int> {
            switch self {
            case .couplet: 2...2
            case .short: 3...5
            case .long: RunMatrix.longest...RunMatrix.longest
            }
        }
    }

    /// Of the reference's runs of a length, those that the test has with at least the least number of beats.
    public func sensitivity(of length: Length) -> Proportion {
        let range = length.range
        return Proportion(
            sensitivity.sum(range, range.lowerBound...RunMatrix.longest),
            of: sensitivity.sum(range, 0...RunMatrix.longest))
    }

    /// Of the test's runs of a length, those that the reference has with at least the least number of beats.
    public func predictivity(of length: Length) -> Proportion {
        let range = length.range
        return Proportion(
            predictivity.sum(range.lowerBound...RunMatrix.longest, range),
            of: predictivity.sum(0...RunMatrix.longest, range))
    }
}

/// Walks the annotator whose runs are looked up in the other.
private struct RunWalk {
    let period: ComparisonPeriod
    var kind: RunKind
    var length = 0
    var begin: Int64 = 0
    var end: Int64 = 0

    init(period: ComparisonPeriod, kind: RunKind) {
        self.period = period
        self.kind = kind
    }

    /// Calls back with the length of every run and the window in which the other annotator is searched.
    mutating func visit(_ annotation: Annotation, _ event: RunEvent, _ found: (Int, Int64, Int64) -> Void) {
        let frame = annotation.withinReach.sample
        if length > 0 {
            switch event {
            case .member:
                length = min(length + 1, RunMatrix.longest)
                end = frame + period.window
            case .closes: end = frame + period.window
            case .breaker, .unreadable:
                found(length, begin, end)
                length = 0
            case .opens, .otherOpens, .otherCloses, .other: break
            }
        } else {
            switch event {
            case .member:
                length = 1
                begin = frame - period.window
                end = frame + period.window
            case .opens:
                length = RunMatrix.longest
                begin = frame - period.window
            default: break
            }
        }
    }

    func run(over annotations: [Annotation], _ found: (Int, Int64, Int64) -> Void) {
        var walk = self
        var mapping = RunEventMapping(kind: kind)
        // An episode that began in the learning period is a run in progress.
        let first = annotations.firstIndex { $0.sample >= period.start } ?? annotations.count
        for annotation in annotations[..<first] {
            switch mapping.event(of: annotation) {
            case .opens: walk.length = RunMatrix.longest
            case .closes, .otherCloses: walk.length = 0
            default: break
            }
        }
        if walk.length > 0 {
            walk.begin = period.start - period.window
            walk.end = period.start + period.window
        }
        for (index, annotation) in annotations[first...].enumerated() {
            if index > 0, let last = period.lastFrame, annotation.sample > last { return }
            walk.visit(annotation, mapping.event(of: annotation), found)
        }
        if walk.length > 0 { found(walk.length, walk.begin, walk.end) }
    }
}
