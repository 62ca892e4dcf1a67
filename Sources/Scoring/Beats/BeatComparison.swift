public import WFDB

/// A beat-by-beat comparison of two annotators of one record, as ANSI/AAMI EC57 describes and WFDB's `bxb` counts it.
///
///     let period = try ComparisonPeriod(sampleRate: 360, length: 650_000)
///     let result = BeatComparison(reference: atr, test: detected, period: period)
///     result.matrix.qrsSensitivity.percent   // 99.73
///
/// Both annotators are walked in order. Of the two current beats the earlier is either paired with the other, where it
/// lies within the match window and is the better match than the one after it (or that one has a better match of its
/// own), or stays alone and meets a pseudo-label: O, or X where the other annotator had declared the signal
/// unreadable. Test beats within fibrillation that the reference marks are not counted.
///
/// The RR error is the root mean square difference of the current reference and test RR intervals at every step,
/// paired or not, as in `bxb`.
public struct BeatComparison: Sendable, Equatable, Codable {
    /// How often which reference label met which test label.
    public private(set) var matrix = BeatMatrix()
    /// Sum of squared RR differences, in frames².
    public private(set) var squaredRRError = 0.0
    /// Number of RR differences.
    public private(set) var rrCount = 0
    /// Whole seconds that the test annotator declared unreadable, rounded.
    public private(set) var shutdownSeconds = 0
    /// Frames in a second, rounded, in which the RR error is expressed.
    private var framesPerSecond: Int64

    /// Root mean square RR error in ms; nil without RR intervals.
    public var rrError: Double? {
        guard rrCount > 0 else { return nil }
        return (squaredRRError / Double(rrCount)).squareRoot() * 1000 / Double(framesPerSecond)
    }

    /// Compares two annotators.
    ///
    /// Annotations are in order of time, at the record's rate.
    ///
    /// - Parameters:
    ///   - reference: The annotations taken as true.
    ///   - test: The annotations under test.
    ///   - period: Which part of the record counts, and the match window.
    ///   - mapping: How annotation codes become classes.
    ///   - pair: Called for every pair that is counted, in order.
    public init(
        reference: [Annotation], test: [Annotation], period: ComparisonPeriod, mapping: LabelMapping = .ec57,
        pair: ((BeatPair) -> Void)? = nil
    ) {
        framesPerSecond = period.framesPerSecond
        var walk = Walk(reference: reference, test: test, period: period, mapping: mapping)
        walk.run { reference, test, walk in
            if let reference, let test {
                matrix.count(reference: reference, test: test)
                pair?(
                    BeatPair(
                        reference: reference, test: test,
                        referenceFrame: reference.beatClass == nil ? nil : walk.reference.current.frame,
                        testFrame: test.beatClass == nil ? nil : walk.test.current.frame))
            }
            if walk.reference.rr > 0, walk.test.rr > 0 {
                let difference = Double(walk.reference.rr - walk.test.rr)
                squaredRRError += difference * difference
                rrCount += 1
            }
        }
        shutdownSeconds = Int((walk.test.shutdownFrames + walk.halfSecond) / framesPerSecond)
    }
}

/// One counted pair of a beat-by-beat comparison.
public struct BeatPair: Sendable, Equatable {
    /// Reference label, `absent` or `shutdown` for a false peak.
    public var reference: BeatLabel
    /// Test label, `absent` or `shutdown` for a missed beat.
    public var test: BeatLabel
    /// Frame of the reference beat; nil for a false peak.
    public var referenceFrame: Int64?
    /// Frame of the test beat; nil for a missed beat.
    public var testFrame: Int64?
}

/// The two cursors and the rules by which they advance.
private struct Walk {
    var reference: BeatCursor
    var test: BeatCursor
    let period: ComparisonPeriod
    /// Added to the shutdown tally before it is cut to whole seconds.
    let halfSecond: Int64

    /// What is told of one step: the two labels (nil where the step counts nothing) and the state at that time.
    typealias Step = (BeatLabel?, BeatLabel?, borrowing Walk) -> Void

    init(reference: [Annotation], test: [Annotation], period: ComparisonPeriod, mapping: LabelMapping) {
        self.reference = BeatCursor(
            reference, mapping: mapping, window: period.window, lastFrame: period.lastFrame, isReference: true)
        self.test = BeatCursor(
            test, mapping: mapping, window: period.window, lastFrame: period.lastFrame, isReference: false)
        self.period = period
        halfSecond = Int64(0.5 * period.sampleRate + 0.5)
    }

    mutating func run(_ step: Step) {
        leaveLearningPeriod(step)
        while !isOver {
            if test.current.frame < reference.current.frame { takeTest(step) } else { takeReference(step) }
        }
    }

    /// Brings the reference to its first beat of the test period.
    ///
    /// The test stands one beat earlier, since the last beat of the learning period may be the one that matches; an
    /// unmatched test beat right at the border is let go.
    private mutating func leaveLearningPeriod(_ step: Step) {
        repeat { reference.advance() } while reference.current.frame < period.start
        repeat { test.advance() } while test.next.frame < period.start
        let first = reference.current.frame
        if first - test.current.frame < distance(first, test.next.frame),
            first - test.current.frame <= period.window
        {
            // Both are the placeholder where the comparison starts at 0.
            if reference.current.label != nil || test.current.label != nil {
                step(reference.current.label, test.current.label, self)
            }
            advanceBoth()
        } else {
            test.advance()
            if test.current.frame - period.start <= period.window,
                distance(first, test.next.frame) < distance(first, test.current.frame)
            {
                test.advance()
            }
        }
    }

    /// The test beat is the earlier one.
    private mutating func takeTest(_ step: Step) {
        let frame = test.current.frame
        let gap = reference.current.frame - frame
        let rival = distance(reference.current.frame, test.next.frame)
        if gap <= period.window, gap < rival || distance(reference.next.frame, test.next.frame) < rival {
            step(reference.current.label, test.current.label, self)
            advanceBoth()
        } else {
            let label: BeatLabel? =
                reference.isFibrillating(at: frame) ? nil : reference.isShutDown(at: frame) ? .shutdown : .absent
            step(label, test.current.label, self)
            test.advance()
        }
    }

    /// The reference beat is the earlier one, or both are at the same frame.
    private mutating func takeReference(_ step: Step) {
        let frame = reference.current.frame
        let gap = test.current.frame - frame
        let rival = distance(test.current.frame, reference.next.frame)
        if gap <= period.window, gap < rival || distance(test.next.frame, reference.next.frame) < rival {
            step(reference.current.label, test.current.label, self)
            advanceBoth()
        } else {
            step(reference.current.label, test.isShutDown(at: frame) ? .shutdown : .absent, self)
            reference.advance()
        }
    }

    private mutating func advanceBoth() {
        reference.advance()
        test.advance()
    }

    private var isOver: Bool {
        switch period.end {
        case .frame(let last): reference.current.frame > last && test.current.frame > last
        case .lastReference: reference.current.isEnd
        case .eitherFile: reference.current.isEnd || test.current.isEnd
        }
    }

    /// Frames between two stops.
    private func distance(_ first: Int64, _ second: Int64) -> Int64 { abs(first - second) }
}
