import Foundation
import RealRecordings
import Testing
import WFDB

/// Every record of the real recordings, signal by signal, against what wfdb (PyPI) read (Reference/signals.py).
@Suite struct ReferenceTests {
    struct Expected {
        var samples: Int
        var adc: UInt32?
        var physical: UInt32
    }

    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Reference")

    static func reference(_ name: String = "signals.txt") throws -> [String: [Expected]] {
        let file = folder.appending(path: name)
        var records: [String: [Expected]] = [:]
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
            let fields = line.split(separator: " ")
            let expected = Expected(
                samples: try #require(Int(fields[2])), adc: UInt32(fields[3], radix: 16),
                physical: try #require(UInt32(fields[4], radix: 16)))
            records[String(fields[0]), default: []].append(expected)
        }
        return records
    }

    /// The number of samples of every signal and their CRC, from the 32-bit words that `next` puts in its buffer.
    static func checksums(
        _ reader: RecordReader, next: (inout [UInt32]) throws -> Int
    ) rethrows -> [(samples: Int, crc: UInt32)] {
        var results = reader.signals.map { _ in (samples: 0, crc: CRC32()) }
        var words: [UInt32] = []
        while true {
            let frames = try next(&words)
            if frames == 0 { break }
            words.withUnsafeBufferPointer { buffer in
                guard var base = buffer.baseAddress else { return }
                for (index, signal) in reader.signals.enumerated() {
                    let width = signal.samplesPerFrame
                    results[index].crc.append(base, groups: frames, width: width, stride: reader.valuesPerFrame)
                    results[index].samples += frames * width
                    base += width
                }
            }
        }
        return results.map { ($0.samples, $0.crc.value) }
    }

    static func physical(_ reader: RecordReader, frames: Int) throws -> [(samples: Int, crc: UInt32)] {
        var values: [Float] = []
        return try checksums(reader) { words in
            let count = try reader.read(into: &values, maxFrames: frames)
            words = values.map { $0.isNaN ? 0x7FC0_0000 : $0.bitPattern }
            return count
        }
    }

    static func adc(_ reader: RecordReader, frames: Int) throws -> [(samples: Int, crc: UInt32)] {
        var values: [Int32] = []
        return try checksums(reader) { words in
            let count = try reader.readRaw(into: &values, maxFrames: frames)
            words = values.map { UInt32(bitPattern: $0) }
            return count
        }
    }

    @Test(
        .needsRealRecordings,
        arguments: [
            ("mitdb", 0), ("svdb", 0), ("nstdb", 0), ("cinc2017", 75), ("cinc2020", 0), ("wfdb-formats", 0),
        ])
    func read_everyRecord_equalsWFDB(folder: String, wrongInitialValues: Int) throws {
        let reference = try Self.reference().filter { $0.key.hasPrefix(folder + "/") }
        #expect(!reference.isEmpty)
        var initialValues = 0
        for (name, expected) in reference.sorted(by: { $0.key < $1.key }) {
            let path = try RealRecordings.path(name)
            let reader = try RecordReader(path: path)
            let physical = try Self.physical(reader, frames: 1_000)
            #expect(physical.map(\.samples) == expected.map(\.samples), "\(name)")
            #expect(physical.map(\.crc) == expected.map(\.physical), "\(name): physical values")
            for finding in reader.findings {
                if case .initialValue = finding.kind {
                    initialValues += 1
                } else {
                    Issue.record("\(finding)")
                }
            }
            guard expected.allSatisfy({ $0.adc != nil }) else { continue }
            let adc = try Self.adc(RecordReader(path: path), frames: 777)
            #expect(adc.map(\.crc) == expected.map(\.adc), "\(name): ADC values")
        }
        // Many headers of CinC 2017 keep the first value of the longer recording that theirs was cut from.
        #expect(initialValues == wrongInitialValues)
    }

    @Test(.needsRealRecordings) func reference_coversEveryRecord() throws {
        let reference = try Self.reference()
        let withoutSignalFiles: Set<String> = [
            "wfdb-formats/1003", "wfdb-formats/12726", "wfdb-formats/s25047/3234460_layout",
        ]
        let root = try #require(RealRecordings.folder)
        let all = try FileManager.default.subpathsOfDirectory(atPath: root).filter { $0.hasSuffix(".hea") }
            .map { String($0.dropLast(4)) }
        #expect(Set(all).subtracting(withoutSignalFiles) == Set(reference.keys))
    }

    /// Every uncompressed format, two sample rates in a file and a byte offset, on random bytes.
    @Test func read_everyFormat_equalsWFDB() throws {
        let reference = try Self.reference("formats.txt")
        #expect(reference.count == 10)
        for (name, expected) in reference {
            let path = Self.folder.appending(path: "formats/" + name).path
            let adc = try Self.adc(RecordReader(path: path), frames: 10)
            #expect(adc.map(\.samples) == expected.map(\.samples), "\(name)")
            #expect(adc.map(\.crc) == expected.map(\.adc), "\(name): ADC values")
            let physical = try Self.physical(RecordReader(path: path), frames: 1_000)
            #expect(physical.map(\.crc) == expected.map(\.physical), "\(name): physical values")
        }
    }

    static let layouts = [
        "wfdb-formats/03700181", "wfdb-formats/041s/041s", "wfdb-formats/100_3chan", "wfdb-formats/310derive",
        "wfdb-formats/a103l", "wfdb-formats/flacformats", "wfdb-formats/mixedsignals", "wfdb-formats/s0010_re",
        "wfdb-formats/s25047/s25047-2704-05-04-10-44", "formats/f8", "formats/f24", "formats/f311",
    ]

    @Test(.needsRealRecordings, arguments: layouts)
    func seek_anyFrame_sameAsReadingOn(name: String) throws {
        let own = Self.folder.appending(path: name).path
        let path = name.hasPrefix("formats/") ? own : try RealRecordings.path(name)
        let reader = try RecordReader(path: path)
        let length = try #require(reader.frameCount)
        var mutator = Mutator(seed: 7)
        // Frames at places all over, from one reading from start to end.
        let places = ([0, Int(length) - 1] + (0..<30).map { _ in mutator.below(Int(length)) }).sorted()
        var expected: [Int: [UInt32]] = [:]
        var values: [Float] = []
        var start = 0
        while case let count = try reader.read(into: &values, maxFrames: 4_096), count > 0 {
            let width = reader.valuesPerFrame
            for place in places where place >= start && place < start + count {
                expected[place] = values[(place - start) * width..<(place - start + 1) * width].map(\.bitPattern)
            }
            start += count
        }
        #expect(start == Int(length))
        for place in places.reversed() + places {
            try reader.seek(toTime: Double(place) / reader.frameRate)
            #expect(reader.position == Int64(place))
            #expect(try reader.read(into: &values, maxFrames: 1) == 1)
            #expect(values.map(\.bitPattern) == expected[place], "frame \(place)")
        }
        try reader.seek(toFrame: length)
        #expect(try reader.read(into: &values, maxFrames: 1) == 0)
        #expect(throws: WFDBError.outOfRange(frame: length + 1, frameCount: length)) {
            try reader.seek(toFrame: length + 1)
        }
    }
}
