/// The values of a graph's parameters: what training changes and model files hold.
///
///     var weights = Weights(graph: graph, seed: 1)
///     try writeTensors(weights.tensors)
///
/// One array holds them all in the engine's layout, the trained ones first, every parameter at a multiple of 16 values (the
/// places between hold zeros).
public struct Weights: Sendable, Equatable {
    /// Names, shapes and layouts, as `Graph.parameters`.
    public let parameters: [Parameter]
    /// Index in `values` of each parameter's first value.
    public let offsets: [Int]
    /// Values before this index are trained, those from it on are running statistics.
    public let trainedEnd: Int
    /// All values in the engine's layout.
    public internal(set) var values: [Float]

    private init(places graph: Graph) {
        parameters = graph.parameters
        var offsets = [Int](repeating: 0, count: graph.parameters.count)
        var end = 0
        var trained = 0
        for phase in [true, false] {
            for (index, parameter) in graph.parameters.enumerated() where parameter.isTrained == phase {
                offsets[index] = end
                end += (parameter.count + 15) / 16 * 16
            }
            if phase { trained = end }
        }
        self.offsets = offsets
        trainedEnd = trained
        values = [Float](repeating: 0, count: end)
    }

    /// Draws the values from which training starts.
    public init(graph: Graph, seed: UInt64) {
        self.init(places: graph)
        let random = CounterRandom(seed: seed, stream: 0x5745_4947)
        for (index, parameter) in parameters.enumerated() {
            let own = random.stream(UInt64(index))
            for i in 0..<parameter.count {
                let value: Float =
                    switch parameter.initialization {
                    case .constant(let constant): constant
                    case .uniform(let bound): (2 * own.uniform(UInt64(i)) - 1) * bound
                    case .normal(let deviation): own.normal(UInt64(i)) * deviation
                    }
                values[offsets[index] + i] = value
            }
        }
    }

    /// Takes the values from tensors in files' layout, by name; tensors that the graph does not know are ignored.
    ///
    /// A shape may lack or have extents of 1 at its end: `(S, C, 1, 1)` loads as `(S, C)`.
    public init(graph: Graph, tensors: [String: Tensor]) throws(GraphError) {
        // A graph that a file describes may want more memory than there is: first all that it wants must be in the file.
        let content = try graph.parameters.map { parameter throws(GraphError) in
            try Self.values(of: parameter, in: tensors)
        }
        self.init(places: graph)
        for (index, own) in content.enumerated() {
            parameters[index].eachPair { file, engine in values[offsets[index] + engine] = own[file] }
        }
    }

    private static func values(
        of parameter: Parameter, in tensors: [String: Tensor]
    ) throws(GraphError) -> [Float] {
        guard let tensor = tensors[parameter.name] else { throw .missingParameter(parameter.name) }
        guard trimmed(tensor.shape) == trimmed(parameter.fileShape), tensor.values.count == parameter.count else {
            throw .parameterShape(name: parameter.name, expected: parameter.fileShape, found: tensor.shape)
        }
        return tensor.values
    }

    /// All parameters in files' layout, in the order of the graph.
    public var tensors: [(name: String, tensor: Tensor)] {
        parameters.indices.map { index in
            let parameter = parameters[index]
            var content = [Float](repeating: 0, count: parameter.count)
            parameter.eachPair { file, engine in content[file] = values[offsets[index] + engine] }
            return (parameter.name, Tensor(shape: parameter.fileShape, values: content))
        }
    }

    /// Moves every value by `share` of the way to the executor's.
    public mutating func approach(_ executor: TrainingExecutor, share: Float) {
        let current = executor.allValues
        precondition(current.count == values.count, "the weights belong to another graph")
        for i in current.indices { values[i] += share * (current[i] - values[i]) }
    }

    /// Places of a parameter's values in `values`.
    public func range(_ index: Int) -> Range<Int> { offsets[index]..<(offsets[index] + parameters[index].count) }

    /// Places of a named parameter's values in `values` (in the engine's layout).
    public func range(_ name: String) throws(GraphError) -> Range<Int> {
        guard let index = parameters.firstIndex(where: { $0.name == name }) else {
            throw .unknownName(name, known: parameters.map(\.name))
        }
        return range(index)
    }

    /// Places in `values` to which weight decay applies.
    public var decayingRanges: [Range<Int>] {
        parameters.indices.filter { parameters[$0].isTrained && parameters[$0].decays }.map { range($0) }
    }

    private static func trimmed(_ shape: [Int]) -> [Int] {
        var shape = shape
        while shape.last == 1 { shape.removeLast() }
        return shape
    }
}

extension Parameter {
    /// Calls with the index in the file's layout and in the engine's of every element.
    func eachPair(_ body: (_ file: Int, _ engine: Int) -> Void) {
        let rank = fileShape.count
        var strides = [Int](repeating: 1, count: rank)
        for axis in (0..<max(rank - 1, 0)).reversed() { strides[axis] = strides[axis + 1] * fileShape[axis + 1] }
        let shape = engineShape
        let steps = permutation.map { strides[$0] }
        var index = [Int](repeating: 0, count: rank)
        var file = 0
        for engine in 0..<count {
            body(file, engine)
            var axis = rank - 1
            while axis >= 0 {
                index[axis] += 1
                file += steps[axis]
                if index[axis] < shape[axis] { break }
                file -= steps[axis] * shape[axis]
                index[axis] = 0
                axis -= 1
            }
        }
    }
}
