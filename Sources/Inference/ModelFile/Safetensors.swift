internal import Files
public import Foundation

/// Tensors with names and strings with keys in one file: https://github.com/huggingface/safetensors.
///
///     let file = try Safetensors(contentsOf: url)
///     let weights = try Weights(graph: graph, tensors: file.tensors)
///     file.metadata["architecture"]
///
/// Eight bytes with the length of a JSON header (little-endian), the header, the numbers. A file is hostile until it has been read: lengths,
/// offsets and shapes are checked before anything is taken from them, tensors must cover the data without overlap or hole, and every value
/// must be finite. F32, F16, BF16 and F8_E4M3 are read, and I64, the counters in a PyTorch state dict, as the nearest float.
public struct Safetensors: Sendable, Equatable {
    /// Number format in the file.
    public enum Format: String, Sendable {
        /// 32-bit floats.
        case single = "F32"
        /// 16-bit floats: half the size, 11 significant bits.
        case half = "F16"
        /// 8-bit floats: a quarter of the size, 4 significant bits.
        case quarter = "F8_E4M3"

        /// Bytes of a number.
        var width: Int {
            switch self {
            case .single: 4
            case .half: 2
            case .quarter: 1
            }
        }
    }

    /// The tensors by name.
    public var tensors: [String: Tensor]
    /// Strings under `__metadata__`.
    public var metadata: [String: String]

    /// Longest header that is read: thousands of tensors and a configuration fit a hundredth of it.
    public static let longestHeader = 16 << 20

    /// Makes a file's content.
    public init(tensors: [String: Tensor], metadata: [String: String] = [:]) {
        self.tensors = tensors
        self.metadata = metadata
    }

    /// Reads a file.
    public init(contentsOf url: URL) throws(SafetensorsError) {
        let data: Data
        do {
            data = try Data(contentsOf: url, options: .mappedIfSafe)
        } catch {
            throw .file(path: url.path, reason: "cannot be read: \(error.localizedDescription)")
        }
        try self.init(bytes: [UInt8](data))
    }

    /// Reads the bytes of a file.
    public init(bytes: [UInt8]) throws(SafetensorsError) {
        guard bytes.count >= 8 else { throw .truncated(expected: 8, found: bytes.count) }
        let length = (0..<8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64(bytes[$1]) }
        guard length <= UInt64(Self.longestHeader) else { throw .headerTooLong(Int(clamping: length)) }
        let start = 8 + Int(length)
        guard bytes.count >= start else { throw .truncated(expected: start, found: bytes.count) }
        let header = try HeaderParser(bytes[8..<start])
        try Self.checkCover(header.entries, start: start, fileSize: bytes.count)
        var tensors: [String: Tensor] = [:]
        for entry in header.entries { tensors[entry.name] = try Self.tensor(entry, bytes, start: start) }
        self.init(tensors: tensors, metadata: header.metadata)
    }

    /// Tensors lie one after the other from the first byte behind the header to the last.
    private static func checkCover(
        _ entries: [HeaderParser.Entry], start: Int, fileSize: Int
    ) throws(SafetensorsError) {
        let count = fileSize - start
        var end = 0
        for entry in entries.sorted(by: { ($0.begin, $0.end) < ($1.begin, $1.end) }) {
            guard entry.begin <= entry.end else { throw .offsets(tensor: entry.name, reason: "end before they begin") }
            guard entry.begin == end else {
                throw .offsets(
                    tensor: entry.name, reason: entry.begin < end ? "overlap another tensor" : "leave a hole")
            }
            guard entry.end <= count else {
                let needed = entries.reduce(0) { max($0, $1.end) }
                throw .truncated(expected: start + min(needed, .max - start), found: fileSize)
            }
            end = entry.end
        }
        guard end == count else {
            throw .offsets(tensor: "(last)", reason: "end at byte \(end) of \(count): data that belongs to none")
        }
    }

    private static func tensor(
        _ entry: HeaderParser.Entry, _ bytes: [UInt8], start: Int
    ) throws(SafetensorsError) -> Tensor {
        guard let width = ["F32": 4, "F16": 2, "BF16": 2, "F8_E4M3": 1, "I64": 8][entry.type] else {
            throw .type(tensor: entry.name, found: entry.type)
        }
        var count = 1
        for extent in entry.shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: extent)
            guard !overflow else { throw .shape(tensor: entry.name, reason: "overflows") }
            count = product
        }
        guard count <= bytes.count, count * width == entry.end - entry.begin else {
            throw .offsets(
                tensor: entry.name,
                reason: "span \(entry.end - entry.begin) bytes, the shape \(entry.shape) needs others")
        }
        var values = [Float](repeating: 0, count: count)
        bytes.withUnsafeBytes { source in
            func load<Bits: FixedWidthInteger>(_ index: Int, as type: Bits.Type) -> Bits {
                Bits(littleEndian: source.loadUnaligned(fromByteOffset: start + entry.begin + width * index, as: type))
            }
            for i in 0..<count {
                switch entry.type {
                case "F32": values[i] = Float(bitPattern: load(i, as: UInt32.self))
                case "F16": values[i] = HalfFloat.value(load(i, as: UInt16.self))
                case "F8_E4M3": values[i] = QuarterFloat.value(load(i, as: UInt8.self))
                case "BF16": values[i] = Float(bitPattern: UInt32(load(i, as: UInt16.self)) << 16)
                default: values[i] = Float(load(i, as: Int64.self))
                }
            }
        }
        if let index = values.firstIndex(where: { !$0.isFinite }) {
            throw .notFinite(tensor: entry.name, index: index)
        }
        return Tensor(shape: entry.shape, values: values)
    }

    /// The bytes of a file: tensors of wider numbers first, in the order of their names, so that each lies at a multiple of its
    /// width; a value that is not finite, or too large for its format, is refused.
    ///
    /// - Parameters:
    ///   - format: of the tensors.
    ///   - exceptions: formats of some tensors, by name.
    public func bytes(
        _ format: Format = .single, except exceptions: [String: Format] = [:]
    ) throws(SafetensorsError) -> [UInt8] {
        var header = "{"
        if !metadata.isEmpty {
            let entries = metadata.sorted { $0.key < $1.key }.map { "\(Self.quoted($0.key)):\(Self.quoted($0.value))" }
            header += "\"__metadata__\":{" + entries.joined(separator: ",") + "}"
        }
        var data: [UInt8] = []
        let formats = tensors.map { (name: $0.key, tensor: $0.value, format: exceptions[$0.key] ?? format) }
        for (name, tensor, format) in formats.sorted(by: { (-$0.format.width, $0.name) < (-$1.format.width, $1.name) })
        {
            guard name != "__metadata__" else { throw .duplicate(name) }
            let begin = data.count
            for (index, value) in tensor.values.enumerated() {
                guard Self.append(value, format, to: &data) else { throw .notFinite(tensor: name, index: index) }
            }
            if header.count > 1 { header += "," }
            let shape = tensor.shape.map(String.init).joined(separator: ",")
            header += "\(Self.quoted(name)):{\"dtype\":\"\(format.rawValue)\",\"shape\":[\(shape)],"
            header += "\"data_offsets\":[\(begin),\(data.count)]}"
        }
        header += "}"
        var text = Array(header.utf8)
        while !text.count.isMultiple(of: 8) { text.append(0x20) }
        let length = withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) }
        return length + text + data
    }

    /// Appends the nearest number of a format; false where there is no finite one.
    private static func append(_ value: Float, _ format: Format, to data: inout [UInt8]) -> Bool {
        switch format {
        case .single:
            withUnsafeBytes(of: value.bitPattern.littleEndian) { data.append(contentsOf: $0) }
            return value.isFinite
        case .half:
            let bits = HalfFloat.bits(value)
            withUnsafeBytes(of: bits.littleEndian) { data.append(contentsOf: $0) }
            return bits & 0x7c00 != 0x7c00
        case .quarter:
            let bits = QuarterFloat.bits(value)
            data.append(bits)
            return bits & 0x7f != 0x7f
        }
    }

    /// Writes a file, in one piece: whoever reads it sees the old one or the new one.
    public func write(
        to url: URL, format: Format = .single, except exceptions: [String: Format] = [:]
    ) throws(SafetensorsError) {
        let content = try bytes(format, except: exceptions)
        do {
            try OutputFile.write(content, to: url.path)
        } catch {
            throw .unwritable(path: error.path, reason: error.reason)
        }
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\u{0}"..<"\u{20}":
                let code = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - code.count) + code
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
