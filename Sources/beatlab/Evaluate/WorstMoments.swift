import Scoring
import Training
import WFDB

/// The worst stretches of the records in which a model does worst, drawn.
struct WorstMoments {
    /// A drawing of a record.
    struct Chart {
        var record: RecordName
        var disagreements: Int
        var drawing: SVG
    }

    /// Seconds of a stretch.
    static let seconds = 10.0
    private let result: ModelEvaluation
    private let set: RecordSet

    init(_ result: ModelEvaluation, set: RecordSet) {
        self.result = result
        self.set = set
    }

    /// The records of lowest accuracy, the worst first, with their accuracies.
    func records(_ count: Int) -> [(index: Int, accuracy: Double)] {
        let all = result.evaluation.records.indices.compactMap { index in
            result.evaluation.records[index].matrix.accuracy.value.map { (index: index, accuracy: $0) }
        }
        return Array(all.sorted { $0.accuracy < $1.accuracy }.prefix(count))
    }

    /// The stretch with most disagreements of each of the worst records; records that cannot be drawn are left out.
    func charts(_ count: Int) -> [Chart] {
        records(count).compactMap { index, _ in
            let (name, pairs) = (result.records[index], result.pairs[index])
            let path = set.path(of: name)
            guard let reader = try? RecordReader(path: path),
                let moment = pairs.worstMoment(seconds: Self.seconds, sampleRate: reader.frameRate),
                let chart = try? StripChart(
                    path: path, title: "\(name): \(moment.disagreements) disagreements in 10 s", begin: moment.begin,
                    seconds: Self.seconds, pairs: pairs)
            else { return nil }
            return Chart(record: name, disagreements: moment.disagreements, drawing: chart.svg)
        }
    }
}
