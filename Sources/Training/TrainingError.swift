/// Why training or evaluation could not go on.
public enum TrainingError: Error, Sendable, CustomStringConvertible {
    /// A set of records that does not exist.
    case noSuchSet(String, folder: String, known: [String])
    /// A database has no list of rhythms.
    case noRhythms(file: String)
    /// A record is not what it should be.
    case record(String, reason: String)
    /// A record could not be read or scored.
    case unusable(String, cause: any Error)
    /// There is no such configuration, or it may not be read.
    case noConfiguration(file: String)
    /// A configuration makes no sense.
    case configuration(file: String, reason: String)
    /// A configuration has a key that nothing reads.
    case unknownKeys(file: String, keys: [String], known: [String])
    /// A value of a configuration is outside its range.
    case setting(key: String, value: String, allowed: String)
    /// A checkpoint, or a model beside it, does not fit.
    case checkpoint(file: String, reason: String)
    /// Nothing to learn from.
    case noBeats(sets: [String])
    /// Paced beats or others are missing from what the evidence of a pacemaker is fitted to.
    case pacing(records: [RecordName], paced: Int, others: Int)
    /// The loss is no number any more.
    case diverged(step: Int, loss: Float)

    /// What, where and the way on.
    public var description: String {
        switch self {
        case .noSuchSet(let set, let folder, let known):
            "no records '\(set)' in \(folder): name one of \(known.joined(separator: ", ")), or set BEATD_DATA"
        case .noRhythms(let file):
            "\(file): cannot be read: rhythm_records names databases that have it, rhythm_records=[] does without"
        case .record(let path, let reason): "record \(path) cannot be used: \(reason)"
        case .unusable(let path, let cause): "record \(path) cannot be used: \(cause)"
        case .noConfiguration(let file): "\(file): cannot be read: is the path right?"
        case .configuration(let file, let reason): "\(file): \(reason)"
        case .unknownKeys(let file, let keys, let known):
            "\(file): unknown \(keys.count == 1 ? "key" : "keys") \(keys.joined(separator: ", ")); known are "
                + known.joined(separator: ", ")
        case .setting(let key, let value, let allowed): "\(key) is \(value), allowed is \(allowed)"
        case .checkpoint(let file, let reason): "\(file): \(reason)"
        case .noBeats(let sets):
            sets.isEmpty
                ? "no records to learn from: records=[ds1] names some"
                : "no labelled beats in \(sets.joined(separator: ", "))"
        case .pacing(let records, let paced, let others):
            "\(paced) paced beats and \(others) others with evidence of a pacemaker in "
                + (records.isEmpty ? "no records" : records.map(\.description).joined(separator: ", "))
                + ": both kinds are needed, at 240 Hz or more; name more records"
        case .diverged(let step, let loss):
            "the loss became \(loss) at step \(step): lower optimizer.learning_rate or optimizer.clip"
        }
    }
}
