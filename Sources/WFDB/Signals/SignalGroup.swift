/// The signals that share one signal file and one skew: decodes the file frame by frame into a bounded buffer.
final class SignalGroup {
    /// One signal of the group.
    struct Member {
        /// Its index in the segment's header.
        let signal: Int
        /// Place of its first sample in a frame of the file.
        let offset: Int
        let samplesPerFrame: Int
        let missingValue: Int32?
        let gain: Double
        let baseline: Double
        /// Place of its first sample in a frame of the record; nil where the record does not have it.
        var column: Int?
        /// Sum of the samples read, modulo 65,536.
        var sum: UInt16 = 0
        var firstValue: Int32?
    }

    let path: String
    let skew: Int64
    var members: [Member]
    /// Frames in the file; nil where the file does not say.
    let framesInFile: Int64?
    let samplesPerFrame: Int
    private let source: any SampleSource
    private let staging: UnsafeMutableBufferPointer<Int32>
    private var start = 0
    private var end = 0
    /// The file's frame that comes next.
    private(set) var fileFrame: Int64 = 0
    private(set) var isExhausted = false

    init(path: String, source: any SampleSource, samplesPerFrame: Int, skew: Int, members: [Member]) {
        self.path = path
        self.source = source
        self.samplesPerFrame = samplesPerFrame
        self.skew = Int64(skew)
        self.members = members
        framesInFile = source.sampleCount.map { $0 / Int64(samplesPerFrame) }
        staging = .allocate(capacity: max(16_384, 2 * samplesPerFrame + 8))
    }

    deinit { staging.deallocate() }

    /// The samples of the next frame; valid for as many frames as `stage` said.
    var samples: UnsafePointer<Int32>? { staging.baseAddress.map { UnsafePointer($0 + start) } }

    /// Decodes until at least one frame is ready; how many are.
    ///
    /// 0 at the end of the file.
    func stage() throws(WFDBError) -> Int {
        while end - start < samplesPerFrame, !isExhausted {
            if start > 0, let base = staging.baseAddress {
                base.update(from: base + start, count: end - start)
                end -= start
                start = 0
            }
            let decoded = try source.decode(into: UnsafeMutableBufferPointer(rebasing: staging[end...]))
            end += decoded
            isExhausted = decoded == 0
        }
        return (end - start) / samplesPerFrame
    }

    /// Goes on by frames that `stage` made ready.
    func consume(_ frames: Int) {
        start += frames * samplesPerFrame
        fileFrame += Int64(frames)
    }

    /// Makes a frame of the file the next one.
    func seek(toFileFrame frame: Int64) throws(WFDBError) {
        // No file has 2^40 frames; the bound keeps the product in range.
        let frame = min(frame, framesInFile ?? 1 << 40)
        try source.seek(toSample: frame * Int64(samplesPerFrame))
        start = 0
        end = 0
        isExhausted = false
        fileFrame = frame
    }

    /// Adds frames that are ready to the checksums, before they are consumed.
    func addToSums(frames: Int) {
        guard frames > 0, let samples else { return }
        let stride = samplesPerFrame
        for index in members.indices {
            let base = samples + members[index].offset
            var sum: UInt32 = 0
            for sample in 0..<members[index].samplesPerFrame {
                for frame in 0..<frames { sum &+= UInt32(bitPattern: base[frame * stride + sample]) }
            }
            members[index].sum &+= UInt16(truncatingIfNeeded: sum)
            if members[index].firstValue == nil { members[index].firstValue = base[0] }
        }
    }
}
