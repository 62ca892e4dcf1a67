import Foundation
import WFDB

/// The parser under test, named by the variable FUZZ: header, annotations or record.
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
    default: fatalError("FUZZ=\(target); there are header, annotations and record")
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
