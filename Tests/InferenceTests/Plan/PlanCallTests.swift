import CallCounter
import Extraction
import Glibc
import Synchronization
import Testing

@testable import Inference

/// What a compiled plan asks of the system while it runs: nothing, neither of the allocator, nor of locks, nor of the kernel.
@Suite struct PlanCallTests {
    private static let mutex = Mutex(0)

    @Test(arguments: ModelRegistry.entries.map(\.name))
    func run_ofEveryRegisteredExpert_allocatesNothingAndTakesNoLock(name: String) throws {
        for member in try #require(ModelRegistry.entry(named: name)).experts {
            let graph = try member.expert.streamingGraph(window: .standard)
            let plan = try InferencePlan(graph, Weights(graph: graph, seed: 1), maximumBatch: 3)
            let workspace = plan.makeWorkspace()
            plan.run(batch: 1, workspace)  // what is done once for the process is done
            for batch in [1, 3] {
                call_counter_start()
                plan.run(batch: batch, workspace)
                let counts = call_counter_stop()
                #expect(counts.allocations == 0, "\(member.name), batch \(batch)")
                #expect(counts.releases == 0, "\(member.name), batch \(batch)")
                #expect(counts.locks == 0, "\(member.name), batch \(batch)")
                #expect(firstSystemCall { plan.run(batch: batch, workspace) } == nil, "\(member.name), batch \(batch)")
            }
        }
    }

    @Test func transform_ofABeat_allocatesNothingAndTakesNoLock() throws {
        let scalogram = try Scalogram(ScalogramConfiguration())
        let workspace = scalogram.makeWorkspace()
        let window = [Float](repeating: 0.5, count: scalogram.configuration.leads * scalogram.configuration.length)
        var picture = [Float](repeating: 0, count: scalogram.configuration.count)
        func transform() {
            window.withUnsafeBufferPointer { window in
                picture.withUnsafeMutableBufferPointer {
                    scalogram.transform(window, into: $0, workspace: workspace)
                }
            }
        }
        transform()
        call_counter_start()
        transform()
        let counts = call_counter_stop()
        #expect(counts.allocations == 0)
        #expect(counts.locks == 0)
        #expect(firstSystemCall(transform) == nil)
    }

    @Test func counter_ofCompilingAPlan_seesAllocationsAndReleases() throws {
        let member = try #require(ModelRegistry.entry(named: "timing")).experts[0]
        let graph = try member.expert.streamingGraph(window: .standard)
        call_counter_start()
        let plan = try InferencePlan(graph, Weights(graph: graph, seed: 1), maximumBatch: 1)
        let counts = call_counter_stop()
        #expect(counts.allocations > 10)
        #expect(counts.releases > 10)
        #expect(plan.maximumBatch == 1)
    }

    @Test func counter_ofALockedMutex_seesTheLock() {
        var mutex = pthread_mutex_t()
        pthread_mutex_init(&mutex, nil)
        call_counter_start()
        pthread_mutex_lock(&mutex)
        pthread_mutex_unlock(&mutex)
        #expect(call_counter_stop().locks == 1)
        pthread_mutex_destroy(&mutex)
    }

    @Test func systemCalls_ofAMutexOfSwiftThatIsHeld_areSeen() {
        func count() { Self.mutex.withLock { $0 += 1 } }
        count()
        // While nobody holds it, it is one atomic instruction; whoever waits for it asks the kernel.
        #expect(firstSystemCall(count) == nil)
        #expect(Self.mutex.withLock { _ in firstSystemCall(count) } != nil)
    }
}
