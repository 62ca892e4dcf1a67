import Foundation
import Testing

@testable import WFDB

/// Mutated inputs: no crash, no hang, no more memory than `RecordReader` states; what is wrong is a `WFDBError`.
///
/// `BEATD_FUZZ=20` runs twenty times as many inputs, with other seeds after the first round.
@Suite(.serialized) struct FuzzTests {
    static let rounds = Int(ProcessInfo.processInfo.environment["BEATD_FUZZ"] ?? "1") ?? 1

    /// Runs a body on many mutations; nothing but `WFDBError` may come out, and none computes for two seconds.
    static func fuzz(_ name: String, count: Int, seed: UInt64, _ body: (inout Mutator) throws -> Void) {
        var errors = 0
        var slowest = 0.0
        for index in 0..<count * rounds {
            var mutator = Mutator(seed: seed &* 1_000_000_007 &+ UInt64(index))
            let begin = processorSeconds
            do {
                try body(&mutator)
            } catch is WFDBError {
                errors += 1
            } catch {
                Issue.record("\(name), seed \(seed), input \(index): \(error)")
            }
            slowest = max(slowest, processorSeconds - begin)
        }
        #expect(slowest < 2, "\(name): an input took \(slowest) s")
        // Mutations that are never noticed would mean that nothing is checked.
        #expect(errors > 0, "\(name)")
        if rounds > 1 { print("\(name): \(count * rounds) inputs, \(errors) errors, slowest \(slowest) s") }
    }

    /// Time that this thread has computed; waiting for a busy machine does not count.
    static var processorSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    static let headers: [[UInt8]] = [
        "100 2 360 650000\n100.dat 212 200 11 1024 995 -22131 0 MLII\n100.dat 212 200 11 1024 1011 20052 0 V5\n# 69 M\n",
        "m 3 62.4725/999.56(3) 14400 17:27:45.757 15/08/1994\r\ne.dat 516x4 200/mV 14 8192 0 24460 0 II\r\n"
            + "p.dat 212:4+24 16(800)/mmHg 12 2048 0 49347 0 ABP\r\n~ 0 1 0 0 0 0 0 none\r\n",
        "s/4 3 125 100 10:44:18.529 04/05/2704\nlayout 0\n~ 20\na 30\nb 50\n# <age>: ?? <sex>: ?\n",
        "E1.mat 2 500 5000 05-May-2020 14:50:55\nE1.mat 16+24 4880/mV 16 0 136 -28477 0 I\nE1.mat 16+24 4880/mV\n",
    ].map { Array($0.utf8) }

    @Test func header_mutated_isReadOrRefused() {
        Self.fuzz("headers", count: 100_000, seed: 1) { mutator in
            let bytes = mutator.mutated(Self.headers[mutator.below(Self.headers.count)])
            let header = try Header(parsing: bytes, name: "fuzz")
            // What was read can be written and read again.
            let again = try Header(parsing: Array(header.text.utf8), name: "fuzz")
            #expect(again.signals.count == header.signals.count)
            #expect(again.frameCount == header.frameCount)
        }
    }

    static func annotations() throws -> [UInt8] {
        var encoder = AnnotationEncoder()
        var bytes: [UInt8] = []
        for index in 0..<40 {
            let annotation = Annotation(
                sample: Int64(index * 300 + (index == 20 ? 5_000_000_000 : 0)),
                code: AnnotationCode(rawValue: UInt8(index % 42)), subtype: Int8(index % 5 - 2),
                channel: UInt8(index / 10), number: Int8(index / 8 - 2), aux: Array("(AFIB\0".utf8.prefix(index % 7)))
            try encoder.encode(annotation, into: &bytes)
        }
        return bytes + AnnotationEncoder.ending
    }

    @Test func annotations_mutated_areReadOrRefused() throws {
        let seed = try Self.annotations()
        Self.fuzz("annotations", count: 100_000, seed: 2) { mutator in
            let bytes = mutator.mutated(seed)
            var reader = AnnotationReader(bytes: bytes, name: "fuzz")
            var read: [Annotation] = []
            while let annotation = try reader.next() { read.append(annotation) }
            var encoder = AnnotationEncoder()
            var written: [UInt8] = []
            for annotation in read where annotation.code.rawValue <= AnnotationCode.largest {
                try encoder.encode(annotation, into: &written)
            }
            var again = AnnotationReader(bytes: written + AnnotationEncoder.ending, name: "fuzz")
            for annotation in read where annotation.code.rawValue <= AnnotationCode.largest {
                #expect(try again.next() == annotation)
            }
        }
    }

    /// Reads everything, jumps about and reads again.
    static func exercise(_ path: String, _ mutator: inout Mutator) throws {
        let reader = try RecordReader(path: path)
        var values: [Float] = []
        var frames = 0
        while case let count = try reader.read(into: &values, maxFrames: 1 + mutator.below(500)), count > 0 {
            frames += count
            #expect(values.count == count * reader.valuesPerFrame)
            if frames > 200_000 { break }
        }
        if frames > 0 { try reader.seek(toFrame: Int64(mutator.below(frames))) }
        var raw: [Int32] = []
        _ = try reader.readRaw(into: &raw, maxFrames: 100)
    }

    @Test(arguments: SignalFormat.allCases.filter { $0 != .null })
    func record_mutated_isReadOrRefused(format: SignalFormat) throws {
        let folder = try TemporaryFolder()
        var mutator = Mutator(seed: UInt64(format.rawValue))
        let path = folder.file("f")
        var data = (0..<2_000).map { _ in UInt8(truncatingIfNeeded: mutator.next()) }
        let width = format.isCompressed ? 2 : 1
        var header = """
            f 2 250 300
            f.dat \(format.rawValue)x\(width) 200(3)/mV 12 0 5 77 0 I
            f.dat \(format.rawValue)\(format.isCompressed ? "x2" : ":3") 100/uV 12 0 -5 99 0 II

            """
        if format.isCompressed {
            let signals = ["I", "II"].map {
                SignalDescription(fileName: "f.dat", format: format, samplesPerFrame: 2, description: $0)
            }
            let writer = try RecordWriter(path: path, header: Header(name: "f", signals: signals, frameRate: 250))
            try writer.writeRaw(RecordWriterTests.samples(4 * 300, in: -100...100))
            header = try writer.close().text
            data = [UInt8](try Data(contentsOf: URL(filePath: folder.file("f.dat"))))
        }
        let text = Array(header.utf8)
        Self.fuzz(
            "format \(format.rawValue)", count: format.isCompressed ? 3_000 : 1_500, seed: UInt64(format.rawValue)
        ) {
            mutator in
            let both = mutator.below(4) == 0
            try folder.write(both ? mutator.mutated(text) : text, to: "f.hea")
            try folder.write(mutator.mutated(data), to: "f.dat")
            try Self.exercise(path, &mutator)
        }
    }

    @Test func multiSegmentRecord_mutated_isReadOrRefused() throws {
        let folder = try TemporaryFolder()
        try folder.write(Array("a 1 125 30\na.dat 80 86/mV 8 0 -24 0 0 II\n".utf8), to: "a.hea")
        try folder.write([UInt8](repeating: 120, count: 30), to: "a.dat")
        try folder.write(
            Array("b 2 125 50\na.dat 80 1/mmHg 8 0 0 0 0 ABP\na.dat 80 9/mV 8 0 0 0 0 II\n".utf8), to: "b.hea")
        try folder.write(
            Array("layout 2 125 0\n~ 0 86/mV 11 0 0 0 0 II\n~ 0 1/mmHg 9 0 0 0 0 ABP\n".utf8), to: "layout.hea")
        let master = Array("s/4 2 125 95\nlayout 0\n~ 20\na 30\nb 15\na 30\n".utf8)
        Self.fuzz("segments", count: 5_000, seed: 4) { mutator in
            try folder.write(mutator.mutated(master), to: "s.hea")
            try Self.exercise(folder.file("s"), &mutator)
        }
    }

    @Test func edf_mutated_isReadOrRefused() throws {
        let folder = try TemporaryFolder()
        let signals = [
            SignalDescription(fileName: "-", format: .int16, samplesPerFrame: 2, gain: 200, description: "I"),
            SignalDescription(fileName: "-", format: .int16, gain: 100, units: "mmHg", description: "ABP"),
        ]
        var header = Header(name: "e", signals: signals, frameRate: 50)
        header.frameCount = 200
        let writer = try EDFWriter(
            path: folder.file("e.edf"), header: header, ranges: [-200...200, -200...200],
            annotations: [Annotation(sample: 20, code: .normal), Annotation(sample: 70, code: .pvc)])
        try writer.write(RecordWriterTests.samples(600, in: -200...200))
        try writer.close()
        let data = [UInt8](try Data(contentsOf: URL(filePath: folder.file("e.edf"))))
        Self.fuzz("edf", count: 10_000, seed: 5) { mutator in
            // Half of the faults go into the header, most of which would otherwise be spared.
            var bytes = data
            if mutator.below(2) == 0 {
                let place = mutator.below(1_024)
                bytes[place] = [0x20, 0x30, 0x39, 0x2D, 0x2E, 0xFF, 0, 0x45][mutator.below(8)]
            } else {
                bytes = mutator.mutated(data)
            }
            try folder.write(bytes, to: "x.edf")
            try Self.exercise(folder.file("x.edf"), &mutator)
            _ = try EDFAnnotation.read(path: folder.file("x.edf"))
        }
    }

    @Test func csv_mutated_isReadOrRefused() throws {
        let folder = try TemporaryFolder()
        let text = Array("# x\ntime_s,II (mV),\"ABP (mmHg)\"\n0,0.1,80\n0.004,0.2,!\n0.008,,82\n0.012,-1e-3,NaN\n".utf8)
        Self.fuzz("csv", count: 10_000, seed: 6) { mutator in
            try folder.write(mutator.mutated(text), to: "x.csv")
            let reader = try CSVReader(path: folder.file("x.csv"))
            var values: [Float] = []
            while try reader.read(into: &values, maxFrames: 2) > 0 {}
        }
    }

    /// Peak memory of the whole test process, which the other tests' records share.
    @Test func memory_afterAllInputs_staysBounded() throws {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
        let kilobytes = try #require(Int(line.split(whereSeparator: { $0 == " " || $0 == "\t" })[1]))
        if Self.rounds > 1 { print("peak memory \(kilobytes / 1_024) MB") }
        #expect(kilobytes < 1_024 * 1_024)
    }
}
