import Synchronization
import Testing

@testable import Inference

@Suite struct WorkerPoolTests {
    @Test(arguments: [1, 2, 3, 8]) func run_manyLoops_doesEveryChunkOnce(threads: Int) {
        let pool = WorkerPool(threads: threads)
        let done = UnsafeMutablePointer<Int32>.allocate(capacity: 300)
        defer { done.deallocate() }
        for round in 0..<3_000 {
            let count = round % 300
            done.update(repeating: 0, count: 300)
            pool.run(count) { chunk, worker in
                done[chunk] += 1
                if worker >= threads { done[chunk] += 1_000 }
            }
            for chunk in 0..<300 where done[chunk] != (chunk < count ? 1 : 0) {
                Issue.record("round \(round), chunk \(chunk): \(done[chunk])")
                return
            }
        }
    }

    @Test func run_workerNumbers_areNotSharedAtATime() {
        let pool = WorkerPool(threads: 4)
        let inside = (0..<4).map { _ in Flag() }
        pool.run(2_000) { chunk, worker in
            if inside[worker].value.exchange(true, ordering: .sequentiallyConsistent) {
                Issue.record("two chunks at a time on worker \(worker)")
            }
            inside[worker].value.store(false, ordering: .sequentiallyConsistent)
        }
    }

    @Test func run_poolsThatEnd_leaveNothingBehind() {
        for _ in 0..<50 {
            let sum = Atomic<Int>(0)
            WorkerPool(threads: 3).run(10) { chunk, _ in sum.wrappingAdd(chunk, ordering: .relaxed) }
            #expect(sum.load(ordering: .relaxed) == 45)
        }
    }

    private final class Flag: Sendable {
        let value = Atomic<Bool>(false)
    }
}
