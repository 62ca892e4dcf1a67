internal import Files

/// Why a safetensors file was refused.
public enum SafetensorsError: Error, Equatable, CustomStringConvertible {
    /// The file could not be read.
    case file(path: String, reason: String)
    /// The file could not be written.
    case unwritable(path: String, reason: String)
    /// The file ends before what it promises.
    case truncated(expected: Int, found: Int)
    /// The header is longer than any honest one.
    case headerTooLong(Int)
    /// The header is not the JSON that it has to be.
    case header(byte: Int, reason: String)
    /// Two tensors or two metadata entries have one name.
    case duplicate(String)
    /// A kind of number that is not read.
    case type(tensor: String, found: String)
    /// Extents that are negative, too many or too large.
    case shape(tensor: String, reason: String)
    /// Bytes that do not fit the shape, lie outside the file, overlap or leave holes.
    case offsets(tensor: String, reason: String)
    /// A value that is not a number.
    case notFinite(tensor: String, index: Int)

    /// What, where and the way on.
    public var description: String {
        switch self {
        case .file(let path, let reason): "\(path): \(reason)"
        case .unwritable(let path, let reason): UnwritableFile(path: path, reason: reason).description
        case .truncated(let expected, let found):
            "safetensors: the file has \(found) bytes, its header needs \(expected): it is incomplete, fetch it again"
        case .headerTooLong(let count): "safetensors: a header of \(count) bytes: this is no model file"
        case .header(let byte, let reason): "safetensors: header, byte \(byte): \(reason)"
        case .duplicate(let name): "safetensors: '\(name)' is there twice"
        case .type(let tensor, let found):
            "safetensors: tensor '\(tensor)' holds \(found); F32, F16, BF16 and F8_E4M3 are read: convert it"
        case .shape(let tensor, let reason): "safetensors: tensor '\(tensor)': shape \(reason)"
        case .offsets(let tensor, let reason): "safetensors: tensor '\(tensor)': data_offsets \(reason)"
        case .notFinite(let tensor, let index):
            "safetensors: tensor '\(tensor)', value \(index) is NaN or infinite: the training that wrote it failed"
        }
    }
}
