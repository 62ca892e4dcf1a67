import Foundation
import Testing
import WFDB

/// The hostile files of `fixtures/hostile`: an error that says where, or reading on with a warning; never a crash or a hang.
struct HostileFileTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "fixtures/hostile")

    private static func names(_ prefixes: [String], _ suffix: String) -> [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.filter { file in file.hasSuffix(suffix) && prefixes.contains { file.hasPrefix($0) } }
            .map { String($0.dropLast(suffix.count)) }.sorted()
    }

    /// What reading a whole record leads to, read in blocks and at most a million frames.
    private func reading(_ record: String) -> (frames: Int, reports: [String], error: String?) {
        var frames = 0
        var reports: [String] = []
        do {
            let reader = try RecordReader(path: Self.folder.appending(path: record).path)
            reports = reader.header.warnings.map(\.description)
            var values: [Float] = []
            while frames < 1_000_000 {
                let count = try reader.read(into: &values, maxFrames: 4096)
                guard count > 0 else { break }
                frames += count
            }
            reports += reader.findings.map(\.description)
            return (frames, reports, nil)
        } catch {
            return (frames, reports, "\(error)")
        }
    }

    /// Faults that are read over: frames that come out, and words of the warning (none where the form is legal).
    private static let readOver: [String: (frames: Int, warning: String?)] = [
        "header-checksum-wrong": (7200, "checksum 0 instead of 12345"),
        "header-gain-not-a-number": (3600, "the gain is no sensible number"),
        // An inverted amplifier: legal.
        "header-gain-negative": (3600, nil),
        "header-length-negative": (7200, "taken as unknown"),
        "header-length-overflows": (7200, "taken as unknown"),
        "header-line-oversized": (3600, nil),
        "header-name-differs": (3600, nil),
        "header-rate-infinite": (3600, "250.0 Hz assumed"),
        "header-rate-not-a-number": (3600, "250.0 Hz assumed"),
        "header-rate-zero": (3600, "250.0 Hz assumed"),
        // Annotations alone: legal.
        "header-without-signals": (0, nil),
        "header-with-nul": (3600, nil),
    ]

    /// Faults that are refused: words of the message.
    private static let refused: [String: String] = [
        "header-binary": "line 1", "header-empty": "no record line", "header-only-comments": "no record line",
        "header-fewer-lines-than-signals": "2 signals announced, 1 described",
        "header-file-missing": "not-there.dat: No such file", "header-format-missing": "signal 0 has no format",
        "header-format-unknown": "signal format 999 is unknown",
        "header-length-beyond-file": "ends after 7200 of the 4000000000 frames",
        "header-negative-signal-count": "-1 signals", "header-two-billion-signals": "2000000000 signals",
        "header-path-absolute": "/etc/passwd, which is not in the record's directory",
        "header-path-escapes": "../../../etc/passwd, which is not in the record's directory",
        "header-samples-per-frame-huge": "samples per frame must be",
        "header-segments-of-itself": "segments of segments",
        "signal-empty": "ends after 0 of the 3600 frames", "signal-truncated": "ends after 2500 of the 7200 frames",
        "signal-text-instead-of-binary": "ends after 3196 of the 3600 frames",
        "signal-flac-not-flac": "cannot be decoded at frame 0",
    ]

    @Test(arguments: names(["header-", "signal-"], ".hea"))
    func record_withAFault_isRefusedOrReadWithAWarning(name: String) throws {
        let (frames, reports, error) = reading(name)
        if let expected = Self.readOver[name] {
            #expect(error == nil)
            #expect(frames == expected.frames)
            if let words = expected.warning {
                #expect(reports.contains { $0.contains(words) }, "\(reports)")
            } else {
                #expect(reports.isEmpty)
            }
        } else {
            let words = try #require(Self.refused[name], "what this file must lead to stands nowhere")
            #expect(error?.contains(words) == true, "\(error ?? "no error")")
        }
    }

    /// Annotations that are read, and words of the error after them; nil where the file is legal.
    private static let annotationFiles: [String: (count: Int, error: String?)] = [
        "annotations-aux-past-the-end": (0, "the file ends inside AUX"),
        "annotations-code-undefined": (2, nil),
        "annotations-cut-in-a-word": (0, "the file ends"),
        "annotations-empty": (0, "the file ends without the word 0"),
        "annotations-skip-backwards": (2, nil),
        "annotations-skip-cut": (0, "the file ends"),
        "annotations-skip-far": (2, nil),
        "annotations-text": (12, "is this an annotation file"),
        "annotations-without-end": (1, "the file ends without the word 0"),
    ]

    @Test(arguments: names(["annotations-"], ".atr"))
    func annotations_withAFault_areReadUpToIt(name: String) throws {
        let expected = try #require(Self.annotationFiles[name], "what this file must lead to stands nowhere")
        var count = 0
        var message: String?
        do {
            var reader = try AnnotationReader(path: Self.folder.appending(path: name + ".atr").path)
            while try reader.next() != nil { count += 1 }
        } catch { message = "\(error)" }
        #expect(count == expected.count)
        if let words = expected.error {
            #expect(message?.contains(words) == true, "\(message ?? "no error")")
        } else {
            #expect(message == nil)
        }
    }

    @Test func hostileFiles_areThere() {
        #expect(Self.names(["header-", "signal-"], ".hea").count == Self.readOver.count + Self.refused.count)
        #expect(Self.names(["annotations-"], ".atr").count == Self.annotationFiles.count)
    }
}
