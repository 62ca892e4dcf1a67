import Inference

let arguments = Array(CommandLine.arguments.dropFirst())
let usage = """
    usage: bench inference FOLDER | products | scalogram | front RECORD | growth | hot STAGE TIMES
           bench train inception-base|efficientnet-b0 BATCH THREADS STEPS [bfloat16] [layers]
    Prints one line of JSON per result; `make -C Benchmarks` makes tables of them.
    """

/// A whole number among the arguments.
func number(_ index: Int) -> Int? { arguments.indices.contains(index) ? Int(arguments[index]) : nil }

do {
    switch (arguments.first, arguments.dropFirst().first) {
    case ("inference", let folder?): try InferenceBenchmark.run(folder: folder)
    case ("products", _): try ProductBenchmark.run()
    case ("scalogram", _): try StageBenchmark.scalogram()
    case ("front", let record?): try StageBenchmark.front(record: record)
    case ("growth", _): try GrowthBenchmark.run()
    case ("hot", let stage?): try HotStages.run(stage, times: number(2) ?? 1)
    case ("train", let name?):
        guard let network = PublishedNetwork(rawValue: name), let batch = number(2), let threads = number(3),
            let steps = number(4)
        else { fallthrough }
        try TrainingBenchmark.run(
            network, batch: batch, threads: threads, steps: steps,
            precision: arguments.contains("bfloat16") ? .bfloat16 : .float32, layers: arguments.contains("layers"))
    default: print(usage)
    }
} catch {
    print("bench: \(error)")
}
