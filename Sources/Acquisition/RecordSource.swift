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

    /// A record that the stages can take, its leads, and what it is.
    private func openRecord() throws(SourceError) -> (reader: RecordReader, leads: LeadColumns, opening: StreamOpening)
    {
        let reader: RecordReader
        do throws(WFDBError) {
            reader = try RecordReader(path: path)
        } catch {
            if case .unreadable = error { throw .noRecord(path, "\(error)") }
            throw .badRecord(path, "\(error)")
        }
        guard let leads = LeadColumns(of: reader.signals, most: StreamFormat.supportedLeadCounts.upperBound) else {
            throw .unsupportedRecord(path, "it has no signals")
        }
        let rate = reader.frameRate * Double(leads.samplesPerFrame)
        guard StreamFormat.supportedRates.contains(rate) else {
            throw .unsupportedRecord(path, "\(rate) samples a second; 100 to 1000 are supported")
        }
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let format = StreamFormat(stream: environment.parameters.stream ?? name, sampleRate: rate, leads: leads.names)
        return (
            reader, leads,
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

    /// What is no ECG lead, for people; nil where all signals are leads.
    private static func note(on leads: LeadColumns, of reader: RecordReader) -> String? {
        guard leads.areVoltages else { return "no signal is a voltage; all are taken as mV" }
        let others = leads.leftOut.map { reader.signals[$0] }.map { signal in
            "\(signal.description) (\(signal.units), \(reader.frameRate * Double(signal.samplesPerFrame)) Hz)"
        }
        return others.isEmpty ? nil : "not among the leads: " + others.joined(separator: ", ")
    }

    func run() async throws(SourceError) {
        let (reader, leads, opening) = try openRecord()
        for warning in reader.header.warnings { environment.report(.badRecord(path, "header \(warning)")) }
        if let note = Self.note(on: leads, of: reader) { environment.report(.badRecord(path, note)) }
        defer { for finding in reader.findings { environment.report(.badRecord(path, "\(finding)")) } }
        let inlet = environment.open(opening)
        let leadCount = opening.format.leads.count
        let rate = opening.format.sampleRate
        let framesPerBlock = speed == .max ? 1024 : max(1, Int(reader.frameRate / 25))
        let start = ContinuousClock.now
        var frames: [Float] = []
        var values: [Float] = []
        var frame = reader.position * Int64(leads.samplesPerFrame)
        while !Task.isCancelled {
            let count: Int
            do throws(WFDBError) {
                count = try reader.read(into: &frames, maxFrames: framesPerBlock) * leads.samplesPerFrame
            } catch {
                inlet.end(.failed("\(error)"), rejections: Rejections())
                throw .badRecord(path, "\(error)")
            }
            guard count > 0 else { return inlet.end(.recordEnded, rejections: Rejections()) }
            leads.gather(frames, into: &values)
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
