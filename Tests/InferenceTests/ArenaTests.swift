import Testing

@testable import Inference

@Suite struct ArenaTests {
    @Test func place_livesThatOverlap_neverShareMemory() {
        let random = CounterRandom(seed: 1, stream: 0)
        for round in 0..<50 {
            let own = random.stream(UInt64(round))
            var arena = Arena()
            for block in 0..<60 as Range<UInt64> {
                let start = Int(own.bits(3 * block) % 40)
                _ = arena.add(Int(own.bits(3 * block + 1) % 500), start...(start + Int(own.bits(3 * block + 2) % 15)))
            }
            arena.place()
            for (i, a) in arena.blocks.enumerated() {
                #expect(a.offset >= 0 && a.offset + a.count <= arena.count && a.offset.isMultiple(of: 16))
                for b in arena.blocks[(i + 1)...] where a.life.overlaps(b.life) && a.count > 0 && b.count > 0 {
                    #expect(a.offset + a.count <= b.offset || b.offset + b.count <= a.offset)
                }
            }
            let sum = arena.blocks.reduce(0) { $0 + $1.count }
            #expect(arena.count < sum)
        }
    }

    @Test func place_livesOneAfterTheOther_shareAll() {
        var arena = Arena()
        for step in 0..<10 { _ = arena.add(160, step...step) }
        arena.place()
        #expect(arena.count == 160)
    }
}
