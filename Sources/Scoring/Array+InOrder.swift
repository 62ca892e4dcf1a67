extension Array where Element: Sendable {
    /// The results of a function of every element, in their order, some of them at a time.
    ///
    ///     let beats = try await records.inOrder(threads: 4) { record in try read(record) }
    ///
    /// - Parameters:
    ///   - threads: how many at a time.
    ///   - finished: called with the number of elements done, after each.
    /// - Throws: what the function throws first.
    public func inOrder<Output: Sendable, Failure: Error>(
        threads: Int, finished: (Int) -> Void = { _ in },
        _ transform: @escaping @Sendable (Element) throws(Failure) -> Output
    ) async throws(Failure) -> [Output] {
        try await withTaskGroup(of: (Int, Result<Output, Failure>).self) { group -> Result<[Output], Failure> in
            var found = [Output?](repeating: nil, count: count)
            var upcoming = enumerated().makeIterator()
            func next() {
                guard let (index, element) = upcoming.next() else { return }
                group.addTask { (index, Result { () throws(Failure) in try transform(element) }) }
            }
            for _ in 0..<Swift.max(threads, 1) { next() }
            var done = 0
            while let (index, result) = await group.next() {
                switch result {
                case .success(let output): found[index] = output
                case .failure(let error): return .failure(error)
                }
                done += 1
                finished(done)
                next()
            }
            return .success(found.compactMap { $0 })
        }.get()
    }
}
