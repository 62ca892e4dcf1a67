extension Array where Element: Sendable {
    /// The results of a function of every element, in their order, `threads` of them at a time.
    func inOrder<Result: Sendable>(
        threads: Int, _ transform: @escaping @Sendable (Element) throws -> Result
    ) async throws -> [Result] {
        try await withThrowingTaskGroup(of: (Int, Result).self) { group in
            var found = [Result?](repeating: nil, count: count)
            var upcoming = enumerated().makeIterator()
            func next() {
                guard let (index, element) = upcoming.next() else { return }
                group.addTask { (index, try transform(element)) }
            }
            for _ in 0..<Swift.max(threads, 1) { next() }
            for try await (index, result) in group {
                found[index] = result
                next()
            }
            return found.compactMap { $0 }
        }
    }
}
