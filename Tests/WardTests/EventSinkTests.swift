import Foundation
import Testing
import Ward

@Suite struct EventSinkTests {
    /// A pipe: the sink has its writing end, the test reads or does not.
    private final class Reader {
        let sink: EventSink
        private let ends: [Int32]

        init(policy: EventSink.Policy) throws {
            // A sink that was given up still writes when its reader goes.
            signal(SIGPIPE, SIG_IGN)
            var ends: [Int32] = [-1, -1]
            try #require(pipe(&ends) == 0)
            self.ends = ends
            sink = EventSink(descriptor: ends[1], policy: policy) { _ in }
        }

        deinit { close(ends[0]) }

        /// Reads until the sink has written everything and its end is closed.
        func readToEnd() throws -> String {
            let descriptor = ends[1]
            let sink = sink
            let closing = Thread {
                sink.close()
                close(descriptor)
            }
            closing.start()
            let bytes = try FileHandle(fileDescriptor: ends[0], closeOnDealloc: false).readToEnd()
            return String(decoding: bytes ?? Data(), as: UTF8.self)
        }
    }

    /// A thousand lines of a hundred bytes.
    private static let lines = Array(String(repeating: String(repeating: "x", count: 99) + "\n", count: 1000).utf8)

    @Test func write_tooMuchForASlowReader_dropsLinesButNotTheFirstAndTheLast() throws {
        let reader = try Reader(policy: .drop)
        for _ in 0..<30 { reader.sink.write(Self.lines) }
        let dropped = reader.sink.droppedLines
        #expect(dropped > 0)
        reader.sink.write(Array("farewell\n".utf8), mustArrive: true)
        #expect(reader.sink.droppedLines == dropped)
        let text = try reader.readToEnd()
        #expect(text.hasSuffix("x\nfarewell\n"))
        #expect(text.count { $0 == "\n" } == 30_000 - Int(dropped) + 1, "what is missing was counted")
    }

    @Test func giveUp_readerThatTakesNothing_freesWritersAndCountsWhatIsLost() throws {
        let reader = try Reader(policy: .wait)
        let sink = reader.sink
        let done = DispatchSemaphore(value: 0)
        let writer = Thread {
            for _ in 0..<30 { sink.write(Self.lines) }
            done.signal()
        }
        writer.start()
        sink.giveUp(after: 0)
        #expect(done.wait(timeout: .now() + 60) == .success)
        sink.close()
        let lost = sink.droppedLines
        // The pipe holds 64 KiB, and the lines whose writing was under way count as lost.
        #expect(lost >= 30_000 - 656 && lost <= 30_000)
    }

    @Test func close_afterTheTimeWasUp_losesNothingOfAReaderThatKeepsUp() throws {
        for _ in 0..<20 {
            let reader = try Reader(policy: .wait)
            reader.sink.giveUp(after: 0)
            reader.sink.write(Array("farewell\n".utf8), mustArrive: true)
            #expect(try reader.readToEnd() == "farewell\n")
            #expect(reader.sink.droppedLines == 0)
        }
    }

    @Test func close_readerThatTakesItsTime_writesEverything() throws {
        let reader = try Reader(policy: .wait)
        for _ in 0..<5 { reader.sink.write(Self.lines) }
        #expect(try reader.readToEnd().count == 5 * Self.lines.count)
        #expect(reader.sink.droppedLines == 0)
    }
}
