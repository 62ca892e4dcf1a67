import Foundation
import WFDB

/// What a record holds, found by reading all of it.
struct RecordInspection {
    /// What is in one signal.
    struct SignalContent {
        var smallest = Float.infinity
        var largest = -Float.infinity
        var sum = 0.0
        var samples: Int64 = 0
        var missing: Int64 = 0

        mutating func add(_ value: Float) {
            samples += 1
            guard !value.isNaN else {
                missing += 1
                return
            }
            smallest = min(smallest, value)
            largest = max(largest, value)
            sum += Double(value)
        }

        var mean: Double { sum / Double(max(1, samples - missing)) }
    }

    /// The annotations of one file.
    struct Annotator {
        var name: String
        var annotations: [Annotation]
    }

    let path: String
    let header: Header
    let signals: [SignalDescription]
    private(set) var contents: [SignalContent]
    private(set) var frameCount: Int64 = 0
    private(set) var findings: [IntegrityFinding] = []
    /// Why reading ended before the end of the record; nil where it did not.
    private(set) var problem: WFDBError?
    let annotators: [Annotator]
    /// Why files that should be annotations could not be read.
    let unreadable: [WFDBError]

    /// Reads a record.
    ///
    /// Records without signal files are inspected as far as they are there.
    init(path: String, progress: (Int64, Int64?) -> Void) throws(WFDBError) {
        self.path = path
        header = try Header(path: path)
        (annotators, unreadable) = try Self.annotators(of: path, header: header)
        let reader: RecordReader
        do {
            reader = try RecordReader(path: path)
        } catch {
            signals = header.signals
            contents = header.signals.map { _ in .init() }
            problem = error
            return
        }
        signals = reader.signals
        contents = signals.map { _ in .init() }
        let owners = signals.indices.flatMap { Array(repeating: $0, count: signals[$0].samplesPerFrame) }
        var values: [Float] = []
        do {
            while case let frames = try reader.read(into: &values, maxFrames: 8_192), frames > 0 {
                for (index, value) in values.enumerated() { contents[owners[index % owners.count]].add(value) }
                frameCount += Int64(frames)
                progress(frameCount, reader.frameCount)
            }
        } catch {
            problem = error
        }
        findings = reader.findings
    }

    /// Suffixes that no annotator has.
    private static let otherSuffixes: Set = [
        "hea", "dat", "mat", "edf", "bdf", "csv", "svg", "png", "jpg", "pdf", "html", "txt", "xml", "json", "jsonl",
        "xws",
        "md5", "zip", "gz",
    ]

    /// The files beside the header that have its name and are annotations, and why others could not be read.
    private static func annotators(
        of path: String, header: Header
    ) throws(WFDBError) -> (found: [Annotator], unreadable: [WFDBError]) {
        if path.hasSuffix(".edf") || path.hasSuffix(".bdf") {
            let found = try EDFAnnotation.read(path: path).map { $0.annotation(frameRate: header.frameRate) }
            return (found.isEmpty ? [] : [Annotator(name: "EDF+", annotations: found)], [])
        }
        let url = URL(filePath: path.hasSuffix(".hea") ? String(path.dropLast(4)) : path)
        let folder = url.deletingLastPathComponent().path
        let prefix = url.lastPathComponent + "."
        let signalFiles = Set(header.signals.map(\.fileName))
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        var annotators: [Annotator] = []
        var unreadable: [WFDBError] = []
        for file in files.sorted() where file.hasPrefix(prefix) && !signalFiles.contains(file) {
            let name = String(file.dropFirst(prefix.count))
            guard !name.isEmpty, !name.contains("."), !otherSuffixes.contains(name) else { continue }
            do {
                let found = try Annotation.read(path: "\(folder)/\(file)", frameRate: header.frameRate)
                annotators.append(.init(name: name, annotations: found))
            } catch {
                unreadable.append(error)
            }
        }
        return (annotators, unreadable)
    }
}
