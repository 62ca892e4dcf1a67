/// The lines of a text file, one at a time, in bounded memory.
final class LineReader {
    let file: FileBytes
    /// Number of the line that `next` gave last, from 1.
    private(set) var lineNumber = 0
    private var buffer: [UInt8] = []
    private var position = 0
    private var offset: Int64 = 0

    /// Longer lines are refused.
    static let longestLine = 1 << 20

    init(path: String) throws(WFDBError) { file = try FileBytes(path: path) }

    /// The bytes of the next line without its end (LF or CRLF); nil at the end of the file.
    func next() throws(WFDBError) -> ArraySlice<UInt8>? {
        var searched = position
        while true {
            if let end = buffer[searched...].firstIndex(of: 0x0A) {
                defer { position = end + 1 }
                lineNumber += 1
                return Self.trimmed(buffer[position..<end])
            }
            guard buffer.count - position <= Self.longestLine else {
                throw .csv(path: file.path, line: lineNumber + 1, problem: "the line is longer than 1 MB")
            }
            buffer.removeFirst(position)
            position = 0
            searched = buffer.count
            let more = try file.bytes(at: offset, count: 65_536)
            offset += Int64(more.count)
            guard !more.isEmpty else {
                guard !buffer.isEmpty else { return nil }
                defer { buffer = [] }
                lineNumber += 1
                return Self.trimmed(buffer[...])
            }
            buffer += more
        }
    }

    private static func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        line.last == 0x0D ? line.dropLast() : line
    }
}
