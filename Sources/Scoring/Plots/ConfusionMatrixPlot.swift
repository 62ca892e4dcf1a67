extension SVG {
    /// The beat matrix as a picture: counts, and shares of the row as shade.
    ///
    /// Wrong cells are red, right ones blue, the darker the greater their share of the reference beats. Rows and
    /// columns of pseudo-labels (O: no beat, X: shutdown) stand apart and the columns of classes without any beat stay.
    public static func confusionMatrix(_ matrix: BeatMatrix, title: String) -> Self {
        let cell = 62.0
        let origin = (x: 92.0, y: 74.0)
        let gap = 8.0
        var svg = Self(width: origin.x + 7 * cell + gap + 20, height: origin.y + 7 * cell + gap + 16)
        func offset(_ label: BeatLabel) -> Double { Double(label.rawValue) * cell + (label.beatClass == nil ? gap : 0) }
        svg.label(title, at: (20, 22), size: 14, bold: true)
        svg.label("test", at: (origin.x + 3.5 * cell, 44), anchor: .middle, fill: Ink.faint)
        svg.label("reference", at: (20, origin.y + 3.5 * cell), anchor: .middle, fill: Ink.faint, turned: true)
        for label in BeatLabel.allCases {
            svg.label(
                label.letter.lowercased(), at: (origin.x + offset(label) + cell / 2, 64), size: 14, anchor: .middle,
                bold: true)
            svg.label(label.letter, at: (origin.x - 40, origin.y + offset(label) + cell / 2 + 5), size: 14, bold: true)
        }
        for reference in BeatLabel.allCases {
            let total = matrix.sum([reference], BeatLabel.allCases)
            for test in BeatLabel.allCases where reference.beatClass != nil || test.beatClass != nil {
                let count = matrix[reference, test]
                let share = total > 0 ? Double(count) / Double(total) : 0
                let place = (x: origin.x + offset(test), y: origin.y + offset(reference))
                svg.rectangle(
                    at: place, width: cell - 2, height: cell - 2, fill: shade(share, right: reference == test))
                let ink = share > 0.55 ? "#ffffff" : count == 0 ? "#b6bcc4" : Ink.text
                let middle = place.x + cell / 2 - 1
                svg.label("\(count)", at: (middle, place.y + cell / 2 - 1), size: 13, anchor: .middle, fill: ink)
                if count > 0 {
                    svg.label(
                        Column.number(100 * share, "%.1f") + " %", at: (middle, place.y + cell / 2 + 15), size: 10,
                        anchor: .middle, fill: ink)
                }
            }
        }
        return svg
    }

    /// White for nothing; small shares of mistakes are lifted so that they show.
    private static func shade(_ share: Double, right: Bool) -> String {
        let strength = share <= 0 ? 0 : right ? share : share.squareRoot()
        let full = right ? (0.0, 88.0, 150.0) : (179.0, 18.0, 59.0)
        func mix(_ target: Double) -> Int { Int(246 + (target - 246) * min(1, strength)) }
        return "rgb(\(mix(full.0)),\(mix(full.1)),\(mix(full.2)))"
    }
}
