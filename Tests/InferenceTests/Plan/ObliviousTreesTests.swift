import Testing

@testable import Inference

@Suite struct ObliviousTreesTests {
    private func graph() throws -> Graph {
        var builder = GraphBuilder()
        let input = try builder.input("x", [2, 3])
        try builder.output("y", builder.add("trees", ObliviousTrees(trees: 2, depth: 2, classes: 2), input))
        return try builder.build()
    }

    private func weights(_ graph: Graph, features: [Float] = [0, 2, 1, 1]) throws -> Weights {
        try Weights(
            graph: graph,
            tensors: [
                "trees.features": Tensor(shape: [2, 2], values: features),
                "trees.thresholds": Tensor(shape: [2, 2], values: [0, 1, -1, 1]),
                "trees.leaves": Tensor(
                    shape: [2, 4, 2],
                    values: [1, -1, 2, -2, 3, -3, 4, -4, 10, 0, 20, 0, 30, 0, 40, 0]),
            ])
    }

    /// Leaf number: the first question is worth 1, the second 2; an equal value is not above.
    private let rows: [Float] = [0, 0, 0, 1, -2, 2, 1, 2, 1, -1, 1, 1.5]
    private let sums: [Float] = [1 + 20, -1, 4 + 10, -4, 2 + 40, -2, 3 + 20, -3]

    @Test func plan_twoTrees_addsTheLeaves() throws {
        let graph = try graph()
        let plan = try InferencePlan(graph, weights(graph), maximumBatch: 2)
        let workspace = plan.makeWorkspace()
        let input = try #require(workspace.input("x"))
        for (index, value) in rows.enumerated() { input[index] = value }
        plan.run(batch: 2, workspace)
        #expect(Array(try #require(workspace.output("y"))) == sums)
    }

    @Test func executor_twoTrees_addsTheLeaves() throws {
        let graph = try graph()
        let executor = try TrainingExecutor(graph: graph, batchSize: 2, objective: "y", weights: weights(graph))
        try executor.setInput("x", rows)
        executor.forward(training: false)
        #expect(try executor.output("y") == sums)
    }

    @Test(arguments: [3, -1, 0.5, .nan, .infinity] as [Float])
    func plan_featureThatIsNone_isRefused(number: Float) throws {
        let graph = try graph()
        #expect(throws: PlanError.features(node: "trees", width: 3)) {
            try InferencePlan(graph, weights(graph, features: [0, 2, number, 1]))
        }
    }
}
