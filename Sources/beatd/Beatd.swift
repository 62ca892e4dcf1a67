import ArgumentParser

/// The daemon's command line.
@main
struct Beatd: AsyncParsableCommand {
    /// Version of the program, as `hello` and `beatd version` say it.
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "beatd",
        abstract: "Listens to continuous ECG and says, beat by beat and in real time, what each heartbeat was.",
        discussion: """
            Samples come from pipes, sockets, serial lines or WFDB records; labelled beats (N, S, V, F, Q) leave as JSON \
            lines of schema beatd/1 on standard output, logs on standard error.

              beatd replay mitdb/208 --speed max | jq -c 'select(.type=="beat")'
              beatd run --source fifo:/run/beatd/ecg --rate 360 --leads MLII,V1 --encoding csv
              beatd run --config /etc/beatd/beatd.yaml

            Exit codes: \(ExitStatus.table)

            Not a medical device.
            """,
        version: version,
        subcommands: [RunCommand.self, ReplayCommand.self, CheckCommand.self, VersionCommand.self])

    static func main() async {
        StandardDescriptors.hold()
        await main(nil)
    }
}

/// `beatd version`.
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "Prints the versions of the program and of its schemas.")

    @Flag(help: "Print one JSON object.") var json = false

    func run() {
        if json {
            print(#"{"type":"version","version":"\#(Beatd.version)","schema":"beatd/1","samples":"beatd-samples/1"}"#)
        } else {
            print("beatd \(Beatd.version) (events beatd/1, samples beatd-samples/1)")
        }
    }
}
