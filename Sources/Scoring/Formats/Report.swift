/// Reports for people, one per record and comparison, as the C programs print them.
///
/// Every function returns whole lines of the report's text.
public enum Report {
    /// Whom a report is about.
    public struct Subject: Sendable {
        /// Name of the record.
        public var record: String
        /// Name of the annotator taken as true.
        public var reference: String
        /// Name of the annotator under test.
        public var test: String

        /// Names a subject.
        public init(record: String, reference: String, test: String) {
            self.record = record
            self.reference = reference
            self.test = test
        }

        func heading(_ comparison: String, middle: String = "") -> String {
            "\(comparison) comparison results for record \(record)\n" + middle
                + "Reference annotator: \(reference)\n     Test annotator: \(test)\n\n"
        }
    }

    static func statistic(_ name: String, _ value: Proportion, _ format: String) -> String {
        let percent = value.percent.map { Column.number($0, format) + "%" } ?? "     - "
        return "\(name): \(percent) (\(value.numerator)/\(value.denominator))\n"
    }

    static func wholeStatistic(_ name: String, _ value: Proportion, _ fraction: String) -> String {
        let percent = Column.wholePercent(value).map { " " + Column.count($0, 3) + "%" } ?? "   - "
        return "\(name):\(percent) (\(fraction))\n"
    }
}
