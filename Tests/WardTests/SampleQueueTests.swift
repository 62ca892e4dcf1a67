import Acquisition
import Signal
import Testing
import Ward

@Suite struct SampleQueueTests {
    private let second: Int64 = 1_000_000_000

    private func block(_ first: Int64, _ frames: Int = 100) -> StreamItem {
        .block(SampleBlock(firstFrame: first, leadCount: 1, values: Array(repeating: 0, count: frames)))
    }

    private func popAll(_ queue: inout SampleQueue) -> [StreamItem] {
        var items: [StreamItem] = []
        while let entry = queue.pop() { items.append(entry.item) }
        return items
    }

    @Test func push_moreThanFits_asksAReplayToWaitAndKeepsEverything() {
        var queue = SampleQueue(sampleRate: 100, policy: .wait)
        for number in 0..<10 { #expect(queue.push(block(Int64(number) * 100), at: 0) == .go) }
        #expect(queue.push(block(1000), at: 0) == .wait)
        #expect(!queue.hasRoom)
        #expect(popAll(&queue).count == 11)
        #expect(queue.hasRoom)
    }

    @Test func push_moreThanFits_dropsTheOldestOfALiveSource() {
        var queue = SampleQueue(sampleRate: 100, policy: .drop)
        for number in 0..<15 { #expect(queue.push(block(Int64(number) * 100), at: 0) == .go) }
        let items = popAll(&queue)
        #expect(items.first == .gap(Gap(firstFrame: 0, frameCount: 500, reason: .overrun)))
        #expect(items.count == 11)
        #expect(items[1] == block(500))
    }

    @Test func push_automatic_tellsLiveFromAhead() {
        var live = SampleQueue(sampleRate: 100, policy: .auto)
        var ahead = SampleQueue(sampleRate: 100, policy: .auto)
        for number in 0..<12 {
            #expect(live.push(block(Int64(number) * 100), at: Int64(number) * second) == .go)
            let flow = ahead.push(block(Int64(number) * 100), at: 0)
            #expect(flow == (number >= 10 ? .wait : .go))
        }
        #expect(popAll(&live).first == .gap(Gap(firstFrame: 0, frameCount: 200, reason: .overrun)))
        #expect(popAll(&ahead).count == 12)
    }

    @Test func push_burstAfterALongSilence_isAskedToWait() {
        var queue = SampleQueue(sampleRate: 100, policy: .auto)
        #expect(queue.push(block(0, 1000), at: 0) == .go)
        _ = popAll(&queue)
        // Had the silence counted, forty seconds at once would be no more than a live sender gives.
        for number in 10..<50 {
            let flow = queue.push(block(Int64(number) * 100), at: 40 * second)
            #expect(flow == (number >= 20 ? .wait : .go))
        }
        #expect(popAll(&queue).count == 40)
    }

    @Test func push_fileIntoASlowPipeline_isNeverDropped() {
        var queue = SampleQueue(sampleRate: 100, policy: .auto)
        var now: Int64 = 0
        var items: [StreamItem] = []
        for number in 0..<200 {
            // Five times real time, and a minute for every five seconds of signal.
            now += second / 5
            guard queue.push(block(Int64(number) * 100), at: now) == .wait else { continue }
            while !queue.hasRoom, let entry = queue.pop() { items.append(entry.item) }
            now += 60 * second
        }
        #expect(items + popAll(&queue) == (0..<200).map { block($0 * 100) })
    }

    @Test func push_liveForDaysByAFasterClock_staysLive() {
        var queue = SampleQueue(sampleRate: 100, policy: .auto)
        // A tenth of a percent fast, for three days: four minutes in all.
        for number in 0..<259_200 {
            _ = queue.push(block(Int64(number) * 100), at: Int64(number) * second * 1000 / 1001)
            _ = queue.pop()
        }
        for number in 259_200..<259_215 {
            let at = Int64(number) * second * 1000 / 1001
            #expect(queue.push(block(Int64(number) * 100), at: at) == .go)
        }
        #expect(popAll(&queue).first == .gap(Gap(firstFrame: 25_920_000, frameCount: 500, reason: .overrun)))
    }

    @Test func push_oneGiantBlock_isKept() {
        var queue = SampleQueue(sampleRate: 100, policy: .drop)
        _ = queue.push(block(0), at: 0)
        #expect(queue.push(block(100, 5000), at: 0) == .go)
        #expect(popAll(&queue) == [.gap(Gap(firstFrame: 0, frameCount: 100, reason: .overrun)), block(100, 5000)])
    }

    @Test func pop_gapAmongDroppedBlocks_becomesPartOfTheOverrun() {
        var queue = SampleQueue(sampleRate: 100, policy: .drop)
        _ = queue.push(block(0), at: 0)
        _ = queue.push(.gap(Gap(firstFrame: 100, frameCount: 50, reason: .skipped)), at: 0)
        _ = queue.push(block(150, 1000), at: 0)
        #expect(popAll(&queue) == [.gap(Gap(firstFrame: 0, frameCount: 150, reason: .overrun)), block(150, 1000)])
    }

    @Test func push_gapAfterALongBlock_leavesTheBlock() {
        var queue = SampleQueue(sampleRate: 100, policy: .drop)
        // Writers that come one after the other, each with more than may wait.
        for number in 0..<5 {
            let first = Int64(number) * 4096
            #expect(queue.push(block(first, 4096), at: 0) == .go)
            _ = queue.push(.gap(Gap(firstFrame: first + 4096, frameCount: 0, reason: .disconnected)), at: 0)
        }
        #expect(
            popAll(&queue) == [
                .gap(Gap(firstFrame: 0, frameCount: 16_384, reason: .overrun)), block(16_384, 4096),
                .gap(Gap(firstFrame: 20_480, frameCount: 0, reason: .disconnected)),
            ])
    }

    @Test func pop_thousandsOfItems_keepsOrder() {
        var queue = SampleQueue(sampleRate: 1000, policy: .wait)
        var expected: Int64 = 0
        for number in 0..<5000 {
            _ = queue.push(block(Int64(number), 1), at: 0)
            if number % 3 != 0, case .block(let block) = queue.pop()?.item {
                #expect(block.firstFrame == expected)
                expected += 1
            }
        }
    }
}
