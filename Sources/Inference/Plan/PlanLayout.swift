/// Decides for every value of a plan where it lies.
struct PlanLayout {
    private(set) var places: [PlanPlace]
    /// Scratch memory of each node; 0 for none.
    private(set) var scratch: [Int]
    /// Floats of the arena.
    private(set) var count = 0
    /// Inputs of concatenations that write their part themselves.
    private(set) var isPart: [Bool]

    private let nodes: [PlanNode]
    private let phases: PlanPhases
    private var readers: [[Int]]
    private var root: [Int]
    private var partOffset: [Int]
    private let outputs: Set<Int>

    init(_ nodes: [PlanNode], phases: PlanPhases, outputs: [Int], maximumBatch: Int) {
        self.nodes = nodes
        self.phases = phases
        self.outputs = Set(outputs)
        places = [PlanPlace](repeating: PlanPlace(), count: nodes.count)
        scratch = [Int](repeating: 0, count: nodes.count)
        isPart = [Bool](repeating: false, count: nodes.count)
        root = Array(nodes.indices)
        partOffset = [Int](repeating: 0, count: nodes.count)
        readers = [[Int]](repeating: [], count: nodes.count)
        for (index, node) in nodes.enumerated() { for input in node.inputs { readers[input].append(index) } }
        let padding = findPadding()
        shareMemory(padding)
        place(padding, maximumBatch)
    }

    /// Convolutions over time read their input with zeros around it: products write it so at once.
    private func findPadding() -> [(before: Int, after: Int)] {
        var padding = [(before: Int, after: Int)](repeating: (0, 0), count: nodes.count)
        for node in nodes {
            guard case .product(let product) = node.kind, let window = product.window, window.isTime else { continue }
            let input = node.inputs[0]
            guard case .product = nodes[input].kind, !outputs.contains(input),
                readers[input].allSatisfy({ !nodes[$0].kind.isAlias && !nodes[$0].kind.isConcatenation })
            else { continue }
            padding[input].before = max(padding[input].before, window.width.before)
            padding[input].after = max(padding[input].after, window.width.after)
        }
        return padding
    }

    private mutating func shareMemory(_ padding: [(before: Int, after: Int)]) {
        for (index, node) in nodes.enumerated() {
            switch node.kind {
            case .alias: root[index] = root[node.inputs[0]]
            case .concatenate:
                var first = 0
                for input in node.inputs {
                    if canWritePart(input), padding[input] == (0, 0) {
                        root[input] = index
                        isPart[input] = true
                        partOffset[input] = first
                    }
                    first += nodes[input].shape.channels
                }
            case .activation, .affine, .gate, .add:
                let input = node.inputs[0]
                if canOverwrite(input, by: index), padding[input] == (0, 0) { root[index] = root[input] }
            default: break
            }
        }
    }

    private func canWritePart(_ input: Int) -> Bool {
        guard readers[input].count == 1, !outputs.contains(input) else { return false }
        switch nodes[input].kind {
        case .product, .pool(.maximum, _): return true
        default: return false
        }
    }

    /// Whether `node` is the last that reads the memory of its first input, and reads it only so.
    private func canOverwrite(_ input: Int, by node: Int) -> Bool {
        let memory = root[input]
        guard !isPart[input], nodes[input].shape == nodes[node].shape,
            nodes[node].inputs.filter({ root[$0] == memory }).count == 1
        else { return false }
        return (0..<node).allSatisfy { member in
            guard root[member] == memory else { return true }
            if case .input = nodes[member].kind { return false }
            return !outputs.contains(member) && readers[member].allSatisfy { $0 <= node }
        }
    }

    private mutating func place(_ padding: [(before: Int, after: Int)], _ maximumBatch: Int) {
        var arena = Arena()
        var blocks = [Int?](repeating: nil, count: nodes.count)
        var lives = [ClosedRange<Int>?](repeating: nil, count: nodes.count)
        for (index, node) in nodes.enumerated() {
            if case .merged = node.kind { continue }
            let end = outputs.contains(index) ? nodes.count - 1 : max(index, readers[index].max() ?? index)
            var start = index
            if case .input = node.kind { start = 0 }
            let old = lives[root[index]] ?? start...end
            lives[root[index]] = min(old.lowerBound, start)...max(old.upperBound, end)
        }
        var tiles = [(size: Int, isFull: Bool)](repeating: (0, false), count: nodes.count)
        for (index, node) in nodes.enumerated() {
            guard var life = lives[index] else { continue }
            let (first, last) = (phases.phase(of: life.lowerBound), phases.phase(of: life.upperBound))
            let isFull = first != last || holdsInputOrOutput(index)
            if isFull {
                // Tiles come and go while it lives: it shares its memory with nothing of its phases.
                life = phases.phases[first].nodes.lowerBound...phases.phases[last].nodes.upperBound - 1
                if nodes[index].kind.isInput { life = 0...nodes.count - 1 }
            }
            tiles[index] = (isFull ? maximumBatch : phases.phases[first].tile, isFull)
            let positions = node.shape.positions + padding[index].before + padding[index].after
            blocks[index] = arena.add(
                positions * node.shape.channels * node.repeats * tiles[index].size, life)
        }
        let scratchBlocks = nodes.indices.map { index -> Int? in
            let tile = phases.phases[phases.phase(of: index)].tile
            let count = nodes[index].scratchCount(nodes) { padding[$0] }
            return count == 0 ? nil : arena.add(count * (nodes[index].scratchIsPerSample ? tile : 1), index...index)
        }
        arena.place()
        count = arena.count
        for (index, node) in nodes.enumerated() {
            guard lives[root[index]] != nil, let block = blocks[root[index]] else { continue }
            let whole = nodes[root[index]]
            let pad = padding[root[index]]
            let pitch = isPart[index] ? whole.shape.channels : node.shape.channels
            places[index] = PlanPlace(
                offset: arena.blocks[block].offset + pad.before * pitch + partOffset[index],
                stride: (node.shape.positions + pad.before + pad.after) * pitch, pitch: pitch, repeats: node.repeats,
                isFull: tiles[root[index]].isFull, padding: pad)
        }
        for (index, block) in scratchBlocks.enumerated() {
            if let block { scratch[index] = arena.blocks[block].offset }
        }
    }

    private func holdsInputOrOutput(_ memory: Int) -> Bool {
        nodes.indices.contains { index in
            guard root[index] == memory else { return false }
            if case .input = nodes[index].kind { return true }
            return outputs.contains(index)
        }
    }
}
