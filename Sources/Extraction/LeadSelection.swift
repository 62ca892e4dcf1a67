/// Which leads of a stream the models look at.
///
///     LeadSelection(leads: ["V5", "MLII"]).indices   // [1, 0]: record 114 has them swapped
///     LeadSelection(leads: ["ECG"]).indices          // [0, nil]: the second lead is zeros
///
/// Model lead 0 is lead II or what resembles it (MLII, II, ML2, D2), model lead 1 a precordial lead (V1 before V5 before
/// the others). What has no such name is taken in order, so that two unnamed leads are leads 0 and 1.
public struct LeadSelection: Sendable, Hashable, Codable {
    /// Leads that a model sees.
    public static let count = 2

    /// For each model lead the index of the stream's lead; nil where there is none.
    public var indices: [Int?]

    /// Takes leads by index; `indices.count` must be `LeadSelection.count`.
    public init(indices: [Int?]) {
        precondition(indices.count == Self.count, "a selection names \(Self.count) leads")
        self.indices = indices
    }

    /// Chooses by name; `leads` are the stream's lead names in frame order.
    public init(leads: [String]) {
        let names = leads.map(Self.normalised)
        let second = names.firstIndex(where: { ["mlii", "ii", "ml2", "d2", "modifiedleadii"].contains($0) })
        let chestOrder = ["v1", "mcl1", "v5", "v2", "v6", "v4", "v3"]
        let chest = chestOrder.lazy.compactMap { names.firstIndex(of: $0) }.first { $0 != second }
        let inOrder = names.indices.first { $0 != second && $0 != chest }
        switch (second, chest) {
        case (let second?, let chest): indices = [second, chest ?? inOrder]
        case (nil, let chest?):
            // Two chest leads, as in records 102 and 104: the order of the record.
            if let inOrder {
                indices = [min(chest, inOrder), max(chest, inOrder)]
            } else {
                indices = [chest, nil]
            }
        case (nil, nil): indices = [names.indices.first, names.indices.dropFirst().first]
        }
    }

    private static func normalised(_ name: String) -> String {
        String(name.lowercased().filter { $0.isLetter || $0.isNumber })
    }
}
