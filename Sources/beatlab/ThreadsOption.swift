import ArgumentParser

/// How many threads a command works on.
struct ThreadsOption: ParsableArguments {
    @Option(help: "Threads, 1 to 256.")
    var threads = 2

    func validate() throws {
        guard (1...256).contains(threads) else { throw ValidationError("--threads is 1 to 256") }
    }
}
