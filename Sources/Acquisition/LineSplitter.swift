/// Cuts bytes into lines, in whatever pieces they come.
///
/// Lines end with LF or CR LF. A line longer than `limit` is dropped up to its end and reported as `nil`, so that no
/// sender can make the buffer grow.
struct LineSplitter: Sendable {
    /// Bytes of the longest line.
    static let limit = 65_536

    private var carry: [UInt8] = []
    private var isSkipping = false

    /// Whether bytes of an unfinished line are held.
    var holdsPartialLine: Bool { !carry.isEmpty || isSkipping }

    /// Takes bytes and hands out the lines that they complete.
    mutating func consume(
        _ bytes: UnsafeRawBufferPointer, line: (UnsafeBufferPointer<UInt8>?) throws(StreamError) -> Void
    ) throws(StreamError) {
        var start = 0
        let bytes = bytes.bindMemory(to: UInt8.self)
        while let end = bytes[start...].firstIndex(of: 0x0A) {
            try complete(UnsafeBufferPointer(rebasing: bytes[start..<end]), line)
            start = end + 1
        }
        let rest = bytes[start...]
        if isSkipping { return }
        if carry.count + rest.count > Self.limit {
            isSkipping = true
            carry.removeAll(keepingCapacity: false)
        } else {
            carry.append(contentsOf: rest)
        }
    }

    /// Hands out the last line where no line feed ended it.
    mutating func finish(line: (UnsafeBufferPointer<UInt8>?) throws(StreamError) -> Void) throws(StreamError) {
        guard holdsPartialLine else { return }
        try complete(UnsafeBufferPointer(start: nil, count: 0), line)
    }

    private mutating func complete(
        _ end: UnsafeBufferPointer<UInt8>, _ line: (UnsafeBufferPointer<UInt8>?) throws(StreamError) -> Void
    ) throws(StreamError) {
        if isSkipping || carry.count + end.count > Self.limit {
            isSkipping = false
            carry.removeAll(keepingCapacity: true)
            try line(nil)
        } else if carry.isEmpty {
            try line(Self.withoutReturn(end))
        } else {
            carry.append(contentsOf: end)
            let whole = carry
            carry.removeAll(keepingCapacity: true)
            try Self.withBytes(of: whole) { bytes throws(StreamError) in try line(Self.withoutReturn(bytes)) }
        }
    }

    private static func withBytes(
        of array: [UInt8], _ body: (UnsafeBufferPointer<UInt8>) throws(StreamError) -> Void
    ) throws(StreamError) {
        try array.withUnsafeBufferPointer { buffer throws(StreamError) in try body(buffer) }
    }

    private static func withoutReturn(_ line: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        line.last == 0x0D ? UnsafeBufferPointer(rebasing: line.dropLast()) : line
    }
}
