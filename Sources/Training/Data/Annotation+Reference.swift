import WFDB

extension Annotation {
    /// The reference annotations of a record, those of `.atr`, counted in its frames; without what lies outside of the record.
    ///
    /// - Parameter frameCount: length of the record; nil where only reading to the end will tell.
    static func reference(
        ofRecordAt path: String, frameRate: Double, frameCount: Int64?
    ) throws(WFDBError) -> [Annotation] {
        let frames = 0..<(frameCount ?? .max)
        return try read(path: path + ".atr", frameRate: frameRate).filter { frames.contains($0.sample) }
    }
}
