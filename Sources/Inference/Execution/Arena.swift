/// Memory for all values of a step, placed once: values whose lives do not overlap share it.
///
/// A life is a closed interval of step numbers. Large values are placed first, each at the lowest place that is free during
/// its life.
struct Arena {
    struct Block {
        let count: Int
        let life: ClosedRange<Int>
        var offset = 0
    }
    private(set) var blocks: [Block] = []
    private(set) var count = 0

    /// Asks for `count` floats during `life`; returns the block's index.
    mutating func add(_ count: Int, _ life: ClosedRange<Int>) -> Int {
        blocks.append(Block(count: (count + 15) / 16 * 16, life: life))
        return blocks.count - 1
    }

    /// Places all blocks.
    mutating func place() {
        let order = blocks.indices.sorted {
            blocks[$0].count != blocks[$1].count ? blocks[$0].count > blocks[$1].count : $0 < $1
        }
        var placed: [Int] = []  // by offset
        for index in order where blocks[index].count > 0 {
            var offset = 0
            for other in placed where blocks[other].life.overlaps(blocks[index].life) {
                if blocks[other].offset >= offset + blocks[index].count { break }
                offset = max(offset, blocks[other].offset + blocks[other].count)
            }
            blocks[index].offset = offset
            let at = placed.firstIndex { blocks[$0].offset > offset } ?? placed.count
            placed.insert(index, at: at)
            count = max(count, offset + blocks[index].count)
        }
    }
}

/// Floats at an address that is a multiple of 64, zero at first.
final class AlignedBuffer {
    let count: Int
    let base: UnsafeMutablePointer<Float>

    init(count: Int) {
        self.count = count
        let bytes = max(count, 16) * MemoryLayout<Float>.stride
        let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
        raw.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
        base = raw.assumingMemoryBound(to: Float.self)
    }

    deinit { UnsafeMutableRawPointer(base).deallocate() }
}
