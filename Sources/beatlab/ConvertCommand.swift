import ArgumentParser
import Files
import Foundation
import WFDB

/// Converts a record between WFDB, EDF and CSV.
struct ConvertCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert",
        abstract: "Convert a record between WFDB, EDF and CSV.",
        discussion: """
            The suffixes say what is what: .edf and .csv, .bdf as input; anything else is a WFDB record, with or without .hea. \
            ADC values, gains, baselines, missing samples and annotations go over unchanged wherever the output can hold them; \
            what it cannot hold is said on stderr.

            CSV has a first line of names with units, time_s first; an empty field is a missing sample. With --bare it has \
            neither names nor times, which is what `beatd run --encoding csv` takes.

            beatlab convert mitdb/100 100.edf
            beatlab convert mitdb/100 /tmp/part --from 5:00 --to 6:00 --format 16
            beatlab convert ward.csv ward --rate 250
            """)

    @Argument(help: "The record to read: a WFDB record, an EDF or BDF file, a CSV file.")
    var input: String

    @Argument(help: "The record to write.")
    var output: String

    @Option(
        help:
            "Signal format of WFDB output: 16, 24, 32, 212, 508, 516 or 524. Default: the source's, where it can be written."
    )
    var format: Int?

    @Option(help: "Begin at this time of the record (s, m:s or h:m:s).")
    var from: TimeArgument?

    @Option(help: "End at this time.")
    var to: TimeArgument?

    @Option(help: "Frames per second of CSV input; goes before what a column time_s says.")
    var rate: Double?

    @Option(help: "Annotations to convert with the record; none leaves them out. Default: atr, where there are any.")
    var annotator: String?

    @Flag(help: "Write CSV without names and times.")
    var bare = false

    func validate() throws {
        if let format {
            let known = [16, 24, 32, 212, 508, 516, 524]
            guard known.contains(format) else {
                throw ValidationError(
                    "format \(format) cannot be written; use one of \(known.map(String.init).joined(separator: " "))")
            }
        }
        if let rate, !(rate > 0 && rate < 1e9) { throw ValidationError("--rate must be a positive number of Hz") }
        if let from, let to, to.seconds <= from.seconds { throw ValidationError("--to must be later than --from") }
        guard !output.hasSuffix(".bdf") else { throw ValidationError("BDF can be read, not written; use .edf") }
        guard !["hea", "dat"].contains(annotator) else {
            throw ValidationError("--annotator names annotations, and \(annotator ?? "") files of the record's own")
        }
        guard input != output else { throw ValidationError("input and output are the same") }
    }

    func run() throws {
        var conversion = RecordConversion(input: input, output: output)
        conversion.format = format.flatMap(SignalFormat.init(rawValue:))
        conversion.csvRate = rate
        conversion.isBareCSV = bare
        if from != nil || to != nil { conversion.seconds = (from?.seconds ?? 0)..<(to?.seconds ?? .infinity) }
        if let read = annotationInput.flatMap(FileIdentity.init), let annotationOutput,
            FileIdentity(annotationOutput) == read
        {
            throw WFDBError.overwritesInput(path: annotationOutput)
        }
        let annotations = try readAnnotations()
        conversion.annotations = annotations ?? []
        let progress = ProgressLine("converting", count: 1_000)
        let report = try conversion.run { done, total in
            if let total, total > 0 { progress.update(Int(done * 1_000 / total)) }
        }
        progress.finish()
        if let annotations, let annotationOutput { try write(annotations, report, to: annotationOutput) }
        report.notes.forEach(note)
        print("\(output): \(report.frameCount) frames at \(report.frameRate) Hz, \(report.signals.count) signals")
    }

    private func note(_ text: String) { tell("beatlab: note: \(text)") }

    /// The annotation file of a WFDB record; nil where the record is none or its annotations are not wanted.
    private var annotationInput: String? {
        guard annotator != "none", ![".csv", ".edf", ".bdf"].contains(where: input.hasSuffix) else { return nil }
        return "\(input.hasSuffix(".hea") ? String(input.dropLast(4)) : input).\(annotator ?? "atr")"
    }

    /// The annotation file beside the output; nil for EDF, which holds annotations itself.
    private var annotationOutput: String? {
        guard !output.hasSuffix(".edf") else { return nil }
        let name = annotator ?? "atr"
        guard !output.hasSuffix(".csv") else { return "\(output.dropLast(4)).\(name).csv" }
        return "\(output.hasSuffix(".hea") ? String(output.dropLast(4)) : output).\(name)"
    }

    /// The source's annotations; nil where there are none to convert.
    private func readAnnotations() throws -> [Annotation]? {
        guard annotator != "none" else { return nil }
        if input.hasSuffix(".edf") || input.hasSuffix(".bdf") {
            let rate = try Header(path: input).frameRate
            let read = try EDFAnnotations(path: input)
            if read.malformedCount > 0 {
                note("\(read.malformedCount) lists of annotations make no sense and are left out")
            }
            let durations = read.annotations.count { $0.duration ?? 0 > 0 }
            if durations > 0 { note("\(durations) annotations have a duration, which is left out") }
            let long = read.annotations.count { $0.text.utf8.count > 255 }
            if long > 0 { note("\(long) annotations have a text of more than 255 bytes, which is cut") }
            let found = read.annotations.map { $0.annotation(frameRate: rate) }
            return found.isEmpty ? nil : found
        }
        guard let path = annotationInput, annotator != nil || FileManager.default.fileExists(atPath: path) else {
            return nil
        }
        let header = try Header(path: input)
        if let resolution = AnnotationDefinitions(in: try Annotation.read(path: path)).timeResolution,
            resolution != header.frameRate
        {
            note("times of annotations, in units of 1/\(RecordInspection.number(resolution)) s, are rounded to frames")
        }
        return try Annotation.read(path: path, frameRate: header.frameRate)
    }

    /// Writes the annotations beside WFDB or CSV output, times counted from its first frame.
    private func write(_ annotations: [Annotation], _ report: RecordConversion.Report, to path: String) throws {
        let kept = annotations.compactMap { annotation -> Annotation? in
            guard from == nil && to == nil || annotation.sample >= report.firstFrame,
                to == nil || annotation.sample < report.firstFrame + report.frameCount
            else { return nil }
            var moved = annotation
            moved.sample -= report.firstFrame
            return moved
        }
        if output.hasSuffix(".csv") {
            let lines = kept.map { annotation in
                let text = annotation.auxText.replacingOccurrences(of: "\"", with: "\"\"")
                return
                    "\(annotation.sample),\(annotation.code.mnemonic == "\"" ? "\"\"\"\"" : annotation.code.mnemonic),"
                    + "\(annotation.subtype),\(annotation.channel),\(annotation.number),\"\(text)\"\n"
            }
            try OutputFile.write("sample,code,subtype,channel,number,aux\n" + lines.joined(), to: path)
        } else {
            try Annotation.write(kept, path: path)
        }
    }
}
