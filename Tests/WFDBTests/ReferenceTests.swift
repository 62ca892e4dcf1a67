import Foundation
import Testing
import WFDB

/// Every record of the real recordings, signal by signal, against what wfdb (PyPI) read (Reference/signals.py).
@Suite struct ReferenceTests {
    /// Signals whose header checksum is not that of the samples, as published.
    static let knownMismatches: Set<String> = ["wfdb-formats/03700181 2"]

    struct Expected {
        var samples: Int
        var adc: UInt32?
        var physical: UInt32
    }

    static func reference() throws -> [String: [Expected]] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Reference/signals.txt")
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
                    #expect(Self.knownMismatches.contains("\(name) \(finding.signal)"), "\(finding)")
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
}
