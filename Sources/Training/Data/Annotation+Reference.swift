import WFDB

extension Annotation {
    /// The reference annotations of a record, those of `.atr`, counted in its frames.
    static func reference(ofRecordAt path: String, frameRate: Double) throws(WFDBError) -> [Annotation] {
        try read(path: path + ".atr", frameRate: frameRate)
    }
}
