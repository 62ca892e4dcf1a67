internal import Foundation
internal import Signal
internal import WFDB

/// The replay of a WFDB record, in real time, a multiple of it, or as fast as it goes.
///
/// A replay can wait: when the pipeline is busy it pauses, and no sample is lost. In real time it hands out 25 blocks a
/// second, each when its last sample is due.
final class RecordSource: Source {
    private let path: String
    private let speed: ReplaySpeed
    private let environment: SourceEnvironment

    init(path: String, speed: ReplaySpeed, _ environment: SourceEnvironment) {
        self.path = path
        self.speed = speed
        self.environment = environment
    }

    var isFinite: Bool { true }

    func open() throws(SourceError) { _ = try openRecord() }

    /// A record that the stages can take, and what it is.
    private func openRecord() throws(SourceError) -> (reader: RecordReader, opening: StreamOpening) {
        let reader: RecordReader
        do throws(WFDBError) {
            reader = try RecordReader(path: path)
        } catch {
            if case .unreadable = error { throw .noRecord(path, "\(error)") }
            throw .badRecord(path, "\(error)")
        }
        let rate = reader.frameRate
        guard StreamFormat.supportedRates.contains(rate) else {
            throw .unsupportedRecord(path, "\(rate) frames a second; 100 to 1000 are supported")
        }
        guard reader.valuesPerFrame == reader.signals.count else {
            throw .unsupportedRecord(path, "its signals have different rates; bring them to one rate first")
        }
        guard StreamFormat.supportedLeadCounts.contains(reader.signals.count) else {
            throw .unsupportedRecord(path, "\(reader.signals.count) signals; 1 to 12 are supported")
        }
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let leads = reader.signals.enumerated().map { $1.description.isEmpty ? "ECG\($0 + 1)" : $1.description }
        let format = StreamFormat(stream: environment.parameters.stream ?? name, sampleRate: rate, leads: leads)
        return (
            reader,
            StreamOpening(format: format, overrun: .wait, startMicroseconds: Self.start(of: reader.header))
        )
    }

    /// The record's own date and time, where the header has both; taken as UTC.
    private static func start(of header: Header) -> Int64? {
        guard let date = header.baseDate, let time = header.baseTime else { return nil }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let components = DateComponents(
            year: date.year, month: date.month, day: date.day, hour: time.hour, minute: time.minute,
            second: time.second)
        guard let day = calendar.date(from: components) else { return nil }
        return Int64(day.timeIntervalSince1970) * 1_000_000 + Int64(time.microsecond)
    }

    func run() async throws(SourceError) {
        let (reader, opening) = try openRecord()
        for warning in reader.header.warnings { environment.report(.badRecord(path, "header \(warning)")) }
        defer { for finding in reader.findings { environment.report(.badRecord(path, "\(finding)")) } }
        let inlet = environment.open(opening)
        let leadCount = opening.format.leads.count
        let rate = opening.format.sampleRate
        let framesPerBlock = speed == .max ? 1024 : max(1, Int(rate / 25))
        let start = ContinuousClock.now
        var values: [Float] = []
        var frame = reader.position
        while !Task.isCancelled {
            let count: Int
            do throws(WFDBError) {
                count = try reader.read(into: &values, maxFrames: framesPerBlock)
            } catch {
                inlet.end(.failed("\(error)"), rejections: Rejections())
                throw .badRecord(path, "\(error)")
            }
            guard count > 0 else { return inlet.end(.recordEnded, rejections: Rejections()) }
            if case .times(let factor) = speed {
                let due = start + .seconds(Double(frame + Int64(count)) / rate / factor)
                // Cancelled while asleep: the loop sees it.
                try? await Task.sleep(until: due, clock: .continuous)
                if Task.isCancelled { break }
            }
            let block = SampleBlock(firstFrame: frame, leadCount: leadCount, values: values)
            frame += Int64(count)
            if inlet.take(.block(block)) == .wait {
                await withCheckedContinuation { continuation in inlet.whenReady { continuation.resume() } }
            }
        }
        inlet.end(.stopped, rejections: Rejections())
    }
}
