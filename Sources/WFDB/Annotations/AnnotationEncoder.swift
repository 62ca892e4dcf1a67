/// Turns annotations into the bytes of MIT format, as `putann` of the WFDB library does.
///
/// The state is what the format carries from one annotation to the next: time, CHN and NUM.
public struct AnnotationEncoder: Sendable {
    private var time: Int64 = 0
    private var channel: UInt8 = 0
    private var number: Int8 = 0

    /// Starts a file.
    public init() {}

    /// The bytes that end a file.
    public static let ending: [UInt8] = [0, 0]

    /// Appends the bytes of one annotation.
    ///
    /// Throws `WFDBError.unrepresentable` where the code is above 49 or AUX is longer than 255 bytes.
    public mutating func encode(_ annotation: Annotation, into bytes: inout [UInt8]) throws(WFDBError) {
        guard annotation.code.rawValue <= AnnotationCode.largest else {
            throw .unrepresentable(
                what: "annotation code \(annotation.code.rawValue)", problem: "codes are 0 to \(AnnotationCode.largest)"
            )
        }
        guard annotation.aux.count <= 255 else {
            throw .unrepresentable(what: "AUX at \(annotation.sample)", problem: "longer than 255 bytes")
        }
        let (difference, overflow) = annotation.sample.subtractingReportingOverflow(time)
        guard !overflow else {
            throw .unrepresentable(what: "annotation at \(annotation.sample)", problem: "too far from the one before")
        }
        var interval = difference
        if annotation.code == .notQRS {
            // A word of 0 would end the file: skip to just before the place.
            skip(interval - 1, into: &bytes)
            interval = 1
        } else if interval < 0 || interval > 1_023 {
            skip(interval, into: &bytes)
            interval = 0
        }
        append(UInt16(annotation.code.rawValue) << 10 | UInt16(interval), to: &bytes)
        typealias Code = AnnotationReader.Pseudo
        if annotation.subtype != 0 {
            append(Code.subtype, Int16(annotation.subtype), as: annotation.stored.subtype, to: &bytes)
        }
        if annotation.channel != channel {
            append(Code.channel, Int16(annotation.channel), as: annotation.stored.channel, to: &bytes)
        }
        if annotation.number != number {
            append(Code.number, Int16(annotation.number), as: annotation.stored.number, to: &bytes)
        }
        if !annotation.aux.isEmpty {
            append(AnnotationReader.Pseudo.aux, Int16(annotation.aux.count), to: &bytes)
            bytes += annotation.aux
            if annotation.aux.count % 2 == 1 { bytes.append(0) }
        }
        time = annotation.sample
        channel = annotation.channel
        number = annotation.number
    }

    /// SKIP words, as many as the interval needs: each holds 32 bits.
    private func skip(_ interval: Int64, into bytes: inout [UInt8]) {
        var rest = interval
        repeat {
            let step = Int32(clamping: rest)
            append(AnnotationReader.Pseudo.skip << 10, to: &bytes)
            append(UInt16(truncatingIfNeeded: step >> 16), to: &bytes)
            append(UInt16(truncatingIfNeeded: step), to: &bytes)
            rest -= Int64(step)
        } while rest != 0
    }

    /// A word with the ten bits that it had in a file where they mean the same, else with the sign extended.
    private func append(_ code: UInt16, _ value: Int16, as stored: UInt16? = nil, to bytes: inout [UInt8]) {
        var data = UInt16(bitPattern: value) & 0x3FF
        if let stored, stored & 0xFF == data & 0xFF { data = stored }
        append(code << 10 | data, to: &bytes)
    }

    private func append(_ word: UInt16, to bytes: inout [UInt8]) {
        bytes.append(UInt8(truncatingIfNeeded: word))
        bytes.append(UInt8(truncatingIfNeeded: word >> 8))
    }
}
