let arguments = CommandLine.arguments.dropFirst()
let usage = """
    usage: bench inference FOLDER | products | scalogram | front RECORD | hot STAGE TIMES
    Prints one line of JSON per result; `make -C Benchmarks` makes tables of them.
    """
do {
    switch (arguments.first, arguments.dropFirst().first, arguments.dropFirst(2).first.flatMap { Int($0) }) {
    case ("inference", let folder?, _): try InferenceBenchmark.run(folder: folder)
    case ("products", _, _): try ProductBenchmark.run()
    case ("scalogram", _, _): try StageBenchmark.scalogram()
    case ("front", let record?, _): try StageBenchmark.front(record: record)
    case ("hot", let stage?, let times?): try HotStages.run(stage, times: times)
    default: print(usage)
    }
} catch {
    print("bench: \(error)")
}
