internal import Synchronization

/// A stream intake that a reading thread fills and its source ends.
final class SharedIntake: Sendable {
    private struct State: Sendable {
        var intake: StreamIntake
        var failure: StreamError?
    }

    private let state: Mutex<State>

    init(parameters: StreamParameters, name: String, overrun: OverrunPolicy, _ open: @escaping StreamOpener) {
        let intake = StreamIntake(parameters: parameters, name: name, overrun: overrun, open: open)
        state = Mutex(State(intake: intake))
    }

    /// What made the samples unreadable, if anything did.
    var failure: StreamError? { state.withLock { $0.failure } }

    /// Whether a stream has begun.
    var hadSamples: Bool { state.withLock { $0.intake.hadSamples } }

    /// Takes bytes.
    func receive(_ bytes: UnsafeRawBufferPointer) -> DescriptorReader.Next {
        state.withLock { state -> DescriptorReader.Next in
            do throws(StreamError) {
                guard try state.intake.receive(bytes) == .wait, let inlet = state.intake.inlet else { return .more }
                return .wait { inlet.whenReady($0) }
            } catch {
                state.failure = error
                return .stop
            }
        }
    }

    /// A writer left and another may come.
    func pause() {
        state.withLock { state in
            do throws(StreamError) { try state.intake.pause() } catch { state.failure = error }
        }
    }

    /// The sender is done for good; nothing happens after a failure, which was an end already.
    func end(_ reason: StreamEnd) {
        state.withLock { state in
            guard state.failure == nil else { return }
            do throws(StreamError) { try state.intake.end(reason) } catch { state.failure = error }
        }
    }
}
