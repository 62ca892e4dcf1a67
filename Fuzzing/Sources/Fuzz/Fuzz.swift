import Acquisition
import Foundation
import Inference
import Signal
import WFDB

/// The parser under test, named by the variable FUZZ: header, annotations, record, samples or model.
private let target = ProcessInfo.processInfo.environment["FUZZ"] ?? "header"

/// What libFuzzer calls with each input.
///
/// An input must lead to values or to a typed error. A trap, a hang or memory beyond `-rss_limit_mb` is a finding; libFuzzer writes the
/// input that led to it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    switch target {
    case "header": _ = try? Header(parsing: bytes, name: "fuzz")
    case "annotations": readAnnotations(bytes)
    case "record": readRecord(bytes)
    case "samples": readSamples(bytes)
    case "model": _ = try? Safetensors(bytes: bytes)
    default: fatalError("FUZZ=\(target); there are header, annotations, record, samples and model")
    }
    return 0
}

private func readAnnotations(_ bytes: [UInt8]) {
    var reader = AnnotationReader(bytes: bytes, name: "fuzz")
    while let annotation = try? reader.next() { _ = annotation }
}

/// A header up to the first NUL, then the bytes of `fuzz.dat`.
private func readRecord(_ bytes: [UInt8]) {
    let folder = FileManager.default.temporaryDirectory.appending(path: "fuzz-\(getpid())")
    try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let end = bytes.firstIndex(of: 0) ?? bytes.count
    try? Data(bytes[..<end]).write(to: folder.appending(path: "fuzz.hea"))
    try? Data(bytes[min(end + 1, bytes.count)...]).write(to: folder.appending(path: "fuzz.dat"))
    guard let reader = try? RecordReader(path: folder.appending(path: "fuzz").path) else { return }
    var values: [Float] = []
    var frames = 0
    // Headers may promise more missing segments than anybody wants to wait for.
    while frames < 100_000, let count = try? reader.read(into: &values, maxFrames: 1024), count > 0 { frames += count }
}

/// A stream of samples whole, and in pieces as long as the first byte says; both must give the same frames.
private func readSamples(_ bytes: [UInt8]) {
    guard let first = bytes.first else { return }
    let stream = Array(bytes.dropFirst())
    let flags = StreamParameters(sampleRate: 360, leads: ["I", "II"], encoding: first & 1 == 0 ? .csv : nil, gain: 200)
    let (whole, pieces) = (decode(stream, stream.count, flags), decode(stream, Int(first) + 1, flags))
    precondition(whole.frames == pieces.frames, "\(whole.frames) frames in one piece, \(pieces.frames) in more")
    precondition(whole.sum == pieces.sum, "the frames depend on the cut")
}

/// Number of frames that a stream gives, and a sum over all their bits.
private func decode(_ bytes: [UInt8], _ piece: Int, _ flags: StreamParameters) -> (frames: Int, sum: UInt64) {
    var decoder = StreamDecoder(parameters: flags, name: "fuzz")
    var (frames, sum) = (0, UInt64(0))
    func take(_ item: StreamItem) {
        guard case .block(let block) = item else { return }
        frames += block.frameCount
        for value in block.values { sum = sum &* 31 &+ UInt64(value.isNaN ? 0 : value.bitPattern) }
    }
    do {
        for start in stride(from: 0, to: bytes.count, by: max(1, piece)) {
            try bytes[start..<min(start + piece, bytes.count)].withUnsafeBytes { try decoder.consume($0, emit: take) }
        }
        try decoder.finish(emit: take)
    } catch {}
    return (frames, sum)
}
