import Acquisition
import Foundation
import Inference
import WFDB

/// The parser under test, named by the variable FUZZ: header, annotations, record, model or stream.
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
    case "model": _ = try? Safetensors(bytes: bytes)
    case "stream": decodeStream(bytes)
    default: fatalError("FUZZ=\(target); there are header, annotations, record, model and stream")
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

private func decodeStream(_ bytes: [UInt8]) {
    var decoder = StreamDecoder(parameters: StreamParameters(), name: "fuzz")
    // The first byte decides how the rest is cut.
    let piece = max(1, Int(bytes.first ?? 1))
    do {
        for start in stride(from: 1, to: bytes.count, by: piece) {
            try bytes[start..<min(start + piece, bytes.count)].withUnsafeBytes { try decoder.consume($0) { _ in } }
        }
        try decoder.finish { _ in }
    } catch {}
}
